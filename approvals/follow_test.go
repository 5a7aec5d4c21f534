package approvals

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// following is a house whose worker reads the lists every ten minutes, and that has sent an invitation.
func following(h *house) Request {
	h.Helper()
	h.worker.rosterEvery = 10 * time.Minute
	r := h.ask(1)
	h.approve(r, ann)
	h.work()
	h.is(r, Approved, Sent)
	h.pass(11 * time.Minute)
	return r
}

// becomes is what the list says of the newest invitation from now on.
func (c *cloud) becomes(s invite.Status) { c.listed[len(c.listed)-1].Status = s }

func (c *cloud) joins(uin invite.UIN) {
	c.members = append(c.members, invite.Member{UIN: uin, Name: "Alice"})
}

// TestHowInvitationsEnd: each end is told once, in the thread and to the requester, within the time that is promised.
func TestHowInvitationsEnd(t *testing.T) {
	for end, happens := range map[State]func(*cloud){
		Joined:    func(c *cloud) { c.becomes(invite.StatusAccepted); c.joins(1) },
		Lapsed:    func(c *cloud) { c.becomes(invite.StatusExpired) },
		Declined:  func(c *cloud) { c.becomes(invite.StatusInvalid) },
		Cancelled: func(c *cloud) { c.becomes(invite.StatusCancelled) },
	} {
		t.Run(string(end), func(t *testing.T) {
			everywhere(t, Rules{}, func(t *testing.T, h *house) {
				r := following(h)
				happens(h.cloud)
				h.pass(10 * time.Minute)
				h.is(r, Approved, end)
				h.pass(2 * time.Hour)
				if want := []string{"card ", "thread sent", "direct sent", fmt.Sprint("thread ", end), fmt.Sprint("direct ", end)}; !slices.Equal(h.slack.slots(r), want) {
					t.Errorf("said %q, want %q", h.slack.slots(r), want)
				}
				if sent := h.slack.find(Thread, ledger.Sent); sent.Message.Request.Invitations[0].State != end {
					t.Error("the reply still offers to cancel it")
				}
				h.isProved()
			})
		})
	}
}

// isProved wants the ledger to confirm the database.
func (h *house) isProved() {
	h.Helper()
	v, err := h.store.Verify(h.Context())
	if err != nil || len(v.Falsehoods) > 0 {
		h.Errorf("not proved: %v %v", v.Falsehoods, err)
	}
}

// TestWhoIsAMemberHasJoined, whatever the list says of the invitation; and is followed until they leave.
func TestWhoIsAMemberHasJoined(t *testing.T) {
	for _, status := range []invite.Status{invite.StatusOpen, invite.StatusInvalid, invite.StatusExpired, 7} {
		everywhere(t, Rules{}, func(t *testing.T, h *house) {
			r := following(h)
			h.cloud.becomes(status)
			h.cloud.joins(1)
			h.pass(10 * time.Minute)
			h.is(r, Approved, Joined)
			h.cloud.members = nil
			h.pass(10 * time.Minute)
			h.is(r, Approved, Left)
			if want := []string{"card ", "thread sent", "direct sent", "thread joined", "direct joined", "thread left", "direct left"}; !slices.Equal(h.slack.slots(r), want) {
				t.Errorf("status %d: said %q", status, h.slack.slots(r))
			}
		})
	}
}

// TestWhoJoinedAndLeftUnseen: the list of invitations says that somebody has joined, and when the members are read they have left.
func TestWhoJoinedAndLeftUnseen(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := following(h)
		h.cloud.becomes(invite.StatusAccepted)
		h.pass(6 * time.Minute)
		h.is(r, Approved, Joined) // the list of members may be a little behind
		h.pass(time.Hour)
		h.is(r, Approved, Left)
	})
}

// TestAnotherOrganization: with the key of another organization all members seem to be gone. Nobody is told that they left.
func TestAnotherOrganization(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.worker.rosterEvery = 10 * time.Minute
		for uin := range 5 {
			r := h.ask(invite.UIN(uin + 1))
			h.approve(r, ann)
			h.cloud.joins(invite.UIN(uin + 1))
		}
		h.pass(20 * time.Minute)
		h.cloud.members, h.cloud.listed = nil, nil
		h.pass(time.Hour)
		if h.slack.find(Thread, ledger.Left) != nil || h.slack.find(Thread, ledger.Joined) == nil {
			t.Error("told that they left")
		}
	})
}

