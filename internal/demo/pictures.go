package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// picture is one to be taken: whose page, which channel, which thread; of the direct messages it may be the home.
type picture struct {
	name, as, in, thread string
	dark, home           bool
}

// photographer brings the page into the states that are shown, and takes pictures of it.
type photographer struct {
	*world
	chromium, dir, page string
	out                 io.Writer
}

// takePictures writes the pictures of the page into a folder. The first state is in the page as it comes, so what
// Chromium shows when it has loaded is what is wanted.
func takePictures(ctx context.Context, w *world, dir string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	chromium, err := findChromium()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	l, err := listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	p := photographer{w, chromium, dir, "http://" + l.Addr().String() + "/", out}
	var group errgroup.Group
	group.Go(func() error { return serve(ctx, l, w) })
	err = p.takeAll(ctx)
	cancel()
	return errors.Join(err, group.Wait())
}

func (p photographer) takeAll(ctx context.Context) error {
	if err := p.begin(ctx); err != nil {
		return err
	}
	_, number, err := p.ask(ctx, alice, general, "/invite-member 100012345678 Alice -- for the data team")
	if err != nil {
		return err
	}
	card, err := p.card(ctx, number, "")
	if err != nil {
		return err
	}
	for _, take := range []func(context.Context, bottest.Message, string) error{p.waiting, p.refused, p.approved, p.failed, p.warned, p.joined, p.many, p.chinese} {
		if err := take(ctx, card, number); err != nil {
			return err
		}
	}
	return nil
}

// waiting is what everybody sees before anybody has decided.
func (p photographer) waiting(ctx context.Context, card bottest.Message, _ string) error {
	if err := p.take(ctx, picture{name: "asked", as: alice, in: general}); err != nil {
		return err
	}
	if err := p.take(ctx, picture{name: "card-waiting", as: bob, in: admins}); err != nil {
		return err
	}
	if err := p.press(ctx, carol, card, "deny"); err != nil {
		return err
	}
	if err := p.await(ctx, "the modal doesn't open", func() bool { return len(p.slack.Views(carol)) > 0 }); err != nil {
		return err
	}
	err := p.take(ctx, picture{name: "denying", as: carol, in: admins})
	_, closing := p.slack.CloseView(ctx, carol, p.slack.Views(carol)[0].ID)
	return errors.Join(err, closing)
}

// refused is what somebody without rights is told.
func (p photographer) refused(ctx context.Context, card bottest.Message, _ string) error {
	if err := p.press(ctx, dan, card, "approve"); err != nil {
		return err
	}
	if err := p.await(ctx, "Dan isn't told why", func() bool { return len(p.slack.Views(dan)) > 0 }); err != nil {
		return err
	}
	err := p.take(ctx, picture{name: "refused", as: dan, in: admins})
	_, closing := p.slack.CloseView(ctx, dan, p.slack.Views(dan)[0].ID)
	return errors.Join(err, closing)
}

func (p photographer) approved(ctx context.Context, card bottest.Message, number string) error {
	if err := p.outcome(ctx, card, number, "Invitation sent."); err != nil {
		return err
	}
	return errors.Join(
		p.take(ctx, picture{name: "card-approved", as: bob, in: admins, thread: card.TS}),
		p.take(ctx, picture{name: "card-approved-dark", as: bob, in: admins, thread: card.TS, dark: true}))
}

// failed is a name that a member has already.
func (p photographer) failed(ctx context.Context, _ bottest.Message, _ string) error {
	_, number, err := p.ask(ctx, alice, general, "/invite-member 100012345679 finance")
	if err != nil {
		return err
	}
	card, err := p.card(ctx, number, "")
	if err != nil {
		return err
	}
	if err := p.outcome(ctx, card, number, "Not sent: "); err != nil {
		return err
	}
	return p.take(ctx, picture{name: "failed", as: bob, in: admins, thread: card.TS})
}

