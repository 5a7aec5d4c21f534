package bot

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// said is a message about request 12, for a slot.
func said(slot approvals.Slot) approvals.Message {
	asked := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	return approvals.Message{ID: "x", Slot: slot, DueSince: time.Now(), Request: approvals.Request{
		ID: 12, Requester: eve, AskedIn: askID, State: approvals.Pending, Required: 1,
		CreatedAt: asked, ExpiresAt: asked.Add(72 * time.Hour),
		Invitations: []approvals.Invitation{{ID: 7, State: approvals.Waiting,
			Invitation: invite.Invitation{UIN: 100012345678, Name: "Alice", Remark: "invitebot 12, asked by eve"}}},
	}}
}

func TestBeforeSlackIsReached(t *testing.T) {
	w := newWorld(t, options{idle: true, asleep: true})
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	if _, err := w.bot.Say(ctx, said(approvals.Card)); !isSure(err) {
		t.Errorf("got %v", err)
	}
}

// isSure tells whether an error says that nothing was said.
func isSure(err error) bool {
	_, sure := errors.AsType[*approvals.NotSaidError](err)
	return sure
}

func TestNoSuchSlot(t *testing.T) {
	w := newWorld(t, options{idle: true})
	_, err := w.bot.Say(w.ctx, said("elsewhere"))
	if _, never := errors.AsType[*approvals.UnsayableError](err); !never {
		t.Errorf("got %v", err)
	}
}
