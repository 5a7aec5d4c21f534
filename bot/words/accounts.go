package words

import (
	"unicode"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// named is an account and its name.
func named(i approvals.Invitation) line { return line{code(i.UIN.String()), text(" " + i.Name)} }

// warnings are what an approver should look at before approving an invitation.
func (b Book) warnings(r approvals.Request, i approvals.Invitation) []line {
	lines := b.foreseen(r, i.ID)
	if i.SentBefore != 0 {
		lines = append(lines, warning(b.say.sentBefore(i.SentBefore)))
	}
	for _, w := range i.Warnings() {
		lines = append(lines, warning(b.warningOf(i, w)))
	}
	return lines
}

func warning(what string) line { return line{text("⚠️ " + what)} }

func (b Book) warningOf(i approvals.Invitation, w invite.Warning) string {
	switch w.Kind {
	case invite.UnusualUIN:
		return b.say.unusualUIN(w.Characters, w.Most)
	case invite.LongName:
		return b.say.longName(w.Characters, w.Most)
	case invite.OddName:
		return b.say.oddName(w.Odd)
	case invite.LookAlike:
		return b.say.lookAlike(w.Letter, b.script(w.Letter))
	case invite.NumberFirst:
		return b.say.numberFirst(i.UIN)
	case invite.OtherUIN:
		return b.say.otherUIN(w.UIN)
	case invite.LongRemark:
		return b.say.longRemark(w.Characters, w.Most)
	}
	return string(w.Kind)
}

// script is what the script of a letter is called that looks like a Latin one.
func (b Book) script(letter rune) string {
	if unicode.Is(unicode.Greek, letter) {
		return b.say.greek()
	}
	return b.say.cyrillic()
}

// spaced are those invitations whose names have spaces, which Tencent Cloud doesn't document. Nearly every name has one, so only
// who asks is told: on every card it would be read on none.
func (b Book) spaced(all []approvals.Invitation) line {
	var with []approvals.Invitation
	for _, i := range all {
		if i.Hyphenated() != i.Name {
			with = append(with, i)
		}
	}
	if len(with) == 0 {
		return nil
	}
	return b.say.spacesInNames(len(with), with[0].UIN, with[0].Hyphenated())
}

// problem is what is wrong with what was typed, and what to write instead.
func (b Book) problem(wrong *invite.ParseError) (problem, remedy string) {
	switch wrong.Problem {
	case invite.NoAccount:
		return b.say.noAccount(), b.say.writeLikeThis()
	case invite.NoName:
		return b.say.noName(), b.say.writeLikeThis()
	case invite.NoUIN:
		return b.say.noUIN(), b.say.writeUINFirst()
	case invite.NotUIN:
		return b.say.notUIN(), b.say.writeUINFirst()
	case invite.UINTooLarge:
		return b.say.uinTooLarge(), b.say.writeUINFirst()
	case invite.UINZero:
		return b.say.uinZero(), b.say.writeUINFirst()
	case invite.NotText:
		return b.say.notText(), b.say.typeByHand()
	case invite.Hidden:
		return b.say.hidden(wrong.Field, wrong.Character), b.say.typeByHand()
	case invite.Piled:
		return b.say.piled(wrong.Field), b.say.typeByHand()
	case invite.TooLong:
		return b.say.tooLong(wrong.Field, wrong.Number), b.say.writeShorter(invite.MaxCharacters)
	case invite.TwiceTheUIN:
		return b.say.twiceTheUIN(wrong.Number), b.say.writeOnce()
	case invite.TooMany:
		return b.say.tooMany(wrong.Number), b.say.sendOthers()
	case invite.UINInGroups, invite.UINInLetters:
		return b.say.uinMeant(wrong.Meant), b.say.writeUINTogether()
	case invite.UINZeros:
		return b.say.zerosInFront(wrong.Meant), b.say.checkZeros()
	case invite.UINLast:
		return b.say.uinMeant(wrong.Meant), b.say.writeUINFirst()
	case invite.RemarkInName:
		return b.say.remarkMeant(wrong.Meant), b.say.writeDashes()
	}
	return b.problemOfTable(wrong)
}

// problemOfRow is what is wrong with a row of a form, whose lines are called rows there.
func (b Book) problemOfRow(wrong invite.RowError) (problem, remedy string) {
	if wrong.Problem == invite.TwiceTheUIN {
		return b.say.twiceInForm(wrong.Number, wrong.FormField), b.say.writeOnce()
	}
	return b.problem(wrong.ParseError)
}

// problemOfTable is what is wrong with what a spreadsheet made, or with a table's columns.
func (b Book) problemOfTable(wrong *invite.ParseError) (problem, remedy string) {
	switch wrong.Problem {
	case invite.RoundedUIN:
		return b.say.roundedUIN(), b.say.formatAsText()
	case invite.SeveralUINs:
		return b.say.severalUINs(), b.say.writeOneUIN()
	case invite.ExtraColumn:
		return b.say.extraColumn(), b.say.writeThreeColumns()
	case invite.UnclearColumns:
		return b.say.unclearColumns(), b.say.nameColumns()
	}
	return string(wrong.Problem), ""
}
