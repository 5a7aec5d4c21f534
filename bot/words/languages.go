package words

import "strings"

// languages are all there are. A message may stand in Slack in any of them, from before LANGUAGE was changed.
var languages = []Language{English, Chinese}

// LanguageOf is the language that a locale names, as Slack has it in users.info (en-US, zh-CN) or a person writes it; false where this
// bot doesn't speak it. Traditional Chinese isn't spoken.
func LanguageOf(locale string) (Language, bool) {
	locale = strings.ReplaceAll(strings.ToLower(locale), "_", "-")
	switch {
	case locale == "en", strings.HasPrefix(locale, "en-"):
		return English, true
	case locale == "zh", locale == "zh-cn", locale == "zh-sg", strings.HasPrefix(locale, "zh-hans"):
		return Chinese, true
	}
	return nil, false
}
