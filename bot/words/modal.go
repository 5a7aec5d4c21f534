package words

import (
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// DenyModal is what the modal that asks why a request is denied is called in an envelope.
const DenyModal = "deny"

// ApproveModal is what the modal that asks whether an approval is meant is called in an envelope.
const ApproveModal = "approve"

// What is in the modals.
const (
	reasonBlock = "reason"
	reasonInput = "text"
	maxReason   = 300 // characters
	maxTitle    = 24  // characters in a modal's title
)

// AskReason is the modal that asks why a request is denied.
func (b Book) AskReason(r approvals.Request, t Target) slack.ModalViewRequest {
	lines := []line{b.say.denyWhose(r.Requester)}
	shown := r.Invitations
	if r.Many() {
		shown = shown[:min(firstAccounts, len(shown))]
	}
	for _, i := range shown {
		lines = append(lines, named(i))
	}
	if more := len(r.Invitations) - len(shown); more > 0 {
		lines = append(lines, b.say.andMoreAccounts(more))
	}
	input := slack.NewPlainTextInputBlockElement(plain(b.say.reasonHint()), reasonInput)
	input.Multiline, input.MaxLength = true, maxReason
	reason := slack.NewInputBlock(reasonBlock, plain(b.say.reasonLabel()), nil, input)
	reason.Optional = true
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: DenyModal, PrivateMetadata: t.value(),
		Title:  plain(fit(b.say.denyTitle(r.ID), b.say.denyShortTitle(), maxTitle)),
		Submit: plain(b.say.deny()), Close: plain(b.say.cancel()),
		Blocks: slack.Blocks{BlockSet: []slack.Block{paragraph(lines...), reason}},
	}
}

// Review is the modal that asks whether an approval is meant, with all that a dialog has no room for.
func (b Book) Review(r approvals.Request, t Target) slack.ModalViewRequest {
	t.Foresight = r.Foreseen.Mark()
	lines := append(b.reviewed(r), b.say.approveDigest(ledger.Short(r.Digest)))
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: ApproveModal, PrivateMetadata: t.value(),
		Title:  plain(fit(b.say.approveTitle(r.ID), b.say.approveShortTitle(), maxTitle)),
		Submit: plain(b.say.approve()), Close: plain(b.say.cancel()),
		Blocks: slack.Blocks{BlockSet: []slack.Block{paragraph(lines...)}},
	}
}

// reviewed is what is approved: each account with its warnings, or of many how many there are, and of each kind of warning.
func (b Book) reviewed(r approvals.Request) []line {
	if r.Many() {
		return append(sentences(b.say.confirmSeveralOf(len(r.Invitations)), b.say.confirmAskedBy(r.Requester)), b.everyWarning(r)...)
	}
	lines := append(b.allWarnings(r), line{text(b.say.confirmAskedBy(r.Requester))})
	for _, i := range r.Invitations {
		lines = append(lines, named(i), line{text(b.say.remarkOfOne(i.Remark))})
	}
	return lines
}

// fit is s, or short where s is too long.
func fit(s, short string, most int) string {
	if utf8.RuneCountInString(s) > most {
		return short
	}
	return s
}

// Reason is what somebody wrote into the modal, as a line: what can't be seen, and could hide or reorder what can, is gone.
func Reason(filledIn func(block, input string) string) string {
	return invite.Harmless(filledIn(reasonBlock, reasonInput))
}

// ReasonTooLong says under the box that the reason has to be shorter; nil: it may stay as it is.
func (b Book) ReasonTooLong(reason string) *slack.ViewSubmissionResponse {
	n := utf8.RuneCountInString(reason)
	if n <= maxReason {
		return nil
	}
	return slack.NewErrorsViewSubmissionResponse(map[string]string{reasonBlock: b.say.reasonTooLong(n, maxReason)})
}

// NotDone puts into the modal's place why it could not be done.
func (b Book) NotDone(why Content) *slack.ViewSubmissionResponse {
	form := b.Refused(why)
	return slack.NewUpdateViewSubmissionResponse(&form)
}

// Refused is a form that says why nothing was done.
func (b Book) Refused(why Content) slack.ModalViewRequest {
	return slack.ModalViewRequest{Type: slack.VTModal, Title: plain(b.say.notDone()), Close: plain(b.say.close()), Blocks: slack.Blocks{BlockSet: why.Blocks}}
}
