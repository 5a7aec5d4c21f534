package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// What the buttons are called in an envelope.
const (
	actionApprove = "approve"
	actionDeny    = "deny"
	actionRetry   = "retry"
	actionArrived = "arrived"
	actionResend  = "resend"
)

// target is what a button or a modal is about. A value that carries the installation can't decide a request of the same
// number in another database.
type target struct {
	Installation string `json:"i"`
	Request      int64  `json:"r"`
	Invitation   int64  `json:"n,omitempty"`
	Attempt      int    `json:"a,omitempty"`
}

func (t target) value() string {
	raw, err := json.Marshal(t)
	if err != nil {
		panic(err) // a struct of strings and numbers
	}
	return string(raw)
}

// interaction answers buttons and the modal.
func (b *Bot) interaction(ctx context.Context, i slack.InteractionCallback) answer {
	by := visitor{Person: approvals.Person{ID: i.User.ID, Name: i.User.Name}, team: i.User.TeamID, bot: i.User.IsBot}
	switch {
	case i.Type == slack.InteractionTypeViewSubmission && i.View.CallbackID == denyModal:
		return b.submitDenial(ctx, i, by)
	case i.Type == slack.InteractionTypeBlockActions && len(i.ActionCallback.BlockActions) > 0:
		return b.click(ctx, i, by)
	}
	b.log.Debug("an interaction that means nothing here", "type", i.Type)
	return answer{}
}

// click answers a button. What it was for is refused in the ledger, and told from there; only what the ledger can't
// know of is told from here.
func (b *Bot) click(ctx context.Context, i slack.InteractionCallback, by visitor) answer {
	action := i.ActionCallback.BlockActions[0]
	c := approvals.Click{Key: i.TriggerID, By: by.Person, Channel: channelOf(i), Tried: action.ActionID}
	var t target
	if json.Unmarshal([]byte(action.Value), &t) != nil {
		return b.telling(c, noButton)
	}
	if why := b.mayTouch(ctx, t, by); why != "" {
		return b.clicked(c, t, b.refuse(ctx, c, t, why))
	}
	var err error
	switch action.ActionID {
	case actionApprove:
		_, err = b.desk.Decide(ctx, c, t.Request, approvals.Approve, "")
	case actionDeny:
		return b.askReason(ctx, i, c, t)
	case actionRetry:
		_, err = b.desk.Retry(ctx, c, t.Invitation, t.Attempt)
	case actionArrived:
		_, err = b.desk.Settle(ctx, c, t.Invitation, t.Attempt, true)
	case actionResend:
		_, err = b.desk.Settle(ctx, c, t.Invitation, t.Attempt, false)
	default:
		return b.telling(c, noButton)
	}
	return b.clicked(c, t, err)
}

var noButton = prose(line{words("That button isn't one of this bot's current ones. Nothing was changed.")})

// channelOf is where somebody clicked.
func channelOf(i slack.InteractionCallback) string {
	if i.Channel.ID != "" {
		return i.Channel.ID
	}
	return i.Container.ChannelID
}

// mayTouch says why somebody may not use a button or a modal; empty: they may.
func (b *Bot) mayTouch(ctx context.Context, t target, by visitor) ledger.Why {
	if t.Installation != b.desk.Installation() {
		return ledger.ForeignCard
	}
	return b.people.mayDecide(ctx, by)
}

// refuse has the ledger refuse a click, and tell why where c has a channel. A request of another installation isn't one
// of this ledger.
func (b *Bot) refuse(ctx context.Context, c approvals.Click, t target, why ledger.Why) error {
	if why == ledger.ForeignCard {
		t.Request = 0
	}
	if err := b.desk.Refuse(ctx, c, t.Request, why); err != nil {
		return err
	}
	return &approvals.RefusedError{Why: why, Request: approvals.Request{ID: t.Request}}
}

// clicked is what follows a click. Success shows on the card, and a refusal is in the ledger and told from there.
func (b *Bot) clicked(c approvals.Click, t target, err error) answer {
	if _, refused := errors.AsType[*approvals.RefusedError](err); err == nil || refused && c.Channel != "" {
		return answer{}
	}
	return b.telling(c, b.failure(t.Request, err))
}

// failure words an error of the desk.
func (b *Bot) failure(request int64, err error) content {
	if refused, ok := errors.AsType[*approvals.RefusedError](err); ok {
		return b.render().refusal(ledger.Detail{Why: refused.Why, Other: refused.Request.ID}, refused.Request)
	}
	if errors.Is(err, approvals.ErrNotFound) {
		return prose(line{words(fmt.Sprintf("There is no request %d here. Nothing was changed.", request))})
	}
	b.log.Error("a click could not be stored", "request", request, "error", err)
	return prose(line{words("That could not be stored just now. Try again in a minute; what was done already isn't done twice.")})
}

