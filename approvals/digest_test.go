package approvals

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// edit changes the database as its owner can.
func (h *house) edit(statement string, args ...any) {
	h.Helper()
	if err := h.store.db.Write(h.Context(), func(t *database.Tx) error { return t.Run(h.Context(), statement, args...) }); err != nil {
		h.Fatalf("%s: %v", statement, err)
	}
}

// stopped asserts that nothing was sent, and that thread, requester, card and ledger are told why.
func (h *house) stopped(r Request, why ledger.Stop) {
	h.Helper()
	h.work()
	if len(h.cloud.sends) > 0 {
		h.Errorf("sent to %v", h.cloud.sends)
	}
	if got := h.request(r).Invitations[0].State; got != Stopped {
		h.Errorf("the invitation is %s", got)
	}
	for _, slot := range []Slot{Thread, Direct} {
		if said := h.slack.find(slot, ledger.Stopped); said == nil || said.Event.Detail.Stop != why {
			h.Errorf("%s: %+v", slot, said)
		}
	}
	if card := h.slack.find(Card, ""); card == nil || card.Request.Invitations[0].State != Stopped {
		h.Error("the card doesn't show it")
	}
}

// Whoever can write to the database can't have sent what no approver saw.
func TestWhatWasChangedInTheDatabaseIsNotSent(t *testing.T) {
	for _, c := range []struct {
		name      string
		approved  bool
		statement string
		why       ledger.Stop
	}{
		{"pending made ready", false, `UPDATE invitations SET state = 'ready', due_at = 1, ready_at = 1`, ledger.NotApproved},
		{"pending made approved", false, `UPDATE requests SET state = 'approved', decided_at = 1`, ledger.TooFew},
		{"another account", true, `UPDATE invitations SET uin = '666'`, ledger.TooFew},
		{"another name", true, `UPDATE invitations SET name = 'Mallory'`, ledger.TooFew},
		{"another remark", true, `UPDATE invitations SET remark = 'x'`, ledger.TooFew},
		{"fewer approvals needed", true, `UPDATE requests SET required = 1`, ledger.TooFew},
		{"the requester's own would count", true, `UPDATE requests SET allow_self = 1`, ledger.TooFew},
		{"another requester", true, `UPDATE requests SET requester = 'UMALLORY'`, ledger.TooFew},
		{"an approval less", true, `DELETE FROM decisions WHERE approver = 'UANN'`, ledger.TooFew},
		{"an approval by the same person", true, `UPDATE decisions SET digest = 'x' WHERE approver = 'UANN'`, ledger.TooFew},
	} {
		t.Run(c.name, func(t *testing.T) {
			everywhere(t, Rules{Required: 2}, func(t *testing.T, h *house) {
				r := h.ask(1)
				h.work()
				if c.approved {
					h.approve(r, ann)
					h.approve(r, bob)
				}
				h.edit(c.statement)
				if !c.approved {
					h.edit(`UPDATE invitations SET state = 'ready', due_at = 1, ready_at = 1`)
				}
				h.stopped(r, c.why)
			})
		})
	}
}

// What was changed while it waited is never approved, also where its card shows it by now. It can be denied.
func TestWhatWasChangedWhileItWaitedIsNotApproved(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.work()
		h.edit(`UPDATE invitations SET uin = '666', name = 'Mallory'`)
		for range 2 {
			c := h.by(ann)
			c.Button = &Button{Nonce: r.Nonce, Digest: r.Digest}
			_, err := h.Decide(t.Context(), c, r.ID, Approve, "")
			h.refused(err, ledger.Changed)
			h.work()
			r = h.request(r) // as its card shows it now
		}
		if len(h.cloud.sends) > 0 {
			t.Errorf("sent to %v", h.cloud.sends)
		}
		if _, err := h.Decide(t.Context(), h.by(ann), r.ID, Deny, "somebody changed it"); err != nil {
			t.Error(err)
		}
	})
}

// With a key that isn't in the database, its owner can't make up a decision, whatever else they compute.
func TestDecisionsThatWereMadeUp(t *testing.T) {
	for _, keyed := range []bool{true, false} {
		t.Run(fmt.Sprint("with a key: ", keyed), func(t *testing.T) {
			everywhere(t, Rules{}, func(t *testing.T, h *house) {
				if keyed {
					h.seals = ledger.Keys{[]byte("a key that is long enough for this")}
					h.restart()
				}
				r := h.ask(1)
				h.work()
				h.edit(`INSERT INTO decisions (request_id, approver, approver_name, verdict, reason, at, digest, seal) VALUES (1, 'UBOB', 'bob', 'approve', '', 1, ?, ?)`,
					h.request(r).Digest, "00")
				h.edit(`UPDATE requests SET state = 'approved', decided_at = 1`)
				h.edit(`UPDATE invitations SET state = 'ready', due_at = 1, ready_at = 1`)
				if keyed {
					h.stopped(r, ledger.TooFew)
					return
				}
				h.work() // what a database without a key can't stop; README says so
				h.is(r, Approved, Sent)
			})
		})
	}
}

