package words

import (
	"fmt"
	"strings"

	"github.com/invitebot/invitebot/invite"
)

// Warnings.

func (english) sentBefore(request int64) string {
	return fmt.Sprintf("This account was sent an invitation before, by request %d.", request)
}

func (english) unusualUIN(digits, usual int) string {
	return fmt.Sprintf("Real UINs have %d digits; this one has %d.", usual, digits)
}

func (english) longName(characters, most int) string {
	return fmt.Sprintf("The name has %d characters; Tencent Cloud documents at most %d.", characters, most)
}

func (english) oddName(odd []rune) string {
	var shown []string
	for _, r := range odd {
		shown = append(shown, string(r))
	}
	return fmt.Sprintf("The name has %s in it; Tencent Cloud may refuse that.", strings.Join(shown, " and "))
}

func (english) lookAlike(letter rune, script string) string {
	return fmt.Sprintf("The %c in the name is a %s letter; it may only look like a Latin one.", letter, script)
}

func (english) greek() string { return "Greek" }

func (english) cyrillic() string { return "Cyrillic" }

func (english) numberFirst(uin invite.UIN) string {
	return fmt.Sprintf("The name begins with a number; check that %s is the whole UIN.", uin)
}

func (english) otherUIN(other invite.UIN) string {
	return fmt.Sprintf("The name reads as another UIN, %s, which is not the one invited.", other)
}

func (english) longRemark(characters, most int) string {
	return fmt.Sprintf("The remark has %d characters; Tencent Cloud documents at most %d.", characters, most)
}

// Problems.

func (english) noAccount() string { return "There is no account to invite." }

func (english) noName() string { return "The name is missing behind this UIN." }

func (english) noUIN() string { return "The UIN is missing." }

func (english) notUIN() string { return "This isn't a UIN." }

func (english) uinTooLarge() string { return "This number is too large for a UIN." }

func (english) uinZero() string { return "No account has the number 0." }

func (english) notText() string { return "This isn't valid text (UTF-8)." }

// A field is called name or remark, as in English.

func (english) hidden(field invite.Field, character rune) string {
	return fmt.Sprintf("The %s holds a character that can't be seen (U+%04X).", field, character)
}

func (english) piled(field invite.Field) string {
	return fmt.Sprintf("The %s has so many accents on one letter that they hide what stands around it.", field)
}

func (english) tooLong(field invite.Field, characters int) string {
	return fmt.Sprintf("The %s has %d characters.", field, characters)
}

func (english) twiceTheUIN(first int) string {
	return fmt.Sprintf("This UIN is on line %d already.", first)
}

func (english) twiceInForm(first, field int) string {
	if field > 0 {
		return fmt.Sprintf("This UIN is in row %d of field %d already.", first, field)
	}
	return fmt.Sprintf("This UIN is in row %d already.", first)
}

func (english) tooMany(most int) string {
	return fmt.Sprintf("There are more than %d invitations.", most)
}

func (english) roundedUIN() string {
	return "The spreadsheet has rounded this number, so its last digits are lost."
}

func (english) severalUINs() string {
	return "There is another UIN in this row, and nobody can tell which of them is meant."
}

func (english) extraColumn() string {
	return "This stands in a column that is neither the UIN nor the name nor the remark."
}

func (english) unclearColumns() string {
	return "Which column is the name can't be told."
}

func (english) uinMeant(uin string) string { return fmt.Sprintf("Was the UIN %s meant?", uin) }

func (english) zerosInFront(uin string) string {
	return fmt.Sprintf("No UIN begins with a zero. Was %s meant?", uin)
}

func (english) remarkMeant(remark string) string {
	return fmt.Sprintf("Was “%s” meant as the remark?", remark)
}

// Remedies.

func (english) writeLikeThis() string {
	return "Write the UIN, a space and the name, for example: 100012345678 Alice"
}

func (english) writeUINFirst() string {
	return "Write the account's number first, in digits only, without spaces or dashes between them, for example: 100012345678 Alice"
}

func (english) typeByHand() string { return "Type it again by hand instead of pasting it." }

func (english) writeShorter(most int) string {
	return fmt.Sprintf("Write at most %d characters.", most)
}

func (english) writeOnce() string { return "Write each UIN once." }

func (english) sendOthers() string { return "Ask for the others in another request." }

func (english) formatAsText() string {
	return "Format the column as text in the spreadsheet, enter the UIN again there, and copy it then."
}

func (english) writeOneUIN() string {
	return "Write one account in each row, and a word before any other number of 12 digits, for example: payer 100012345699"
}

func (english) writeThreeColumns() string {
	return "Take the column out, or write a header above that names the others: UIN, Name, Remark. " +
		"A comma within a name needs quotes around the name."
}

func (english) nameColumns() string {
	return "Write a header above that names each column once, for example: UIN, Name, Remark"
}

func (english) writeUINTogether() string {
	return "Write the UIN as one word of digits. If the rest is the name all the same, put the name in quotes."
}

func (english) checkZeros() string {
	return "Look the UIN up in the Tencent Cloud console, and write it without zeros in front."
}

func (english) writeDashes() string {
	return "A remark stands behind two dashes. If all of it is the name, put the name in quotes."
}
