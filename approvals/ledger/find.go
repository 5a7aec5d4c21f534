package ledger

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/invitebot/invitebot/approvals/database"
)

// Filter narrows the ledger. The zero value lets everything through; what is set must all hold.
type Filter struct {
	Event   int64     // one only; 0: all
	Request int64     // 0: all
	UIN     string    // of an account: of its requests what concerns it, and what was refused about it
	Person  string    // who did it: their ID, or their name at the time, in upper or lower case
	Outcome string    // where the request, or the invitation that an event is about, stands now
	Since   time.Time // zero: from the beginning
	Until   time.Time // the first moment that is left out; zero: to the end
}

// Read yields the ledger in its order, a thousand events at a time, so that a reader who is slow keeps nobody
// waiting. After an error it ends.
func Read(ctx context.Context, db database.DB, f Filter) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for after := int64(0); ; {
			page, err := readPage(ctx, db, f, after)
			if err != nil {
				yield(Event{}, fmt.Errorf("read the ledger: %w", err))
				return
			}
			for _, e := range page {
				if after = e.ID; f.keeps(e) && !yield(e, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

func readPage(ctx context.Context, db database.DB, f Filter, after int64) (page []Event, err error) {
	ctx, cancel := database.Patiently(ctx)
	defer cancel()
	err = db.Read(ctx, func(t *database.Tx) error {
		page, err = Page(ctx, t, f, after)
		return err
	})
	return page, err
}

// Page reads up to a thousand events that follow the one with the number. What only [Filter.keeps] can tell is still
// among them.
func Page(ctx context.Context, t *database.Tx, f Filter, after int64) (page []Event, err error) {
	where, args := f.where(after)
	err = t.Rows(ctx, func(scan func(...any) error) error {
		e, err := scanEvent(scan)
		page = append(page, e)
		return err
	}, selectEvents+` WHERE `+where+` ORDER BY id LIMIT 1000`, args...)
	return page, err
}

func (f Filter) where(after int64) (where string, args []any) {
	where, args = `id > ? AND at >= ?`, []any{after, f.Since}
	and := func(condition string, values ...any) {
		where, args = where+` AND `+condition, append(args, values...)
	}
	if !f.Until.IsZero() {
		and(`at < ?`, f.Until)
	}
	if f.Event != 0 {
		and(`id = ?`, f.Event)
	}
	if f.Request != 0 {
		and(`request_id = ?`, f.Request)
	}
	if f.Outcome != "" {
		and(`EXISTS (`+concerned+` AND (r.state = ? OR i.state = ?)`+f.account()+`)`, append([]any{f.Outcome, f.Outcome}, f.accounts()...)...)
	} else if f.UIN != "" {
		and(`(EXISTS (`+concerned+f.account()+`) OR kind = 'refused' AND (detail LIKE ? OR request_id IS NULL AND detail LIKE ?))`,
			f.UIN, `%"uin":"`+f.UIN+`"%`, `%`+f.UIN+`%`)
	}
	return where, args
}

// concerned are the invitations that an event concerns: its own, those that it lists, or all of its request.
const concerned = `SELECT 1 FROM requests AS r JOIN invitations AS i ON i.request_id = r.id
	WHERE r.id = events.request_id AND (events.invitation_id = i.id OR events.invitation_id IS NULL
		AND (events.detail NOT LIKE '%"invitations":[%' OR REPLACE(REPLACE(events.detail, '[', ','), ']', ',') LIKE '%,' || i.id || ',%'))`

func (f Filter) account() string {
	if f.UIN == "" {
		return ``
	}
	return ` AND i.uin = ?`
}

func (f Filter) accounts() []any {
	if f.UIN == "" {
		return nil
	}
	return []any{f.UIN}
}

// keeps decides what the databases don't: they fold the case of letters differently, and see a number in a longer one.
func (f Filter) keeps(e Event) bool {
	if f.Person != "" && !e.Actor.goesBy(f.Person) {
		return false
	}
	return f.UIN == "" || e.Kind != Refused || e.Request != 0 || e.mentions(f.UIN)
}

func (p Person) goesBy(text string) bool {
	return p.ID != "" && (strings.EqualFold(p.ID, text) || strings.EqualFold(p.Name, text))
}

// mentions says whether an account is in what somebody asked for who was turned away.
func (e Event) mentions(uin string) bool {
	notDigit := func(r rune) bool { return !unicode.IsDigit(r) }
	return slices.Contains(strings.FieldsFunc(e.Detail.typed(), notDigit), uin) ||
		slices.ContainsFunc(e.Detail.Accounts, func(a Account) bool { return a.UIN == uin })
}
