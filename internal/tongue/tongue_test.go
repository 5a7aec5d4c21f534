package tongue

import (
	"errors"
	"fmt"
	"testing"
)

func TestLanguages(t *testing.T) {
	inner := Say("no room on %s", "%s 上没有空间", "/data")
	for _, x := range []struct {
		text             Text
		english, chinese string
	}{
		{Say("100% of it", "100%"), "100% of it", "100%"}, // without arguments it is as it stands
		{Say("%d of %s", "%[2]s 的 %[1]d 个", 2, "three"), "2 of three", "three 的 2 个"},
		{Say("it ends: %s", "结束：%s", inner), "it ends: no room on /data", "结束：/data 上没有空间"},
		{Say("it ends: %v", "结束：%v", fmt.Errorf("write: %w", Error{Text: inner})), "it ends: write: no room on /data", "结束：write: /data 上没有空间"},
		{Say("it ends: %v", "结束：%v", errors.New("EOF")), "it ends: EOF", "结束：EOF"},
		{Names([]string{"a", "b"}), "a, b", "a、b"},
		{List([]Text{inner, Same("b"), Same("c")}), "no room on /data, b, c", "/data 上没有空间、b、c"},
		{Text{}, "", ""},
	} {
		if got := x.text.In(English); got != x.english || x.text.String() != got {
			t.Errorf("English: %q, want %q", got, x.english)
		}
		if got := x.text.In(Chinese); got != x.chinese {
			t.Errorf("Chinese: %q, want %q", got, x.chinese)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Language{"en": English, "en_US:en": English, "zh-CN": Chinese, "zh_CN.UTF-8": Chinese, "ZH_cn:zh": Chinese, "zh": Chinese, "de_DE:en": English} {
		if got, ok := Parse(text); got != want || !ok {
			t.Errorf("%s: %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "de", "zh-TW", "de_DE:de", "chinese"} {
		if got, ok := Parse(text); got != English || ok {
			t.Errorf("%s: %v, %v", text, got, ok)
		}
	}
}

// TestColumns: a column is as wide as a terminal shows its widest cell.
func TestColumns(t *testing.T) {
	t.Parallel()
	table := Columns([][]Text{{Same("A"), Say("any", "任意"), Same("x")}, {Same("LONG"), Say("all members", "所有成员"), Same("y")}}, 2)
	for l, want := range map[Language]string{
		English: "  A     any          x\n  LONG  all members  y\n",
		Chinese: "  A     任意      x\n  LONG  所有成员  y\n",
	} {
		if got := table.In(l); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}
