package demo

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
)

// storyLimit is how long the whole story may take. It takes about a second.
const storyLimit = time.Minute

// story is the main one, told in a terminal: what people do is done, and what the channel shows is printed.
type story struct {
	*world
	out io.Writer
}

// tell tells it, and fails where something isn't as it must be.
func tell(ctx context.Context, w *world, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, storyLimit)
	defer cancel()
	s := story{w, out}
	for _, chapter := range []func(context.Context) error{s.begins, s.sends, s.fails, s.dies} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	s.title("All of it happened once, and all of it was told.")
	return nil
}

func (s story) begins(ctx context.Context) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "The real bot, on a double of Slack and one of Tencent Cloud. Nothing leaves this machine.")
	return nil
}

// sends is how it goes when all is well.
func (s story) sends(ctx context.Context) error {
	if s.rules.required > 1 {
		s.title("Alice asks for an account, and Bob and Carol approve")
	} else {
		s.title("Alice asks for an account, and Bob approves")
	}
	number, err := s.asks(ctx, "100012345678", "Alice -- for the data team")
	if err != nil {
		return err
	}
	return s.approved(ctx, number, bob, 100012345678)
}

// fails is how Tencent Cloud says no: a member of that name is there already.
func (s story) fails(ctx context.Context) error {
	s.title("Tencent Cloud refuses, and the thread says why and what to do")
	number, err := s.asks(ctx, "100012345679", "finance")
	if err != nil {
		return err
	}
	return s.decided(ctx, number, bob, 100012345679, 0, "Not sent: ", "FailedOperation.MemberNameUsed")
}

// dies has the bot killed between asking and approving.
func (s story) dies(ctx context.Context) error {
	s.title("The bot is killed between asking and approving")
	number, err := s.asks(ctx, "100087654321", "Reports")
	if err != nil {
		return err
	}
	s.kill()
	s.note("SIGKILL: the bot is gone")
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.note("a new process is connected, on the same database")
	return s.approved(ctx, number, carol, 100087654321)
}

// asks has Alice ask, and shows what she and the approvers see.
func (s story) asks(ctx context.Context, uin, rest string) (number string, err error) {
	typed := "/invite-member " + uin + " " + rest
	s.say("#general", nameOf(alice), typed)
	answer, number, err := s.ask(ctx, alice, general, typed)
	if err != nil {
		return "", err
	}
	s.show("#general, only visible to Alice", answer)
	card, err := s.card(ctx, number, "")
	if err != nil {
		return "", err
	}
	s.show("#cloud-admins", card)
	return number, nil
}

func (s story) approved(ctx context.Context, number, by string, uin uint64) error {
	return s.decided(ctx, number, by, uin, 1, "Invitation sent.", "RequestId")
}

// decided has somebody approve, and as many more as it takes, shows what follows, and checks that it happened once.
func (s story) decided(ctx context.Context, number, by string, uin uint64, sent int, outcome, proof string) error {
	card, err := s.card(ctx, number, "")
	if err != nil {
		return err
	}
	for n, by := range s.rules.deciders(by) {
		if n > 0 {
			if card, err = s.card(ctx, number, fmt.Sprintf("%d of %d approved", n, s.rules.required)); err != nil {
				return err
			}
			s.show("#cloud-admins, edited", card)
		}
		s.note(nameOf(by) + " presses Approve, and confirms")
		if err := s.press(ctx, by, card, "approve"); err != nil {
			return err
		}
	}
	if card, err = s.card(ctx, number, outcome); err != nil {
		return err
	}
	s.show("#cloud-admins, edited", card)
	replies, err := s.replies(ctx, card)
	if err != nil {
		return err
	}
	s.show("thread", replies[0])
	told, err := s.direct(ctx, alice, number)
	if err != nil {
		return err
	}
	s.show("direct message to Alice", told)
	return s.check(number, replies, uin, sent, proof)
}

// check compares what was told with what Tencent Cloud knows.
func (s story) check(number string, replies []bottest.Message, uin uint64, sent int, proof string) error {
	var answered string // the RequestId of the newest answer
	for _, call := range s.cloud.Sends() {
		answered = call.RequestID
	}
	switch {
	case s.cloud.AcceptedSends(uin) != sent:
		return fmt.Errorf("account %d got %d invitations, not %d", uin, s.cloud.AcceptedSends(uin), sent)
	case len(s.cards(number)) != 1 || len(replies) != 1:
		return fmt.Errorf("request %s has %d cards and %d replies, not one of each", number, len(s.cards(number)), len(replies))
	case !strings.Contains(replies[0].Text, proof) || !strings.Contains(replies[0].Text, answered):
		return fmt.Errorf("the thread doesn't tell %s and RequestId %s: %s", proof, answered, replies[0].Text)
	}
	return nil
}

func (s story) title(text string) {
	fmt.Fprintf(s.out, "\n%s\n%s\n", text, strings.Repeat("─", len([]rune(text))))
}

func (s story) note(text string) { fmt.Fprintf(s.out, "\n  * %s\n", text) }

func (s story) say(where, who, text string) {
	fmt.Fprintf(s.out, "\n  %s in %s\n    %s\n", who, where, strings.ReplaceAll(text, "\n", "\n    "))
}

func (s story) show(where string, m bottest.Message) {
	text := readable(m.Text)
	var buttons []string
	for _, b := range buttonsOf(m) {
		buttons = append(buttons, "["+b.Label+"]")
	}
	if len(buttons) > 0 {
		text += "\n" + strings.Join(buttons, " ")
	}
	s.say(where, nameOf(m.User), text)
}