// TestNoListOfMembers: an end is told all the same, by the invitation's own list.
func TestNoListOfMembers(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := following(h)
		h.worker.sender = withoutMembers{h.cloud}
		h.cloud.becomes(invite.StatusExpired)
		h.pass(time.Hour)
		h.is(r, Approved, Lapsed)
	})
}

// TestUntilWhen: the list writes its times in a zone of its own; the call's time tells which.
func TestUntilWhen(t *testing.T) {
	for _, zone := range []time.Duration{0, 8 * time.Hour, -11 * time.Hour, 5*time.Hour + 45*time.Minute} {
		everywhere(t, Rules{}, func(t *testing.T, h *house) {
			h.worker.rosterEvery = 10 * time.Minute
			r := h.ask(1)
			h.approve(r, ann)
			h.work()
			called, l := h.clock, &h.cloud.listed[0]
			l.Invited = l.Invited.Add(zone + 2*time.Second)
			l.Expires = l.Invited.Add(9 * 24 * time.Hour)
			h.pass(11 * time.Minute)
			got := h.request(r).Invitations[0].Expires
			if want := called.Add(9*24*time.Hour + 2*time.Second); got.Sub(want).Abs() > time.Minute {
				t.Errorf("zone %v: until %v, want %v", zone, got, want)
			}
			if told := h.slack.find(Direct, ledger.Sent); told.edits != 1 { // it said 15 days
				t.Errorf("the requester's message was corrected %d times", told.edits)
			}
		})
	}
}

// TestNudge: three days before the end its requester is told, once, of all that end then.
func TestNudge(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.worker.rosterEvery = 4 * time.Hour
		for uin := range 3 {
			h.approve(h.ask(invite.UIN(uin+1)), ann)
			h.work()
			l := &h.cloud.listed[uin]
			l.Expires = l.Invited.Add(5 * 24 * time.Hour)
			h.pass(3 * time.Hour)
		}
		h.pass(4 * 24 * time.Hour)
		var told []int
		for _, m := range h.slack.order {
			if m.Event.Kind == ledger.Nudged {
				told = append(told, len(m.Event.Detail.Ending))
				if m.Recipient != alice.ID || m.times != 1 {
					t.Errorf("told %s, %d times", m.Recipient, m.times)
				}
			}
		}
		if !slices.Equal(told, []int{1, 2}) { // those that come due within the day wait for the next
			t.Errorf("told of %v invitations", told)
		}
		h.isProved()
	})
}

func TestCancel(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := following(h)
		i := h.request(r).Invitations[0]
		if _, err := h.Cancel(t.Context(), h.by(bob), i.ID, i.Attempt); err != nil {
			t.Fatal(err)
		}
		_, err := h.Cancel(t.Context(), h.by(ann), i.ID, i.Attempt)
		h.refused(err, ledger.NotCurrent)
		h.work()
		h.is(r, Approved, Cancelled)
		if want := []ledger.Kind{ledger.Requested, ledger.Approved, ledger.Attempted, ledger.Sent, ledger.CancelAsked, ledger.Refused, ledger.Cancelling, ledger.Cancelled}; !slices.Equal(h.events(r), want) {
			t.Errorf("the ledger has %q", h.events(r))
		}
		if told := h.slack.find(Thread, ledger.Cancelled); told.Event.Actor != bob || len(h.cloud.cancels) != 1 {
			t.Errorf("by %v, with %d calls", told.Event.Actor, len(h.cloud.cancels))
		}
		h.isProved()
	})
}

