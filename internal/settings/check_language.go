package settings

import "github.com/invitebot/invitebot/internal/tongue"

// The languages that LANGUAGE can name, as settings have them.
const (
	English           = "en"
	SimplifiedChinese = "zh-CN"
)

// checkLanguage accepts what [tongue.Parse] can read.
func (s *Settings) checkLanguage(wrong wrongs) {
	l, ok := tongue.Parse(s.Language)
	if !ok {
		wrong.refuse("LANGUAGE", wontDo(shown(s.Language)))
		return
	}
	if s.Language = English; l == tongue.Chinese {
		s.Language = SimplifiedChinese
	}
}
