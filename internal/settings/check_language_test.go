package settings

import (
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"en": English, "EN": English, "en_US:en": English, "en-GB": English, "en_US.UTF-8": English,
		"zh-CN": SimplifiedChinese, "zh_CN": SimplifiedChinese, "zh-cn": SimplifiedChinese, "ZH_cn": SimplifiedChinese, "zh_CN:zh": SimplifiedChinese,
		"zh": SimplifiedChinese, "zh-Hans-SG": SimplifiedChinese, "fr_FR:en": English, "zh_TW:zh_CN:en": SimplifiedChinese, "zh_TW:en": English,
		"zh-TW": "", "de": "", "english": "", "de_DE:de": "", "chinese": "", ":": "",
	} {
		s, wrong := Settings{Language: text}, wrongs{}
		s.checkLanguage(wrong)
		problem := wrong["LANGUAGE"].Problem().String()
		switch {
		case want != "" && (s.Language != want || problem != ""):
			t.Errorf("%s: %q, %s", text, s.Language, problem)
		case want == "" && !strings.HasPrefix(problem, `LANGUAGE: "`+text+`" won't do; write en or zh-CN: `):
			t.Errorf("%s: %q", text, problem)
		}
	}
}
