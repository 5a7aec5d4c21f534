package approvals

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// TestSimulationOfEdits has the database's owner change any row at any moment, while people ask and approve and everything
// else goes wrong as well. Most promises are void then. One isn't: nothing is sent but what a card showed to as many people
// as it said, who approved just that. What the owner can't do is make a seal: the key isn't in the database.
func TestSimulationOfEdits(t *testing.T) {
	edits := 0
	open := freshFile(t)
	for seed := *firstSeed; seed < *firstSeed+uint64(*seeds)/3; seed++ {
		s := simulateWith(t, seed, open, func(s *simulation) { s.owner = &owner{s: s} })
		edits += s.owner.edits
		if s.owner.caught != "" {
			t.Fatalf("seed %d breaks a promise: %s\n%s", seed, s.owner.caught, s.trace.String())
		}
	}
	t.Logf("%d edits", edits)
	if edits == 0 {
		t.Error("nothing was edited")
	}
}

// owner may write to the database, and doesn't know the key.
type owner struct {
	s      *simulation
	edits  int
	caught string // content that was sent, and that nobody approved
}

// ownersKey is the bot's, and not the owner's.
var ownersKey = ledger.Keys{[]byte("a key that the database's owner doesn't know")}

// changes are what an owner does to a row. Those that a CHECK keeps out change nothing.
var changes = []string{
	`UPDATE requests SET state = 'approved', decided_at = 1 WHERE id = %d`, `UPDATE requests SET state = 'pending', decided_at = 0 WHERE id = %d`,
	`UPDATE requests SET required = 1 WHERE id = %d`, `UPDATE requests SET allow_self = 1 WHERE id = %d`, `UPDATE requests SET requester = 'UEVE' WHERE id = %d`,
	`UPDATE requests SET nonce = 'x' WHERE id = %d`, `UPDATE requests SET expires_at = 0 WHERE id = %d`,
	`UPDATE invitations SET state = 'ready', due_at = 1 WHERE id = %d`, `UPDATE invitations SET state = 'ready', due_at = 1, attempted_at = 0, attempt = attempt + 1 WHERE id = %d`,
	`UPDATE invitations SET uin = '3' WHERE id = %d`, `UPDATE invitations SET name = 'evil' WHERE id = %d`, `UPDATE invitations SET remark = 'evil' WHERE id = %d`,
	`UPDATE invitations SET request_id = 1 WHERE id = %d`, `UPDATE invitations SET nonce = '' WHERE id = %d`, `UPDATE invitations SET state = 'unknown' WHERE id = %d`,
	`UPDATE decisions SET approver = 'UBOB' WHERE request_id = %d`, `UPDATE decisions SET verdict = 'approve' WHERE request_id = %d`,
	`UPDATE decisions SET request_id = 1 WHERE request_id = %d`, `DELETE FROM decisions WHERE request_id = %d`, `UPDATE decisions SET digest = 'x' WHERE request_id = %d`,
	`INSERT INTO decisions (request_id, approver, approver_name, verdict, reason, at, digest, seal)
		SELECT request_id, 'UCID', 'cid', 'approve', '', at, digest, seal FROM decisions WHERE request_id = %d`,
	`UPDATE posts SET shown = 0, ts = '', channel = '' WHERE id = %d`, `UPDATE posts SET gave_up = 'x' WHERE id = %d`, `UPDATE ledger_head SET number = number + %d`,
	`UPDATE followed SET cancel = 'ready', cancel_due_at = 1, cancelled_by = 'UBOB', cancelled_by_name = 'bob' WHERE invitation_id = %d`, `UPDATE followed SET listed = invitation_id WHERE invitation_id = %d`,
	`DELETE FROM posts WHERE id = %d AND slot <> 'card'`, `UPDATE installation SET id = 'x%d'`,
}

func (o *owner) edit() {
	statement := fmt.Sprintf(changes[o.s.IntN(len(changes))], 1+o.s.IntN(6))
	_ = o.s.db.Write(context.Background(), func(t *database.Tx) error { return t.Run(context.Background(), statement) })
	o.edits++
	o.s.note("the owner: %s", statement)
}

// called catches a call with what no card showed to those who approved it.
func (o *owner) called(c *call) {
	for _, card := range o.s.workspace.messages {
		for _, v := range card.versions {
			if card.slot == Card && o.approved(v.standing, c) {
				return
			}
		}
	}
	if o.caught == "" {
		o.caught = fmt.Sprintf("call %d invites %s as %q (%s), which no approved card showed", c.number, c.UIN, c.Name, c.Remark)
	}
}

// cancels catches a call that cancels an invitation to an account of which nobody pressed Cancel.
func (o *owner) cancels(uin invite.UIN) {
	for key, e := range o.s.oracle.envelopes {
		p := o.s.oracle.messageAt(e.target.At)
		if o.s.oracle.handed[key] == 0 || e.press != pressCancel || p == nil {
			continue
		}
		for _, v := range p.versions {
			if slices.ContainsFunc(v.standing.Invitations, func(i Invitation) bool { return i.UIN == uin }) {
				return
			}
		}
	}
	if o.caught == "" {
		o.caught = fmt.Sprintf("an invitation to %s is cancelled, and nobody asked for that", uin)
	}
}

// approved says whether so many people as the card said approved just what it showed, and it showed what is sent.
func (o *owner) approved(shown Request, c *call) bool {
	if !slices.ContainsFunc(shown.Invitations, func(i Invitation) bool { return i.Invitation == c.Invitation }) {
		return false
	}
	by := map[string]bool{}
	for key, e := range o.s.oracle.envelopes {
		if o.s.oracle.handed[key] > 0 && e.press == pressApprove && e.target.Digest == shown.Digest && (shown.AllowSelf || e.by.ID != shown.Requester.ID) {
			by[e.by.ID] = true
		}
	}
	return len(by) >= shown.Required
}
