package settings

import "strings"

// The languages that LANGUAGE can name, as settings have them.
const (
	English           = "en"
	SimplifiedChinese = "zh-CN"
)

// checkLanguage accepts what a person may write for a language, and what a system does: gettext reads a variable of the same name, so
// it may be set as en_US:en or zh_CN.UTF-8 for every program of a machine.
func (s *Settings) checkLanguage(wrong wrongs) {
	first, _, _ := strings.Cut(s.Language, ":")
	first, _, _ = strings.Cut(first, ".")
	first = strings.ReplaceAll(strings.ToLower(first), "_", "-")
	switch {
	case first == "en", strings.HasPrefix(first, "en-"):
		s.Language = English
	case first == "zh-cn":
		s.Language = SimplifiedChinese
	default:
		wrong.refuse("LANGUAGE", shown(s.Language)+" won't do")
	}
}
