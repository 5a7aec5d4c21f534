package approvals

import (
	"context"
	"log/slog"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// logCall logs what a call to Tencent Cloud has brought, and when it is made again; zero: it isn't planned. Its event is in the log, too; what that
// doesn't have is why a call got no answer, and that an operator has to do something.
func (w *Worker) logCall(action string, d delivery, r invite.Result, next time.Time) {
	level, text := slog.LevelDebug, "called Tencent Cloud"
	switch {
	case invite.ForOperator(r.Code):
		level, text = slog.LevelError, "Tencent Cloud doesn't take this bot's key, or its policy, for a call: \"invitebot check\" says what to do"
	case r.Outcome != invite.Sent:
		level, text = slog.LevelWarn, "a call to Tencent Cloud has not done what it was for"
	}
	attrs := []any{"action", action, "request", d.request, "uin", d.UIN.String(), "attempt", d.attempt,
		"outcome", r.Outcome, "code", r.Code, "request_id", r.RequestID, "error", r.Err}
	if r.Outcome == invite.NotSent {
		attrs = append(attrs, "again_in", againIn(w.store.now(), next))
	}
	w.log.Log(context.Background(), level, text, attrs...)
}
