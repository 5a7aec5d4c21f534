package settings

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/invitebot/invitebot/internal/tongue"
	"github.com/kelseyhightower/envconfig"
)

// variables are the fields of a struct that stand for environment variables.
func variables(spec any) []reflect.StructField {
	all := reflect.VisibleFields(reflect.TypeOf(spec).Elem())
	return slices.DeleteFunc(all, func(f reflect.StructField) bool { return f.Tag.Get("envconfig") == "" })
}

// Table lists the variables that a pointer to a struct stands for, with their defaults and meanings.
func Table(spec any) tongue.Text {
	var rows [][]tongue.Text
	for _, f := range variables(spec) {
		m, otherwise := meaningOf(f)
		rows = append(rows, []tongue.Text{tongue.Same(f.Tag.Get("envconfig")), otherwise, m.want})
	}
	return tongue.Columns(rows, 2)
}

// FromFiles is what --help says behind the table of variables that may be in files.
var FromFiles = tongue.Say(`
Secrets and DATABASE_URL can be in files instead: NAME_FILE names one, or $CREDENTIALS_DIRECTORY, which systemd sets, has it as
slack-bot-token and so on. One that every user of the machine can read is refused.
`, `
机密和 DATABASE_URL 也可以放在文件中：由 NAME_FILE 指定文件，或由 systemd 设置的 $CREDENTIALS_DIRECTORY 目录提供（文件名为
slack-bot-token 等）。本机所有用户都可读的文件会被拒绝。
`)

// readEnvironment fills spec, a pointer to a struct, and notes what is missing and what can't be read.
func readEnvironment(spec any) wrongs {
	wrong, all := wrongs{}, variables(spec)
	for _, f := range all {
		name := f.Tag.Get("envconfig")
		trim(name)
		if isSecret(f) {
			wrong.fetch(name)
		}
	}
	for range all { // envconfig stops at the first value that it can't read: note it, take it away, go on
		bad, ok := errors.AsType[*envconfig.ParseError](envconfig.Process("", spec))
		if !ok {
			break
		}
		wrong.refuse(bad.KeyName, wontDo(shown(bad.Value)))
		_ = os.Unsetenv(bad.KeyName)
	}
	for _, f := range all {
		if name := f.Tag.Get("envconfig"); meanings[name].unset == required && os.Getenv(name) == "" {
			wrong.refuse(name, tongue.Say("not set", "未设置"))
		}
	}
	return wrong
}

// trim takes the blank space around a variable away: a secret from a file ends in a newline, and a variable that is set
// to nothing is one that a template left out.
func trim(name string) {
	if text := strings.TrimSpace(os.Getenv(name)); text != "" {
		_ = os.Setenv(name, text)
		return
	}
	_ = os.Unsetenv(name)
}

// wontDo is what is wrong with a value that the variable's meaning doesn't allow.
func wontDo(value any) tongue.Text { return tongue.Say("%v won't do", "%v 不可用", value) }

// shown quotes what somebody wrote, unless it could be a secret that went into the wrong variable.
func shown(text string) tongue.Text {
	if len(text) > 24 || strings.HasPrefix(text, "xox") || strings.HasPrefix(text, "xapp") || strings.HasPrefix(text, "AKID") {
		return tongue.Say("a value that isn't shown here", "该值（不在此显示）")
	}
	return tongue.Same(strconv.Quote(text))
}