// outcome has Bob approve, and Carol where it takes both, and waits until all was told.
func (p photographer) outcome(ctx context.Context, card bottest.Message, number, says string) error {
	if err := p.approve(ctx, card); err != nil {
		return err
	}
	_, err := p.card(ctx, number, says)
	_, silent := p.replies(ctx, card)
	_, untold := p.direct(ctx, alice, number)
	return errors.Join(err, silent, untold)
}

func (p photographer) approve(ctx context.Context, card bottest.Message) error {
	for _, by := range p.rules.deciders(bob) {
		if err := p.press(ctx, by, card, "approve"); err != nil {
			return err
		}
	}
	return nil
}

// take takes one picture and writes it as small as PNG allows.
func (p photographer) take(ctx context.Context, shot picture) error {
	query := url.Values{"as": {shot.as}, "in": {shot.in}, "thread": {shot.thread}, "theme": {"light"}}
	if shot.dark {
		query.Set("theme", "dark")
	}
	if shot.home {
		query.Set("tab", "home")
	}
	file := filepath.Join(p.dir, shot.name+".png")
	profile, err := os.MkdirTemp("", "invitebot-chromium-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(profile) }()
	args := append(chromiumFlags(), "--headless", "--hide-scrollbars", "--disable-lcd-text", "--font-render-hinting=none", "--window-size=1280,800", "--user-data-dir="+profile, "--screenshot="+file)
	cmd := exec.CommandContext(ctx, p.chromium, append(args, p.page+"?"+query.Encode())...)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("take %s: %w\n%s", shot.name, err, said)
	}
	if err := compress(file); err != nil {
		return fmt.Errorf("take %s: %w", shot.name, err)
	}
	fmt.Fprintln(p.out, file)
	return nil
}

// compress keeps the 256 commonest colours of a picture, which the eye can't tell from all: a third of the size.
func compress(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	taken, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	var small bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&small, reduced(taken)); err != nil {
		return err
	}
	return os.WriteFile(file, small.Bytes(), 0o644)
}

func reduced(full image.Image) image.Image {
	area, counts := full.Bounds(), map[color.Color]int{}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			counts[full.At(x, y)]++
		}
	}
	commonest := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int { return counts[b] - counts[a] })
	palette := color.Palette(commonest[:min(len(commonest), 256)])
	index := map[color.Color]uint8{}
	for _, c := range commonest {
		index[c] = uint8(palette.Index(c))
	}
	small := image.NewPaletted(area, palette)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			small.SetColorIndex(x, y, index[full.At(x, y)])
		}
	}
	return small
}

// findChromium returns the path of a Chromium or Chrome.
func findChromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Chromium here; on Debian: apt-get install chromium")
}

// chromiumFlags keep Chromium to this page: no calls home, no first steps, and no sandbox where root can't have one.
func chromiumFlags() []string {
	flags := []string{"--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-default-apps", "--lang=en-US"}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox")
	}
	return flags
}

// warned is a card that knows what Tencent Cloud would refuse.
func (p photographer) warned(ctx context.Context, _ bottest.Message, _ string) error {
	p.cloud.AddMember(invitetest.Member{UIN: 100012345681, Name: "archive", Joined: time.Now().AddDate(0, -2, 0)})
	_, number, err := p.ask(ctx, alice, general, "/invite-member 100012345681 Archive")
	if err != nil {
		return err
	}
	if _, err := p.card(ctx, number, "The account is a member already"); err != nil {
		return err
	}
	return p.take(ctx, picture{name: "card-warned", as: bob, in: admins})
}

// joined is a card whose story has come to its end.
func (p photographer) joined(ctx context.Context, card bottest.Message, number string) error {
	if err := p.cloud.Accept(100012345678); err != nil {
		return err
	}
	if _, err := p.card(ctx, number, "Joined the organization"); err != nil {
		return err
	}
	return p.take(ctx, picture{name: "card-joined", as: bob, in: admins, thread: card.TS})
}
