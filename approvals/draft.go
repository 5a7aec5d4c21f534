package approvals

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// A form is filled in on one page and looked through on the next, and Slack gives the second one only 3,000 characters to remember the first by. So
// what was understood is kept here in between, for a day: whichever process gets the second page finds it, also after a restart. Nothing is
// decided by a draft: it becomes a request as any other, for all to see.

const (
	draftLife  = 24 * time.Hour // is how long a draft is kept
	mostDrafts = 10             // of one person
)

// Draft is what somebody has filled in and not sent yet.
type Draft struct {
	ID          string              `json:"-"`
	Invitations []invite.Invitation `json:"invitations"`
	AlsoTold    []string            `json:"also_told,omitempty"`
	AgainOf     int64               `json:"again_of,omitempty"` // the request of which it asks for something once more
	Unread      []string            `json:"unread,omitempty"`   // columns of what was pasted that aren't read

	refused int // so often
}

// Key is that of the request that the draft becomes, however often it is sent. One that was refused can be sent once more.
func (d Draft) Key() string { return fmt.Sprintf("draft %s %d", d.ID, d.refused) }

// Preview is a draft as the request that it would become, with what is known of it now. Its invitations are numbered from 1.
type Preview struct {
	Draft
	Request
	Busy map[int64]int64 // the requests that have invitations under way for its accounts, by the invitations' numbers
	Made int64           // the request that it has become; 0: it wasn't sent
}

// KeepDraft keeps a draft, unless others have its accounts under way, and says what is known of it.
func (d *Desk) KeepDraft(ctx context.Context, by Person, draft Draft) (p Preview, err error) {
	content, err := json.Marshal(draft)
	if err != nil {
		return p, err
	}
	err = d.store.write(ctx, func(t *tx) error {
		if p, err = t.preview(ctx, by, draft, d.rules); err != nil || len(p.Busy) > 0 {
			return err
		}
		p.Draft.ID = newNonce()
		if err := t.forgetDrafts(ctx, by.ID); err != nil {
			return err
		}
		return t.Run(ctx, `INSERT INTO drafts (id, person, created_at, content) VALUES (?, ?, ?, ?)`, p.Draft.ID, by.ID, t.now, string(content))
	})
	return p, err
}

// forgetDrafts takes away what nobody will send any more, and makes room for one more of a person's.
func (t *tx) forgetDrafts(ctx context.Context, person string) error {
	return t.Run(ctx, `DELETE FROM drafts WHERE created_at < ? OR person = ? AND created_at <=
		(SELECT created_at FROM drafts WHERE person = ? ORDER BY created_at DESC, id LIMIT 1 OFFSET `+strconv.Itoa(mostDrafts-1)+`)`,
		t.now.Add(-draftLife), person, person)
}

// DraftOf is a draft of somebody's own, with what is known of it now. One that isn't there, or is another's, is [ErrNotFound].
func (d *Desk) DraftOf(ctx context.Context, by Person, id string) (p Preview, err error) {
	err = d.store.read(ctx, func(t *tx) error {
		var content string
		var refused int
		err := t.Row(ctx, `SELECT content, refused FROM drafts WHERE id = ? AND person = ?`, id, by.ID).Scan(&content, &refused)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("draft: %w", ErrNotFound)
		}
		if err != nil {
			return err
		}
		var draft Draft
		if err := json.Unmarshal([]byte(content), &draft); err != nil {
			return err
		}
		draft.ID, draft.refused = id, refused
		if p, err = t.preview(ctx, by, draft, d.rules); err != nil {
			return err
		}
		return t.Row(ctx, `SELECT COALESCE(MAX(request_id), 0) FROM events WHERE key = ? AND kind = 'requested'`, draft.Key()).Scan(&p.Made)
	})
	return p, err
}

// DraftRefused notes that a draft was refused, so that it may be sent again.
func (d *Desk) DraftRefused(ctx context.Context, draft Draft) error {
	return d.store.write(ctx, func(t *tx) error {
		return t.Run(ctx, `UPDATE drafts SET refused = ? WHERE id = ? AND refused = ?`, draft.refused+1, draft.ID, draft.refused)
	})
}

func (t *tx) preview(ctx context.Context, by Person, draft Draft, rules Rules) (p Preview, err error) {
	p.Draft = draft
	p.Request = Request{Requester: by, State: Pending, Required: rules.Required, AlsoTold: draft.AlsoTold}
	for n, i := range draft.Invitations {
		p.Request.Invitations = append(p.Request.Invitations, Invitation{ID: int64(n + 1), Invitation: i, State: Waiting})
	}
	if len(p.Request.Invitations) == 0 {
		return p, nil
	}
	if p.Foreseen, err = t.foresee(ctx, p.Request, rules.Room); err != nil {
		return p, err
	}
	// Who denied somebody else's request, and why, is for those who see its card.
	p.Foreseen.Warnings = slices.DeleteFunc(p.Foreseen.Warnings, func(f ledger.Foreseen) bool { return f.Kind == ledger.DeniedBefore })
	return p, t.lookAtAccounts(ctx, &p)
}

// lookAtAccounts finds which requests have, or had, the accounts of a preview. Each account is looked for by itself, in an index: what PostgreSQL plans
// for a list of a hundred reads the whole table while that has no statistics, and compares each row with each of the hundred.
func (t *tx) lookAtAccounts(ctx context.Context, p *Preview) error {
	of, uins, _ := accountsOf(p.Request)
	p.Busy = map[int64]int64{}
	return t.Rows(ctx, func(scan func(...any) error) error {
		var uin string
		var busy, before int64
		err := scan(&uin, &busy, &before)
		if busy != 0 {
			p.Busy[of[uin]] = busy
		}
		p.Request.invitation(of[uin]).SentBefore = before
		return err
	}, `WITH accounts (uin) AS (VALUES (?)`+strings.Repeat(`, (?)`, len(uins)-1)+`)
		SELECT uin, COALESCE((SELECT MAX(request_id) FROM invitations AS i WHERE i.uin = accounts.uin AND state IN ('waiting', 'ready', 'sending', 'unknown')), 0),
		COALESCE((SELECT MAX(request_id) FROM invitations AS i WHERE i.uin = accounts.uin AND state IN `+wasSent+`), 0) FROM accounts`, uins...)
}
