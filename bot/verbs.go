package bot

import (
	"strconv"
	"strings"
	"unicode"
)

// chineseVerbs are the words in Chinese that a command begins with, and what they mean.
var chineseVerbs = map[string]string{"帮助": "help", "撤回": "withdraw", "列表": "list", "状态": "status"}

// cutVerb parts what a command asks for from the rest, in small letters and in English. Nobody has to put a space between a Chinese word
// and a number.
func cutVerb(text string) (verb, rest string) {
	word, rest := cutWord(text)
	if verb, ok := chineseVerbs[word]; ok {
		return verb, rest
	}
	for said, verb := range chineseVerbs {
		number, ok := strings.CutPrefix(word, said)
		if id, _ := requestNumber(number); ok && id > 0 {
			return verb, number + rest
		}
	}
	return strings.ToLower(word), rest
}

// cutWord parts the first word of a text from the rest. Pasted, they may have a tab or any other space between them.
func cutWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if at := strings.IndexFunc(text, unicode.IsSpace); at >= 0 {
		return text[:at], text[at:]
	}
	return text, ""
}

// requestNumber reads the number of a request. What is given and isn't one is 0.
func requestNumber(typed string) (id int64, given bool) {
	typed = strings.TrimSpace(typed)
	id, err := strconv.ParseInt(strings.TrimPrefix(strings.Map(halfWidth, typed), "#"), 10, 64)
	if err != nil {
		id = 0
	}
	return max(id, 0), typed != ""
}

// halfWidth is a digit or a number sign as it is typed without a Chinese keyboard.
func halfWidth(r rune) rune {
	if '０' <= r && r <= '９' || r == '＃' {
		return r - '０' + '0'
	}
	return r
}
