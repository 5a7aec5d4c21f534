package words

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// The form in which somebody asks: a page to fill in, one that shows what was understood of it, and one that says what came of it.

// The forms' names in an envelope.
const (
	AskModal     = "ask"
	SendModal    = "send"
	ShowAllModal = "show"
)

// ShortcutAsk is the global shortcut that opens the form, as manifest.yml has it.
const ShortcutAsk = "ask"

// The fields.
const (
	accountsBlock = "accounts"
	moreBlock     = "more"
	remarkBlock   = "remark"
	alsoToldBlock = "also_told"
	field         = "field"
)

// MaxAlsoTold is how many people can be told as well.
const MaxAlsoTold = 5

const (
	maxField     = 3000 // characters that a field takes
	mostErrors   = 8    // rows told of under a field
	mostOfErrors = 1600 // characters there, of which each row has its share
)

// Filled is what somebody filled into the form.
type Filled struct {
	Accounts []string // of the fields for accounts
	Remark   string
	AlsoTold []string
}

// FilledIn reads the form.
func FilledIn(text func(block, input string) string, people func(block, input string) []string) Filled {
	return Filled{
		Accounts: []string{text(accountsBlock, field), text(moreBlock, field)},
		Remark:   invite.Harmless(text(remarkBlock, field)), AlsoTold: people(alsoToldBlock, field),
	}
}

// Full are the fields for accounts that have as much in them as they take. Slack may have cut off what was pasted there, and a UIN or a name that
// is cut off reads as another.
func (f Filled) Full() (fields []int) {
	for n, text := range f.Accounts {
		if characters(text) >= maxField {
			fields = append(fields, n)
		}
	}
	return fields
}

// characters counts as browsers do, where most emoji are two.
func characters(text string) int { return len(utf16.Encode([]rune(text))) }

// Ask is the form to fill in. Again is the request of which something is asked for once more; zero: none.
func (b Book) Ask(accounts []invite.Invitation, again int64) slack.ModalViewRequest {
	accounts, remark := withoutCommonRemark(accounts)
	filled, left := splitRows(accounts)
	var above []slack.Block
	if left > 0 {
		above = append(above, paragraph(sentences(b.say.noRoomFor(left, len(accounts)))...))
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: AskModal, PrivateMetadata: Target{Installation: b.installation, Request: again}.value(),
		Title: plain(b.say.askTitle()), Submit: plain(b.say.askGoOn()), Close: plain(b.say.cancel()),
		Blocks: slack.Blocks{BlockSet: append(above,
			multiline(accountsBlock, b.say.accountsLabel(), b.say.accountsHint(invite.MaxInvitations), filled[0], false),
			multiline(moreBlock, b.say.moreLabel(), "", filled[1], true),
			singleLine(remarkBlock, b.say.commonRemarkLabel(), b.say.commonRemarkHint(), remark),
			peopleField(alsoToldBlock, b.say.alsoToldLabel(), b.say.alsoToldHint()),
		)},
	}
}

// withoutCommonRemark takes out the remark that all accounts have.
func withoutCommonRemark(accounts []invite.Invitation) (without []invite.Invitation, remark string) {
	for _, i := range accounts {
		if i.Remark != accounts[0].Remark {
			return accounts, ""
		}
	}
	for _, i := range accounts {
		remark, i.Remark = i.Remark, ""
		without = append(without, i)
	}
	return without, remark
}

// splitRows has accounts as rows, as many as each of the two fields takes without being full; left are those for which there is no room.
func splitRows(accounts []invite.Invitation) (fields [2]string, left int) {
	n := 0
	for _, i := range accounts {
		row := i.Row() + "\n"
		if characters(fields[n]+row) >= maxField && n == 0 {
			n++
		}
		if characters(fields[n]+row) >= maxField {
			left++
			continue
		}
		fields[n] += row
	}
	return fields, left
}

func multiline(block, label, hint, filled string, optional bool) *slack.InputBlock {
	input := slack.NewPlainTextInputBlockElement(nil, field)
	input.Multiline, input.MaxLength, input.InitialValue = true, maxField, filled
	return inputBlock(block, label, hint, input, optional)
}

func singleLine(block, label, hint, filled string) *slack.InputBlock {
	input := slack.NewPlainTextInputBlockElement(nil, field)
	input.MaxLength, input.InitialValue = invite.MaxCharacters, filled
	return inputBlock(block, label, hint, input, true)
}

func peopleField(block, label, hint string) *slack.InputBlock {
	input := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeUser, nil, field)
	most := MaxAlsoTold
	input.MaxSelectedItems = &most
	return inputBlock(block, label, hint, input, true)
}

func inputBlock(block, label, hint string, input slack.BlockElement, optional bool) *slack.InputBlock {
	var below *slack.TextBlockObject
	if hint != "" {
		below = plain(hint)
	}
	in := slack.NewInputBlock(block, plain(label), below, input)
	in.Optional = optional
	return in
}