// A key can be replaced: the newest seals, and what older ones sealed counts on.
func TestKeysAreReplaced(t *testing.T) {
	everywhere(t, Rules{Required: 2}, func(t *testing.T, h *house) {
		older, newer := []byte("an older key that is long enough"), []byte("a newer key that is long enough")
		h.seals = ledger.Keys{older}
		h.restart()
		r := h.ask(1)
		h.approve(r, ann)
		h.seals = ledger.Keys{newer, older}
		h.restart()
		h.approve(r, bob)
		h.work()
		h.is(r, Approved, Sent)
		h.proved(0)
		h.stop()
		if _, err := Open(t.Context(), h.url, h.options(newer)); err == nil || !strings.Contains(err.Error(), "sealed with another key") {
			t.Errorf("without the older key, whose decisions would count no longer: %v", err)
		}
		if _, err := Rekey(t.Context(), h.url, h.options(newer)); err != nil {
			t.Fatal(err)
		}
		h.seals = ledger.Keys{newer}
		h.start()
		if n := h.request(r).Approvals(); n != 1 {
			t.Errorf("without the older key %d decisions count", n)
		}
	})
}

// A button names its request by more than a number.
func TestButtonsOfWhatThisDatabaseDoesntHave(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.work()
		r = h.request(r)
		press := func(number int64, b Button) error {
			c := h.by(ann)
			c.Button = &b
			_, err := h.Decide(t.Context(), c, number, Approve, "")
			return err
		}
		h.refused(press(r.ID, Button{Nonce: newNonce(), Digest: r.Digest, At: r.Card}), ledger.UnknownCard)
		h.refused(press(r.ID, Button{Nonce: r.Nonce, Digest: "another", At: r.Card}), ledger.Changed)
		h.refused(press(7, Button{Nonce: r.Nonce, Digest: r.Digest, At: r.Card}), ledger.UnknownCard)
		h.refused(press(r.ID, Button{Nonce: r.Nonce, Digest: r.Digest, At: Place{r.Card.Channel, "1.000009"}}), ledger.OffRecord)
		h.refused(press(r.ID, Button{Nonce: r.Nonce, Digest: r.Digest, At: Place{"CELSEWHERE", r.Card.TS}}), ledger.OffRecord)
		h.is(r, Pending, Waiting)
		if err := press(r.ID, Button{Nonce: r.Nonce, Digest: r.Digest, At: r.Card}); err != nil {
			t.Fatal(err)
		}
		h.is(r, Approved, Ready)
	})
}

// A database made by the version before opens, is brought up to date, and goes on: what was decided counts on.
func TestADatabaseThatIsOlderThanDigests(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	script, err := os.ReadFile("schema/sqlite/001_start.sql")
	if err != nil {
		t.Fatal(err)
	}
	makeOld(t, path, string(script))
	h := newHouseOn(t, "sqlite:"+path, Rules{})
	r, err := h.Request(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	h.approve(r, bob) // ann has approved before, and two are needed
	h.work()
	h.is(r, Approved, Sent)
	if got, want := h.events(r), []ledger.Kind{ledger.Requested, ledger.Approved, ledger.Approved, ledger.Attempted, ledger.Sent}; !slices.Equal(got, want) {
		t.Errorf("ledger %q", got)
	}
}

// makeOld makes a database as of 001, in which one of two approvals was given.
func makeOld(t *testing.T, path, script string) {
	t.Helper()
	old, err := database.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = old.Close() }()
	if err := database.Migrate(t.Context(), old, onlyFirst(script), database.Upgrades{}, ""); err != nil {
		t.Fatal(err)
	}
	err = old.Write(t.Context(), func(tx *database.Tx) error {
		for _, s := range []string{
			`INSERT INTO installation (single, id) VALUES (1, 'aabbcc')`,
			`INSERT INTO requests (id, requester, requester_name, asked_in, state, required, created_at, expires_at) VALUES (1, 'UALICE', 'alice', 'C', 'pending', 2, 1, 0)`,
			`INSERT INTO invitations (id, request_id, uin, name, remark, state) VALUES (1, 1, '1', 'Alice', 'r', 'waiting')`,
			`INSERT INTO decisions (request_id, approver, approver_name, verdict, reason, at) VALUES (1, 'UANN', 'ann', 'approve', '', 2)`,
			`INSERT INTO events (at, request_id, actor, actor_name, kind, key, detail) VALUES (1, 1, 'UALICE', 'alice', 'requested', 'k1', '{}')`,
			`INSERT INTO events (at, request_id, actor, actor_name, kind, key, detail) VALUES (2, 1, 'UANN', 'ann', 'approved', 'k2', '{}')`,
			`INSERT INTO posts (request_id, slot, created_at, due_at, shown, channel, ts) VALUES (1, 'card', 1, 1, 1, 'CADMINS', '1.000001')`,
		} {
			if err := tx.Run(t.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// onlyFirst are the schema files of the first version.
func onlyFirst(script string) fstest.MapFS {
	return fstest.MapFS{"sqlite/001_start.sql": {Data: []byte(script)}}
}
