package settings

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/kelseyhightower/envconfig"
)

// variables are the fields of a struct that stand for environment variables.
func variables(spec any) []reflect.StructField {
	all := reflect.VisibleFields(reflect.TypeOf(spec).Elem())
	return slices.DeleteFunc(all, func(f reflect.StructField) bool { return f.Tag.Get("envconfig") == "" })
}

// Table lists the variables that a pointer to a struct stands for, with their defaults and meanings.
func Table(spec any) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range variables(spec) {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", f.Tag.Get("envconfig"), cmp.Or(f.Tag.Get("default"), f.Tag.Get("unset"), "-"), f.Tag.Get("want"))
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}

// FromFiles is what --help says behind the table of variables that may be in files.
const FromFiles = `
Secrets and DATABASE_URL can be in files instead: NAME_FILE names one, or $CREDENTIALS_DIRECTORY, which systemd sets, has it as
slack-bot-token and so on. One that every user of the machine can read is refused.
`

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
		wrong.refuse(bad.KeyName, shown(bad.Value)+" won't do")
		_ = os.Unsetenv(bad.KeyName)
	}
	for _, f := range all {
		if f.Tag.Get("unset") == "required" && os.Getenv(f.Tag.Get("envconfig")) == "" {
			wrong.refuse(f.Tag.Get("envconfig"), "not set")
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

// shown quotes what somebody wrote, unless it could be a secret that went into the wrong variable.
func shown(text string) string {
	if len(text) > 24 || strings.HasPrefix(text, "xox") || strings.HasPrefix(text, "xapp") || strings.HasPrefix(text, "AKID") {
		return "a value that isn't shown here"
	}
	return strconv.Quote(text)
}
