package invite

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
	Code      string // empty when sent; Tencent Cloud's code, or ClientError.* for what went wrong on the way to it, which no answer can be
	Message   string // Tencent Cloud's own message for Code, made harmless: one line, at most 300 characters
	Err       error  // for the operator's log, never for Slack; nil when sent; without secrets
}

// AlreadyInvited tells whether the account was refused because an invitation of this organization is open to it
// already. After an attempt with an unknown outcome this means that the earlier one arrived.
func (r Result) AlreadyInvited() bool {
	return r.Code == "FailedOperation.ReSentInvitation" || r.Code == "FailedOperation.InvitationExist"
}

// NotOpen tells whether an invitation couldn't be cancelled because none of that number is open: it was accepted, it lapsed, or it was
// cancelled already.
func (r Result) NotOpen() bool { return r.Code == "ResourceNotFound.InvitationNotExist" }

// Answered tells whether an error is Tencent Cloud's own answer rather than a failure on the way to it. An outcome can
// be unknown all the same, where the code isn't documented. When such an invitation turns out not to have been sent,
// the code is the reason, and sending again by itself would most likely get it again.
func (r Result) Answered() bool { return r.Code != "" && !isOurs(r.Code) }

// Clean makes foreign text fit for a message: one line of what can be seen, at most 300 characters of it.
func Clean(s string) string { return cut(Visible(s), 300) }
