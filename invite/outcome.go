package invite

import (
	"slices"
	"strings"
	"unicode"
)

// Outcome is how much is known of one attempt to send an invitation.
type Outcome string

const (
	// Sent: Tencent Cloud answered with a RequestId and no error.
	Sent Outcome = "sent"
	// Rejected: Tencent Cloud refused. Nothing was sent, and the same call would be refused again until somebody
	// changes something.
	Rejected Outcome = "rejected"
	// NotSent: nothing was sent, for a reason that passes (no connection, too many calls). It may be sent again.
	NotSent Outcome = "not sent"
	// Unknown: the invitation may or may not have been sent. Look it up before anything else.
	Unknown Outcome = "unknown"
)

// String returns the outcome in lower-case words.
func (o Outcome) String() string { return string(o) }

// Result tells what became of one call.
type Result struct {
	Outcome   Outcome
	RequestID string // Tencent Cloud's number of the call; empty where no answer came
	Code      string // empty when sent; Tencent Cloud's code, or ClientError.* for what went wrong on the way to it
	Message   string // Tencent Cloud's own message for Code, made harmless: one line, at most 300 characters
	Err       error  // for the operator's log, never for Slack; nil when sent; without secrets
}

// AlreadyInvited tells whether the account was refused because an invitation of this organization is open to it
// already. After an attempt with an unknown outcome this means that the earlier one arrived.
func (r Result) AlreadyInvited() bool { return r.Code == "FailedOperation.ReSentInvitation" }

// Answered tells whether an error is Tencent Cloud's own answer rather than a failure on the way to it. An outcome can
// be unknown all the same, where the code isn't documented. When such an invitation turns out not to have been sent,
// the code is the reason, and sending again by itself would most likely get it again.
func (r Result) Answered() bool { return r.Code != "" && !isOurs(r.Code) }

// isOurs tells whether a code stands for a failure on the way to Tencent Cloud or back.
func isOurs(code string) bool {
	return code == "ClientError" || strings.HasPrefix(code, "ClientError.")
}

// outcomeOf returns the outcome that an error code leaves. A code that isn't listed leaves it unknown: a guess in
// either direction would lose an invitation or send it twice, and the look-up that follows settles it.
func outcomeOf(code string) Outcome {
	if m, ok := meanings[code]; ok {
		return m.outcome
	}
	if m, ok := family(code); ok {
		return m.outcome
	}
	return Unknown
}

// Explain says in plain English what an error code means and what to do next, for the people who read it in Slack. Of
// a code that isn't known, and where a known code says little, the provider's own message is quoted, made harmless as
// in [Result]; it isn't escaped for Slack. Both sentences are never empty.
func Explain(code, providerMessage string) (what, next string) {
	m, listed := meanings[code]
	if !listed {
		var ok bool
		if m, ok = family(code); !ok {
			m = meaning{what: "Tencent Cloud answered with an error that the bot doesn't know.", next: nextLookUp}
		}
	}
	message := clean(providerMessage)
	if message == "" || (listed && !m.vague) {
		return m.what, m.next
	}
	return m.what + " Tencent Cloud says: “" + message + "”", m.next
}

// ExplainFailed is [Explain] for an invitation that has failed. Where its code doesn't tell what the call did, it has
// been looked up since, and wasn't there.
func ExplainFailed(code, providerMessage string) (what, next string) {
	what, next = Explain(code, providerMessage)
	if outcomeOf(code) != Unknown {
		return what, next
	}
	what = "Tencent Cloud answered with an error, and doesn't list the invitation."
	if message := clean(providerMessage); message != "" {
		what += " It says: “" + message + "”"
	}
	return what, nextAgain
}

// family returns the meaning of the code's first part, for codes whose subcodes all mean what it means.
func family(code string) (meaning, bool) {
	head, _, sub := strings.Cut(code, ".")
	if !sub || !slices.Contains(families, head) {
		return meaning{}, false
	}
	return meanings[head], true
}

// clean makes foreign text fit for a message: runs of spaces and characters that can't be seen become one space, and at
// most 300 characters are kept.
func clean(s string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || !visible(r) })
	return cut(strings.Join(words, " "), 300)
}
