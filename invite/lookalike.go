package invite

import (
	"strings"
	"unicode"
)

// What in a name could pass for something else.

// twins are the Cyrillic and Greek letters that look like Latin ones.
const twins = "АВЕЅІЈКМНОРСТУХЬаеѕіјорсухһԁԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυχ"

// lookAlike finds the first Cyrillic or Greek letter in a word that also has Latin ones, or is made of nothing but twins
// among Latin words. A name in two scripts, a word in each, has none.
func lookAlike(name string) (letter rune, found bool) {
	latin := strings.ContainsFunc(name, isLatin)
	for _, word := range strings.Fields(name) {
		at := strings.IndexFunc(word, isCyrillicOrGreek)
		if at < 0 {
			continue
		}
		if strings.ContainsFunc(word, isLatin) || latin && strings.Trim(word, twins) == "" {
			return []rune(word[at:])[0], true
		}
	}
	return 0, false
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

func isCyrillicOrGreek(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Greek) }

// otherUIN finds digits in a name that read as the UIN of another account, however they are parted, and with letters in
// place of some.
func otherUIN(i Invitation) (UIN, bool) {
	words := strings.Fields(i.Name)
	for from := range words {
		for to := from + 1; to <= min(len(words), from+uinDigits); to++ {
			if uin, ok := uinIn(strings.Join(words[from:to], " ")); ok && uin != i.UIN {
				return uin, true
			}
		}
	}
	return 0, false
}

// uinIn finds the first 12 digits that stand together in a text, without a thirteenth.
func uinIn(text string) (UIN, bool) {
	for _, reading := range []string{text, lettersAsDigits(text)} {
		for _, digits := range strings.FieldsFunc(digitsOf(reading), func(r rune) bool { return r < '0' || r > '9' }) {
			if isUIN(digits) && strings.ContainsFunc(text, unicode.IsDigit) {
				uin, _ := parseUIN(digits)
				return uin, true
			}
		}
	}
	return 0, false
}
