package bottest

import (
	"regexp"
	"strings"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape encodes what a person typed as Slack hands it to an app: exactly & < and >.
func escape(typed string) string { return escaper.Replace(typed) }

var digitRuns = regexp.MustCompile(`[0-9]{7,}`)

// linkDigits makes a link of what Slack's clients may take for a phone number.
func linkDigits(text string) string { return digitRuns.ReplaceAllString(text, "<tel:$0|$0>") }
