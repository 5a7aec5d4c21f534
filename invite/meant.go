package invite

import (
	"strings"
	"unicode"
)

// What a person meant, most likely, where a line could be read as something else.

// uinDigits is how many digits the UIN of a real account has.
const uinDigits = 12

// meantOtherUIN asks about a line whose UIN of 12 digits isn't one word, isn't written in digits only, or isn't the first word.
func meantOtherUIN(words, remark []string) *ParseError {
	if uin, problem := parseUIN(words[0]); problem == nil && uin.usual() {
		return nil
	}
	for n := range min(len(words), uinDigits) {
		first, rest := strings.Join(words[:n+1], " "), words[n+1:]
		if uin := digitsOf(first); isUIN(uin) {
			return meant(UINInGroups, first, uin, rest, remark)
		}
		if uin := digitsOf(lettersAsDigits(first)); isUIN(uin) {
			return meant(UINInLetters, first, uin, rest, remark)
		}
	}
	if readsAsUIN(words[0]) {
		return nil
	}
	if uin := lettersAsDigits(words[0]); readsAsUIN(uin) && strings.ContainsFunc(words[0], unicode.IsDigit) {
		return meant(UINInLetters, words[0], digitsOf(uin), words[1:], remark)
	}
	for n := len(words) - 1; n > 0 && n >= len(words)-uinDigits; n-- {
		last := strings.Join(words[n:], " ")
		if uin := digitsOf(last); isUIN(uin) {
			return meant(UINLast, last, uin, words[:n], remark)
		}
	}
	return nil
}

// meantNoZeros asks about a UIN with zeros in front: one of them may have been typed in place of another digit.
func meantNoZeros(uin UIN, typed string, name, remark []string) *ParseError {
	if digits := withoutMarks(typed); !strings.HasPrefix(digits, "0") {
		return nil
	}
	return meant(UINZeros, typed, uin.String(), name, remark)
}

// meantRemark asks about a name that goes on as a remark would, in words that stand alone.
func meantRemark(uin UIN, words, remark []string) *ParseError {
	name := unlisted(strings.Join(words, " "))
	if len(remark) > 0 || unquote(name) != name {
		return nil
	}
	for n := 1; n < len(words)-1; n++ {
		switch words[n] {
		case "-", "‐", "‑", "−", "－":
			return asRemark(uin, name, words[:n], words[n+1:])
		case "for":
			return asRemark(uin, name, words[:n], words[n:])
		}
	}
	return nil
}

func asRemark(uin UIN, typed string, name, remark []string) *ParseError {
	p := meant(RemarkInName, typed, uin.String(), name, remark)
	p.Meant = strings.Join(remark, " ")
	return p
}

// meant asks whether a line was meant with this UIN, name and remark.
func meant(problem Problem, part, uin string, name, remark []string) *ParseError {
	called := bare(strings.Join(name, " "))
	if hasDash(called) {
		called = inQuotes(called)
	}
	line := uin + " " + called
	if len(remark) > 0 {
		line += " -- " + strings.Join(remark, " ")
	}
	return &ParseError{Part: part, Problem: problem, Meant: uin, Copy: line}
}

// readsAsUIN tells whether a word is a UIN of any length.
func readsAsUIN(word string) bool {
	_, problem := parseUIN(word)
	return problem == nil
}

// digitsOf takes out of a number what people part its digits by.
func digitsOf(number string) string {
	number = fraction.ReplaceAllString(strings.TrimRight(number, endOfUIN), "$1")
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune("-‐‑–.,，_/", r) || space(r) || !visible(r) {
			return -1
		}
		return asASCII(r)
	}, number)
	return strings.TrimLeft(bare(digits), "+#'")
}

// lettersAsDigits puts digits in place of the letters that look like them.
func lettersAsDigits(number string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'O', 'o', 'О', 'о', 'Ο', 'ο': // Latin, Cyrillic, Greek
			return '0'
		case 'l', 'I', '|':
			return '1'
		}
		return r
	}, number)
}

// isUIN tells whether a text is the 12 digits of a UIN.
func isUIN(digits string) bool {
	return len(digits) == uinDigits && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
}