// TestACancelThatNobodyAskedFor: whoever can write to the database can't have an invitation cancelled, nor another one than was asked for.
func TestACancelThatNobodyAskedFor(t *testing.T) {
	for name, edit := range map[string]string{
		"made up":        `UPDATE followed SET cancel = 'ready', cancel_due_at = 1, cancelled_by = 'UBOB', cancelled_by_name = 'bob' WHERE invitation_id = 1`,
		"another number": `UPDATE followed SET listed = 77 WHERE invitation_id = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, Rules{}, func(t *testing.T, h *house) {
				r := following(h)
				h.cloud.listed = append(h.cloud.listed, invite.Listed{ID: 77, UIN: 9, Name: "Zoe"})
				h.pass(10 * time.Minute)
				if name != "made up" {
					i := h.request(r).Invitations[0]
					if _, err := h.Cancel(t.Context(), h.by(bob), i.ID, i.Attempt); err != nil {
						t.Fatal(err)
					}
				}
				err := h.store.write(t.Context(), func(tx *tx) error { return tx.Run(t.Context(), edit) })
				if err != nil {
					t.Fatal(err)
				}
				h.pass(time.Minute)
				h.is(r, Approved, Sent)
				if told := h.slack.find(Thread, ledger.NotCancelled); told == nil || told.Event.Detail.Stop != ledger.NotApproved || len(h.cloud.cancels) > 0 {
					t.Errorf("told %+v, with %d calls", told, len(h.cloud.cancels))
				}
			})
		})
	}
}

// TestALostCancel is looked up, and made again only where the invitation is still open.
func TestALostCancel(t *testing.T) {
	for arrives, calls := range map[bool]int{true: 1, false: 2} {
		everywhere(t, Rules{}, func(t *testing.T, h *house) {
			r := following(h)
			i := h.request(r).Invitations[0]
			h.cloud.results, h.cloud.arrives = []invite.Result{lost}, arrives
			if _, err := h.Cancel(t.Context(), h.by(bob), i.ID, i.Attempt); err != nil {
				t.Fatal(err)
			}
			h.pass(settle + 2*time.Minute)
			h.is(r, Approved, Cancelled)
			if told := h.slack.find(Thread, ledger.Cancelled); told.Event.Actor != bob || len(h.cloud.cancels) != calls {
				t.Errorf("arrives %v: by %v, with %d calls", arrives, told.Event.Actor, len(h.cloud.cancels))
			}
		})
	}
}

// TestACancelThatIsRefused is told, and may be tried again; where the invitation isn't open any more, that is found out.
func TestACancelThatIsRefused(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := following(h)
		i := h.request(r).Invitations[0]
		h.cloud.results = []invite.Result{{Outcome: invite.Rejected, Code: "UnauthorizedOperation", RequestID: "e"}}
		cancel := func() {
			if _, err := h.Cancel(t.Context(), h.by(bob), i.ID, i.Attempt); err != nil {
				t.Fatal(err)
			}
			h.pass(time.Minute)
		}
		cancel()
		h.is(r, Approved, Sent)
		if told := h.slack.find(Thread, ledger.NotCancelled); told == nil || told.Event.Detail.Code != "UnauthorizedOperation" {
			t.Fatalf("told %+v", told)
		}
		h.cloud.becomes(invite.StatusAccepted)
		h.cloud.joins(1)
		cancel()
		h.is(r, Approved, Joined)
		h.isProved()
	})
}

// TestACancelWithoutANumber: the list doesn't have the invitation, or can't be read. That is said, and doesn't wait for ever.
func TestACancelWithoutANumber(t *testing.T) {
	for name, hides := range map[string]func(*cloud){
		"absent":    func(c *cloud) { c.listed = nil },
		"forbidden": func(c *cloud) { c.unread = []error{forbidden} },
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, Rules{}, func(t *testing.T, h *house) {
				r := h.ask(1)
				h.approve(r, ann)
				h.work()
				hides(h.cloud)
				i := h.request(r).Invitations[0]
				if _, err := h.Cancel(t.Context(), h.by(bob), i.ID, i.Attempt); err != nil {
					t.Fatal(err)
				}
				h.pass(settle + 5*time.Minute)
				if h.is(r, Approved, Sent); h.slack.find(Thread, ledger.NotCancelled) == nil || len(h.cloud.cancels) > 0 {
					t.Errorf("told %v, with %d calls", h.events(r), len(h.cloud.cancels))
				}
			})
		})
	}
}

// TestInviteAgain makes a new request of what came to nothing, once.
func TestInviteAgain(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := following(h)
		i := h.request(r).Invitations[0]
		again := func(by Person) (Request, error) {
			return h.Again(t.Context(), h.by(by), r.ID, i.ID, "asked by alice", func(n int64) string { return fmt.Sprint("request ", n) })
		}
		_, err := again(bob)
		h.refused(err, ledger.NotCurrent) // it is open
		h.cloud.becomes(invite.StatusExpired)
		h.pass(10 * time.Minute)
		if _, err := again(bob); err != nil {
			t.Fatal(err)
		}
		_, err = again(alice)
		h.refused(err, ledger.NotCurrent)
		made := h.request(Request{ID: 2})
		if made.Requester != bob || made.State != Pending || made.Invitations[0].AgainOf != r.ID || made.Invitations[0].Remark != "request 2" || made.Invitations[0].SentBefore != r.ID {
			t.Errorf("made %+v", made)
		}
		for e, err := range h.store.Events(t.Context(), ledger.Filter{}) {
			if err != nil || e.Kind == ledger.Requested && e.Request == made.ID && e.Detail.AgainOf != r.ID {
				t.Errorf("the ledger has %+v %v", e, err)
			}
		}
		h.work()
		if told := h.slack.find(Thread, ledger.Lapsed); told.Message.Request.Invitations[0].Again != made.ID {
			t.Error("the reply still offers to ask again")
		}
		h.approve(made, ann)
		h.work()
		h.is(made, Approved, Sent)
		h.isProved()
	})
}

// TestForeseen: a card knows what would be refused before it is approved, and is said anew when that changes.
func TestForeseen(t *testing.T) {
	everywhere(t, Rules{Room: 3}, func(t *testing.T, h *house) {
		h.worker.rosterEvery = 10 * time.Minute
		r := h.ask(1)
		h.pass(11 * time.Minute)
		warns := func() (kinds []ledger.ForeseenKind) {
			for _, m := range h.slack.order {
				if m.Slot == Card && m.Message.Request.ID == r.ID {
					for _, f := range m.Message.Request.Foreseen.Warnings {
						kinds = append(kinds, f.Kind)
					}
				}
			}
			return kinds
		}
		for _, x := range []struct {
			name   string
			change func()
			want   []ledger.ForeseenKind
		}{
			{"nothing", func() {}, nil},
			{"one that is over", func() {
				h.cloud.listed = []invite.Listed{{ID: 4, UIN: 1, Name: "Alice", Status: invite.StatusCancelled}}
			}, nil},
			{"a member", func() { h.cloud.joins(1) }, []ledger.ForeseenKind{ledger.IsMember}},
			{"open elsewhere, and the name is taken", func() {
				h.cloud.members = []invite.Member{{UIN: 9, Name: "Alice"}}
				h.cloud.listed = []invite.Listed{{ID: 5, UIN: 1, Name: "Ally"}}
			}, []ledger.ForeseenKind{ledger.IsInvited, ledger.NameTaken}},
			{"would be full", func() { h.cloud.members = []invite.Member{{UIN: 8, Name: "x"}, {UIN: 9, Name: "y"}} }, []ledger.ForeseenKind{ledger.OrgWouldBeFull, ledger.IsInvited}},
			{"full", func() {
				h.cloud.members = append(h.cloud.members, invite.Member{UIN: 7, Name: "z"})
				h.cloud.listed = nil
			}, []ledger.ForeseenKind{ledger.OrgFull}},
			{"no organization", func() {
				h.cloud.members = nil
				h.cloud.unread = []error{&invite.CallError{Result: invite.Result{Outcome: invite.Rejected, Code: noOrganization, Err: errUnheard}}}
			}, []ledger.ForeseenKind{ledger.NoOrganization}},
		} {
			x.change()
			h.pass(12 * time.Minute)
			if got := warns(); !slices.Equal(got, x.want) {
				t.Errorf("%s: the card warns of %q, want %q", x.name, got, x.want)
			}
		}
	})
}

// TestDeniedBefore warns of a denial by somebody else.
func TestDeniedBefore(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		if _, err := h.Decide(t.Context(), h.by(bob), r.ID, Deny, "not ours"); err != nil {
			t.Fatal(err)
		}
		h.ask(1)
		h.work()
		card := h.slack.order[len(h.slack.order)-1].Message.Request
		if card.ID != 2 || len(card.Foreseen.Warnings) != 1 || card.Foreseen.Warnings[0].Kind != ledger.DeniedBefore || card.Foreseen.Warnings[0].Reason != "not ours" {
			t.Errorf("request %d warns of %+v", card.ID, card.Foreseen)
		}
	})
}

// TestTheLedgerKeepsWhatTheCardWarnedOf, as it stood when somebody decided: later the lists say something else.
func TestTheLedgerKeepsWhatTheCardWarnedOf(t *testing.T) {
	everywhere(t, Rules{Room: 1}, func(t *testing.T, h *house) {
		h.worker.rosterEvery = 10 * time.Minute
		denied, approved := h.ask(1), h.ask(2)
		h.cloud.members = []invite.Member{{UIN: 2, Name: "Ally"}}
		h.pass(11 * time.Minute)
		h.cloud.members = nil // which no card has said yet
		if _, err := h.Decide(t.Context(), h.by(bob), denied.ID, Deny, "full"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Decide(t.Context(), h.by(bob), approved.ID, Approve, ""); err != nil {
			t.Fatal(err)
		}
		h.work()
		got := map[ledger.Kind][]ledger.ForeseenKind{}
		for e, err := range h.store.Events(t.Context(), ledger.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range e.Detail.Foreseen {
				got[e.Kind] = append(got[e.Kind], f.Kind)
			}
		}
		want := map[ledger.Kind][]ledger.ForeseenKind{ledger.Denied: {ledger.OrgFull}, ledger.Approved: {ledger.OrgFull, ledger.IsMember}}
		if !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("the ledger has %v, want %v", got, want)
		}
	})
}

// TestSeveralTogether: one reply and one message tell of all, and by itself only what people can do something about.
func TestSeveralTogether(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{{Outcome: invite.Sent, RequestID: "1"}, {Outcome: invite.Rejected, Code: "FailedOperation.MemberNameUsed"}, {Outcome: invite.Sent, RequestID: "3"}}
		r, err := h.Submit(t.Context(), Submission{Key: h.key(), Requester: alice, Channel: "C", Invitations: []invite.Invitation{
			{UIN: 1, Name: "A", Remark: "r"}, {UIN: 2, Name: "B", Remark: "r"}, {UIN: 3, Name: "C", Remark: "r"}}})
		if err != nil {
			t.Fatal(err)
		}
		h.approve(r, ann)
		h.pass(time.Minute)
		if want := []string{"card ", "thread failed", "thread delivered", "direct delivered"}; !slices.Equal(h.slack.slots(r), want) {
			t.Errorf("said %q, want %q", h.slack.slots(r), want)
		}
		h.isProved()
	})
}

// TestTheOlderOneLapsed: of two invitations to an account, of which nobody has looked what became, the newer one is the one that was accepted.
func TestTheOlderOneLapsed(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		first := following(h)
		h.cloud.becomes(invite.StatusExpired)
		second := h.ask(1)
		h.approve(second, ann)
		h.work()
		h.cloud.joins(1)
		h.pass(20 * time.Minute)
		h.is(first, Approved, Lapsed)
		h.is(second, Approved, Joined)
	})
}

// TestARefusalInAForm is told from here only where nobody says in time that a form told it.
func TestARefusalInAForm(t *testing.T) {
	for told, want := range map[string]int{"told": 0, "not told": 1, "its process ended": 1} {
		everywhere(t, Rules{}, func(t *testing.T, h *house) {
			r := h.ask(1)
			h.approve(r, ann)
			h.work()
			click := h.by(bob)
			click.Form = true
			_, err := h.Decide(t.Context(), click, r.ID, Approve, "")
			refused := h.refused(err, ledger.DecidedBefore)
			h.work()
			if h.slack.find(Ephemeral, ledger.Refused) != nil {
				t.Fatal("told at once, though a form may tell it")
			}
			switch told {
			case "told":
				err = h.Told(t.Context(), refused.Event, bob)
			case "not told":
				err = h.NotTold(t.Context(), refused.Event, bob)
				h.work()
				if h.slack.find(Ephemeral, ledger.Refused) == nil {
					t.Error("not told at once, though no form does")
				}
			default:
				err = nil
				h.restart()
			}
			if err != nil {
				t.Fatal(err)
			}
			h.pass(formWait + time.Second)
			n := 0
			for _, m := range h.slack.order {
				if m.Slot == Ephemeral {
					n += m.times
				}
			}
			if n != want {
				t.Errorf("%s: %d times", told, n)
			}
		})
	}
}

// TestTheLedgerKeepsWhatStoodWithTheButton, also where it isn't on record, as the answer to the card's edit was lost or somebody was faster.
func TestTheLedgerKeepsWhatStoodWithTheButton(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.worker.rosterEvery = 10 * time.Minute
		h.ask(1)
		h.cloud.members = []invite.Member{{UIN: 1, Name: "Ally"}}
		h.pass(11 * time.Minute)
		card := h.slack.order[len(h.slack.order)-1].Message.Request
		if err := h.store.write(t.Context(), func(t *tx) error { return t.Run(h.Context(), `UPDATE posts SET foreseen = ''`) }); err != nil {
			t.Fatal(err)
		}
		c := h.by(bob)
		c.Button = &Button{Nonce: card.Nonce, Digest: card.Digest, Foresight: card.Foreseen.Mark()}
		if _, err := h.Decide(t.Context(), c, card.ID, Approve, ""); err != nil {
			t.Fatal(err)
		}
		for e, err := range h.store.Events(t.Context(), ledger.Filter{}) {
			if err != nil || e.Kind == ledger.Approved && (len(e.Detail.Foreseen) != 1 || e.Detail.Foreseen[0].Kind != ledger.IsMember) {
				t.Errorf("the ledger has %+v, %v", e, err)
			}
		}
	})
}
