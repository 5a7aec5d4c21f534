// Package tongue is how the program speaks to those who operate it, in English and in Simplified Chinese: --help, what a check finds, and
// what a person has to put right. Each sentence stands where it is known, once, as a [Text] made by [Say], which takes it in every language:
// one that lacks a language doesn't compile. A test holds the languages of each sentence against each other.
//
// What people read in Slack is bot/words' matter. The log is in English, whoever reads it: programs do, too.
package tongue

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Language is one in which operators are spoken to.
type Language int

// The languages.
const (
	English Language = iota
	Chinese          // Simplified Chinese, in Tencent Cloud's own terms
)

// Parse reads what a person may write for a language, and what a system does: gettext reads a variable of the same name, so it may be
// fr_FR:en or zh_CN.UTF-8 for every program of a machine, those first that are preferred. False: none of the languages is among them.
func Parse(text string) (Language, bool) {
	for one := range strings.SplitSeq(text, ":") {
		one, _, _ = strings.Cut(strings.TrimSpace(one), ".")
		switch one = strings.ReplaceAll(strings.ToLower(one), "_", "-"); {
		case one == "en", strings.HasPrefix(one, "en-"):
			return English, true
		case one == "zh", one == "zh-cn", one == "zh-sg", strings.HasPrefix(one, "zh-hans"):
			return Chinese, true
		}
	}
	return English, false
}

// Configured is the language that LANGUAGE names; English where it names none, which another place tells.
func Configured() Language {
	l, _ := Parse(strings.TrimSpace(os.Getenv("LANGUAGE")))
	return l
}

// Text is a sentence, or a part of one, in every language. Two of the same words are equal; the zero Text says nothing.
type Text struct{ english, chinese string }

// Format is a sentence in one language, as fmt has it. It has a type of its own so that an argument isn't taken for a language.
type Format string

// Say is a sentence in every language, with the same arguments in each, which a language may put elsewhere by their numbers (%[2]s).
// Arguments that have languages themselves, texts and errors, are said in the sentence's.
func Say(english, chinese Format, args ...any) Text {
	return Text{english.in(English, args), chinese.in(Chinese, args)}
}

// Same is what reads the same in every language: a name, an address, what others say.
func Same(text string) Text { return Text{text, text} }

// List is a list of texts.
func List(all []Text) (list Text) {
	for n, t := range all {
		if list = Say("%s, %s", "%s、%s", list, t); n == 0 {
			list = t
		}
	}
	return list
}

// Names is a list of what reads the same in every language.
func Names(names []string) Text { return Text{strings.Join(names, ", "), strings.Join(names, "、")} }

func (f Format) in(l Language, args []any) string {
	if len(args) == 0 {
		return string(f)
	}
	args = slices.Clone(args)
	for n, arg := range args {
		switch arg := arg.(type) {
		case Text:
			args[n] = arg.In(l)
		case error:
			args[n] = Told(arg, l)
		}
	}
	return fmt.Sprintf(string(f), args...)
}

// In is the text in a language.
func (t Text) In(l Language) string {
	if l == Chinese {
		return t.chinese
	}
	return t.english
}

// String is the text in English, as the log and whoever else reads no other language has it.
func (t Text) String() string { return t.english }

// Told is what an error says in a language. Of what was wrapped around an error that has languages, and isn't its own, nothing is lost.
func Told(err error, l Language) string {
	said, ok := errors.AsType[interface {
		error
		In(l Language) string
	}](err)
	if !ok {
		return err.Error()
	}
	return strings.Replace(err.Error(), said.Error(), said.In(l), 1)
}

// Error is an error that is a text.
type Error struct {
	Text
	Cause error // which the text tells too; nil: there is none
}

func (e Error) Error() string { return e.String() }

// Unwrap is the cause.
func (e Error) Unwrap() error { return e.Cause }
