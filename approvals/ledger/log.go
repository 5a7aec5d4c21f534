package ledger

import (
	"log/slog"
	"strings"
)

// Attrs are an event in the log's words, which are the same for each: its number and kind, the request, the accounts, and who
// did it. What people typed isn't among them. Accounts are those of the request, for an event that doesn't tell them itself.
func (e Event) Attrs(accounts []string) []slog.Attr {
	attrs := []slog.Attr{slog.Int64("event", e.ID), slog.String("kind", string(e.Kind))}
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	if e.Request != 0 {
		attrs = append(attrs, slog.Int64("request", e.Request))
	}
	if own := e.uins(); len(own) > 0 {
		accounts = own
	}
	add("uin", strings.Join(accounts, ","))
	by := e.Actor.ID
	if by == "" {
		by = self
	}
	add("by", by)
	if e.Attempt != 0 {
		attrs = append(attrs, slog.Int("attempt", e.Attempt))
	}
	add("why", string(e.Detail.Why)+string(e.Detail.Stop))
	add("code", e.Detail.Code)
	add("request_id", e.Detail.RequestID)
	return attrs
}

// uins are the accounts that an event is about.
func (e Event) uins() (all []string) {
	if e.Detail.UIN != "" {
		return []string{e.Detail.UIN}
	}
	for _, a := range e.Detail.Accounts {
		all = append(all, a.UIN)
	}
	return all
}