// RowsWrong says under each field what is wrong with its rows, and first whether it is full: rows may be missing then.
func (b Book) RowsWrong(wrong []invite.RowError, full []int) *slack.ViewSubmissionResponse {
	told := map[string][]string{}
	for _, n := range full {
		told[blockOf(n)] = []string{b.fullField(n)}
	}
	for _, w := range wrong {
		problem, remedy := b.problemOfRow(w)
		if w.Problem == invite.NoAccount {
			told[accountsBlock] = append(told[accountsBlock], b.say.together(problem, remedy))
			continue
		}
		told[blockOf(w.Field)] = append(told[blockOf(w.Field)], b.say.rowProblem(w.Line, b.say.together(problem, remedy)))
	}
	return b.underFields(told)
}

// fullField sends people to the next field, if there is one.
func (b Book) fullField(n int) string {
	if blockOf(n) == moreBlock {
		return b.say.lastFieldFull()
	}
	return b.say.fieldFull()
}

// RowsBusy says of which accounts others ask already.
func (b Book) RowsBusy(p approvals.Preview, rows []invite.Row) *slack.ViewSubmissionResponse {
	told := map[string][]string{}
	for n, row := range rows {
		if busy := p.Busy[int64(n+1)]; busy != 0 {
			told[blockOf(row.Field)] = append(told[blockOf(row.Field)], b.say.rowProblem(row.Line, b.say.busyIn(busy)))
		}
	}
	return b.underFields(told)
}

// RemarkWrong says under the remark what is wrong with it.
func (b Book) RemarkWrong(wrong *invite.ParseError) *slack.ViewSubmissionResponse {
	problem, remedy := b.problem(wrong)
	return slack.NewErrorsViewSubmissionResponse(map[string]string{remarkBlock: b.say.together(problem, remedy)})
}

// CantBeTold says under the people who are told as well which of them can't be.
func (b Book) CantBeTold(people []string) *slack.ViewSubmissionResponse {
	return slack.NewErrorsViewSubmissionResponse(map[string]string{alsoToldBlock: b.say.cantBeTold(len(people))})
}

func blockOf(field int) string { return []string{accountsBlock, moreBlock}[field] }

func (b Book) underFields(told map[string][]string) *slack.ViewSubmissionResponse {
	errs := map[string]string{}
	for block, rows := range told {
		for n := range rows {
			rows[n] = fitted(rows[n], mostOfErrors/min(len(rows), mostErrors))
		}
		if more := len(rows) - mostErrors; more > 0 {
			rows = append(rows[:mostErrors], b.say.moreRows(more))
		}
		errs[block] = strings.Join(rows, "\n")
	}
	return slack.NewErrorsViewSubmissionResponse(errs)
}

// Check is the form that shows what was understood, a page of it, before it is sent. Problem says why it wasn't sent; empty content: it wasn't tried.
func (b Book) Check(preview approvals.Preview, number int, problem Content) slack.ModalViewRequest {
	r := preview.Request
	p := b.pageOf(r, number)
	lines := []line{b.say.understood(len(r.Invitations)), b.commonRemark(r), b.say.accountsShown(p.first+1, p.last, len(r.Invitations))}
	if len(r.AlsoTold) > 0 {
		lines = append(lines, b.say.alsoTold(r.AlsoTold))
	}
	if len(preview.Unread) > 0 {
		lines = append(lines, warning(b.say.unreadColumns(fitted(b.say.listed(preview.Unread), mostOfMessage))))
	}
	lines = append(append(lines, b.everyWarning(r)...), b.spaced(r.Invitations))
	blocks := append(slices.Clone(problem.Blocks), paragraph(lines...))
	blocks = append(blocks, p.rows...)
	target := Target{Installation: b.installation, Draft: preview.Draft.ID, Page: p.number}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: SendModal, PrivateMetadata: target.value(),
		Title: plain(b.say.checkTitle()), Submit: plain(b.say.send()), Close: plain(b.say.back()),
		Blocks: slack.Blocks{BlockSet: append(blocks, b.pageButtons(p.of, target)...)},
	}
}

// AskedForm is the form that says that the request is made. Closing it closes what is beneath it.
func (b Book) AskedForm(told Content) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(b.say.askTitle()), Close: plain(b.say.close()), ClearOnClose: true, Blocks: slack.Blocks{BlockSet: told.Blocks},
	}
}

// Asked puts that form in the place of the one that was sent.
func (b Book) Asked(told Content) *slack.ViewSubmissionResponse {
	form := b.AskedForm(told)
	return slack.NewUpdateViewSubmissionResponse(&form)
}

// DraftGone says that what was filled in isn't there any more.
func (b Book) DraftGone() Content { return b.saying(b.say.draftGone()) }

// FormUnopened says that Slack didn't open the form, and how to ask without it.
func (b Book) FormUnopened(command string) Content {
	return b.saying(b.say.formUnopened()).And(b.Usage(command))
}
