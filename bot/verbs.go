package bot

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// englishVerbs and chineseVerbs are the words that a command begins with, and what they mean.
var (
	englishVerbs = map[string]string{"help": "help", "withdraw": "withdraw", "list": "list", "status": "status"}
	chineseVerbs = map[string]string{"帮助": "help", "撤回": "withdraw", "列表": "list", "状态": "status"}
)

// marks are what people write behind such a word, and around a number: an account never begins so.
const marks = ":,.;!?()[]。、【】「」“”\""

// cutVerb parts what a command asks for from the rest, in small letters and in English. Marks around the rest are dropped. Nobody has to put
// a space between a Chinese word and a number.
func cutVerb(text string) (verb, rest string) {
	text = strings.TrimSpace(text)
	for said, verb := range chineseVerbs {
		if rest, ok := strings.CutPrefix(text, said); ok && endsChinese(rest) {
			return verb, unmarked(rest)
		}
	}
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(text)
	}
	if verb, ok := englishVerbs[strings.ToLower(text[:end])]; ok && endsEnglish(text[end:]) {
		return verb, unmarked(text[end:])
	}
	word, rest := cutWord(text)
	return strings.ToLower(word), rest
}

// endsChinese tells whether a Chinese word ends where this is next. Most words go on in a letter; 第12号 is a number.
func endsChinese(next string) bool {
	r, _ := utf8.DecodeRuneInString(next)
	id, _ := requestNumber(next)
	return next == "" || !unicode.IsLetter(r) || id > 0
}

// endsEnglish tells whether an English word ends where this is next: with a space, or marks and then a number. Addresses and names go on otherwise.
func endsEnglish(next string) bool {
	r, _ := utf8.DecodeRuneInString(next)
	behind := strings.TrimLeftFunc(next, isMark)
	after, _ := utf8.DecodeRuneInString(behind)
	return behind == "" || unicode.IsSpace(after) || !unicode.IsDigit(r) && (unicode.IsDigit(after) || halfWidth(after) == '#')
}

func isMark(r rune) bool { return strings.ContainsRune(marks, halfWidth(r)) }

// unmarked takes off the marks and the spaces around what stands behind a word.
func unmarked(rest string) string {
	return strings.TrimFunc(rest, func(r rune) bool { return isMark(r) || unicode.IsSpace(r) })
}

// cutWord parts the first word of a text from the rest. Pasted, they may have a tab or any other space between them.
func cutWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if at := strings.IndexFunc(text, unicode.IsSpace); at >= 0 {
		return text[:at], text[at:]
	}
	return text, ""
}

// requestNumber reads the number of a request, as people write it: 12, #12, +12, 第12号. What is given and isn't one is 0.
func requestNumber(typed string) (id int64, given bool) {
	typed = unmarked(strings.Map(halfWidth, typed))
	number := strings.TrimPrefix(strings.TrimPrefix(typed, "第"), "#")
	id, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(number), "号")), 10, 64)
	if err != nil {
		id = 0
	}
	return max(id, 0), typed != ""
}

// halfWidth is a character as it is typed without a Chinese keyboard.
func halfWidth(r rune) rune {
	if '！' <= r && r <= '～' {
		return r - '！' + '!'
	}
	return r
}
