package words

import "github.com/invitebot/invitebot/invite"

// meaning is what an error code of Tencent Cloud's says to people. Both sentences are never empty.
type meaning struct{ what, next string }

// explain says what an error code means and what to do next, and quotes Tencent Cloud's own words, made harmless: what a code
// is documented to mean may not be all of it.
func (b Book) explain(errorCode, message string) (what, next string) {
	m, known := b.say.meaning(errorCode)
	if !known {
		m = b.meaningOfFamily(errorCode)
	}
	message = invite.Clean(message)
	if message == "" {
		return m.what, m.next
	}
	return b.say.quoting(m.what, message), m.next
}

// meaningOfFamily is that of the code's first part, for codes whose subcodes all mean what it means.
func (b Book) meaningOfFamily(errorCode string) meaning {
	if head, ok := invite.Family(errorCode); ok {
		m, _ := b.say.meaning(head)
		return m
	}
	return b.say.unknownCode()
}

// explainFailed is explain for an invitation that has failed. Where its code doesn't tell what the call did, it has been
// looked up since, and wasn't there.
func (b Book) explainFailed(errorCode, message string) (what, next string) {
	if invite.OutcomeOf(errorCode) != invite.Unknown {
		return b.explain(errorCode, message)
	}
	m := b.say.notListed(invite.Clean(message))
	return m.what, m.next
}