func (b *Bot) telling(c approvals.Click, what content) answer {
	return answer{then: func(ctx context.Context) { b.tell(ctx, c.Channel, c.By.ID, what) }}
}

// The modal that asks why a request is denied.
const (
	denyModal   = "deny"
	reasonBlock = "reason"
	reasonInput = "text"
	maxReason   = 300 // characters
)

// askReason opens the modal after the acknowledgement; its trigger lives for 3 seconds. A request that was decided
// meanwhile is refused before somebody takes the trouble to give a reason.
func (b *Bot) askReason(ctx context.Context, i slack.InteractionCallback, c approvals.Click, t target) answer {
	r, err := b.desk.Request(ctx, t.Request)
	if err != nil {
		return b.clicked(c, t, err)
	}
	if r.State != approvals.Pending {
		return b.clicked(c, t, b.refuse(ctx, c, t, ledger.DecidedBefore))
	}
	return answer{then: func(ctx context.Context) {
		if _, err := b.api.OpenViewContext(ctx, i.TriggerID, denyView(r, t)); err != nil {
			b.log.Warn("the modal could not be opened", "request", r.ID, "error", err)
			b.tell(ctx, c.Channel, c.By.ID, prose(line{words(fmt.Sprintf("Slack didn't open the window for denying request %d. Nothing was changed; press Deny again.", r.ID))}))
		}
	}}
}

func denyView(r approvals.Request, t target) slack.ModalViewRequest {
	lines := []line{{words("Asked by "), person(r.Requester), words(":")}}
	for _, i := range r.Invitations {
		lines = append(lines, line{code(i.UIN.String()), words(" " + i.Name)})
	}
	input := slack.NewPlainTextInputBlockElement(plain("The requester and the channel see it."), reasonInput)
	input.Multiline, input.MaxLength = true, maxReason
	reason := slack.NewInputBlock(reasonBlock, plain("Reason"), nil, input)
	reason.Optional = true
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: denyModal, PrivateMetadata: t.value(),
		Title: plain(fit(fmt.Sprintf("Deny request %d", r.ID), "Deny", maxTitle)), Submit: plain("Deny"), Close: plain("Cancel"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{paragraph(lines...), reason}},
	}
}

// maxTitle is how many characters a modal's title has at most.
const maxTitle = 24

// fit is s, or short where s is too long.
func fit(s, short string, most int) string {
	if utf8.RuneCountInString(s) > most {
		return short
	}
	return s
}

// notice is a modal that only says something.
func notice(c content) *slack.ModalViewRequest {
	return &slack.ModalViewRequest{Type: slack.VTModal, Title: plain("Not done"), Close: plain("Close"), Blocks: slack.Blocks{BlockSet: c.blocks}}
}

// submitDenial denies a request, and says in the modal why it can't.
func (b *Bot) submitDenial(ctx context.Context, i slack.InteractionCallback, by visitor) answer {
	c := approvals.Click{Key: i.TriggerID, By: by.Person, Tried: actionDeny} // no channel: the modal tells
	var t target
	if err := json.Unmarshal([]byte(i.View.PrivateMetadata), &t); err != nil {
		return answer{payload: slack.NewUpdateViewSubmissionResponse(notice(b.failure(0, approvals.ErrNotFound)))}
	}
	reason := tidy(reasonOf(i.View))
	if n := utf8.RuneCountInString(reason); n > maxReason {
		return answer{payload: slack.NewErrorsViewSubmissionResponse(map[string]string{
			reasonBlock: fmt.Sprintf("The reason has %d characters; write at most %d.", n, maxReason)})}
	}
	err := b.deny(ctx, c, t, by, reason)
	if err == nil {
		return answer{}
	}
	return answer{payload: slack.NewUpdateViewSubmissionResponse(notice(b.failure(t.Request, err)))}
}

func reasonOf(v slack.View) string {
	if v.State == nil {
		return ""
	}
	return v.State.Values[reasonBlock][reasonInput].Value
}

func (b *Bot) deny(ctx context.Context, c approvals.Click, t target, by visitor, reason string) error {
	if why := b.mayTouch(ctx, t, by); why != "" {
		return b.refuse(ctx, c, t, why)
	}
	_, err := b.desk.Decide(ctx, c, t.Request, approvals.Deny, reason)
	return err
}
