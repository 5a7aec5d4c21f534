package bot

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
)

// The simulation of approvals has all that the rules promise in it, and a Slack that is a model. This one has the bot as it is:
// commands, clicks, dispatch, what is remembered of people, posting, over real HTTP and websockets, against bottest. Hours pass in a
// moment (testing/synctest), in which people do what they like and everything breaks that can; then an oracle looks at what
// people would see.
//
//	go test ./bot -run 'TestSimulation$' -seeds 20000 -timeout 2h
//
// A seed sets the stage. Which goroutine comes first it doesn't say, so a seed that broke a promise may take some more runs to
// show it again.
var (
	onlySeed  = flag.Uint64("seed", 0, "simulate this seed only, and print what happens in it")
	seeds     = flag.Int("seeds", 30, "how many seeds to simulate")
	firstSeed = flag.Uint64("first", 1, "the first seed to simulate")
	failures  = flag.Int("failures", 3, "how many seeds that break a promise end the run")
)

func TestSimulation(t *testing.T) {
	fresh := emptyLedger(t)
	if *onlySeed != 0 {
		simulate(t, fresh, *onlySeed)
		return
	}
	var next, broken atomic.Int64
	for range 4 * runtime.GOMAXPROCS(0) { // they wait for the disk
		t.Run("side by side", func(t *testing.T) {
			t.Parallel()
			for broken.Load() < int64(*failures) {
				n := next.Add(1) - 1
				if n >= int64(*seeds) {
					return
				}
				if !simulate(t, fresh, *firstSeed+uint64(n)) {
					broken.Add(1)
				}
			}
		})
	}
}

// emptyLedger is a new database, so that not every seed has to make one.
func emptyLedger(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fresh.db")
	store, err := approvals.Open(t.Context(), "sqlite:"+path, approvals.Options{Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func simulate(t *testing.T, fresh []byte, seed uint64) (kept bool) {
	path := filepath.Join(t.TempDir(), fmt.Sprint(seed, ".db"))
	if err := os.WriteFile(path, fresh, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		s := newSimulation(t, seed, path)
		s.run()
		kept = len(s.broken) == 0
		for _, what := range s.broken {
			t.Errorf("seed %d breaks a promise: %s", seed, what)
		}
		if !kept || *onlySeed != 0 {
			t.Log(s.story())
		}
	})
	for _, file := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(path + file)
	}
	return kept
}

// story is all that was logged, done, and recorded.
func (s *simulation) story() string {
	story := s.log.String()
	for _, d := range s.deeds {
		story += fmt.Sprintf("%s %s: %q%s of request %d: %s %q\n", d.at.Format(time.TimeOnly), d.by, d.typed, d.action, d.request, d.Failure, d.Text)
	}
	for _, e := range s.told {
		story += fmt.Sprintf("%s event %d: %s of request %d by %s: %+v\n", e.At.Format(time.TimeOnly), e.ID, e.Kind, e.Request, e.Actor.ID, e.Detail)
	}
	return story
}

// simulation is one workspace with its people, and what befalls them.
type simulation struct {
	*testing.T
	mu     sync.Mutex // guards the dice, deeds and broken
	dice   *rand.Rand
	deeds  []deed
	broken []string
	told   []ledger.Event // at the end

	path     string
	rules    approvals.Rules
	config   Config
	faults   int           // in percent of the calls to Slack
	pause    time.Duration // between two deeds, on average
	peaceful atomic.Bool   // nothing breaks any more

	ws      *bottest.Workspace
	wire    *wire
	cloud   *organization
	process *process
	log     *syncBuffer
	people  sync.WaitGroup
	inGroup []membership
	uins    int
}

// deed is what somebody did in Slack, and what came of it.
type deed struct {
	by      string
	at      time.Time
	typed   string // a command
	action  string // or a button
	request int64  // of the button
	bottest.Answer
}

// membership is a change of the group that bob is a member of.
type membership struct {
	at time.Time
	in bool
}

var simulatedRequesters = []approvals.Person{eve, ann, bob}

func newSimulation(t *testing.T, seed uint64, path string) *simulation {
	s := &simulation{T: t, dice: rand.New(rand.NewPCG(seed, 1)), path: path, wire: newWire(), log: &syncBuffer{}}
	s.ws = bottest.Start(bottest.Options{Listener: s.wire, Seed: seed, LinkDigits: s.chance(50), WithoutNames: s.chance(30)})
	s.cloud = &organization{lifetime: []time.Duration{15 * 24 * time.Hour, 73 * time.Hour}[s.upTo(2)], chance: func(percent int) bool { return s.breaks() && s.chance(percent) }}
	s.rules = approvals.Rules{Required: 1 + s.upTo(2), AllowSelf: s.chance(30), TTL: 2 * time.Hour}
	s.config = Config{Channel: approvalsID, Approvers: []string{ann.ID, groupID}, Connections: 1 + s.upTo(2)}
	s.faults = []int{0, 2, 10, 30}[s.upTo(4)]
	s.pause = []time.Duration{200 * time.Millisecond, 5 * time.Second, 4 * time.Minute}[s.upTo(3)]
	s.ws.DoubleEnvelopes(s.chance(20))
	s.ws.Redeliver(s.chance(20))
	s.ws.OnCall(s.fault)
	for _, u := range []bottest.User{
		{ID: ann.ID, Name: ann.Name}, {ID: bob.ID, Name: bob.Name}, {ID: eve.ID, Name: eve.Name},
		{ID: guestID, Name: "guest", Guest: true}, {ID: strangerID, Name: "stranger", TeamID: "T0OTHER"},
	} {
		s.ws.AddUser(u)
	}
	s.ws.AddChannel(bottest.Channel{ID: approvalsID, Name: "approvals", BotIsMember: true, Members: []string{ann.ID, bob.ID, eve.ID, guestID, strangerID}})
	s.ws.AddChannel(bottest.Channel{ID: askID, Name: "ask"})
	s.setGroup(true)
	return s
}

// run lets some things happen, then lets the world be at peace until all is settled, and looks at what is there.
func (s *simulation) run() {
	s.start()
	for range 10 + s.upTo(30) {
		time.Sleep(s.between(0, 2*s.pause))
		s.happens()
	}
	s.people.Wait()
	s.peaceful.Store(true)
	s.ws.Outage(false)
	time.Sleep(3 * time.Hour)
	s.does(deed{by: eve.ID, typed: "help"}, func(ctx context.Context) (bottest.Answer, error) {
		return s.ws.Command(ctx, eve.ID, askID, "/invite-member help")
	})
	s.judge()
	s.stop()
	s.ws.Close()
}

// happens is one thing that happens.
func (s *simulation) happens() {
	switch n := s.upTo(100); {
	case n < 35:
		s.people.Go(s.asks)
	case n < 70:
		s.people.Go(s.clicks)
	case n < 75:
		s.people.Go(s.withdraws)
	case n < 78:
		s.setGroup(s.chance(50))
	case n < 80:
		s.cloud.happens(s.upTo(1000))
	case n < 84:
		s.ws.RefreshAll()
	case n < 88:
		s.ws.Cut(0)
	case n < 91:
		s.ws.HalfOpen(0)
	case n < 95:
		s.ws.Outage(true)
		time.Sleep(s.between(0, 2*time.Minute))
		s.ws.Outage(false)
	default:
		s.stop()
		time.Sleep(s.between(0, time.Minute))
		s.start()
	}
}

func (s *simulation) asks() {
	by := simulatedRequesters[s.upTo(len(simulatedRequesters))].ID
	if s.chance(5) {
		by = guestID
	}
	var lines []string
	for range 1 + s.upTo(3) {
		s.mu.Lock()
		if s.uins == 0 || s.dice.IntN(100) < 80 { // else the same again
			s.uins++
		}
		lines = append(lines, fmt.Sprintf("%d Name-%d", 100000000000+s.uins, s.uins))
		s.mu.Unlock()
	}
	typed := strings.Join(lines, "\n")
	s.does(deed{by: by, typed: typed}, func(ctx context.Context) (bottest.Answer, error) {
		return s.ws.Command(ctx, by, askID, "/invite-member "+typed)
	})
}

func (s *simulation) withdraws() {
	typed := []string{fmt.Sprintf("withdraw %d", 1+s.upTo(8)), "withdraw", "list", fmt.Sprintf("status %d", 1+s.upTo(8))}[s.upTo(4)]
	by := simulatedRequesters[s.upTo(len(simulatedRequesters))].ID
	a := s.does(deed{by: by, typed: typed}, func(ctx context.Context) (bottest.Answer, error) {
		return s.ws.Command(ctx, by, askID, "/invite-member "+typed)
	})
	if shown, ok := s.ws.Message(a.Message); ok && a.OK() {
		s.withdrawsFrom(shown)
	}
}

// withdrawsFrom has somebody look at a list of theirs, and press the first of its buttons a while later.
func (s *simulation) withdrawsFrom(list bottest.Message) {
	value, ok := buttonsOf(list)[words.ActionWithdraw]
	if !ok {
		return
	}
	t, err := words.TargetOf(value)
	if err != nil {
		s.wrong("a button has the value %q", value)
		return
	}
	time.Sleep(s.between(0, s.pause))
	s.does(deed{by: list.EphemeralTo, action: words.ActionWithdraw, request: t.Request}, func(ctx context.Context) (bottest.Answer, error) {
		return s.ws.ClickSeen(ctx, list.EphemeralTo, list, words.ActionWithdraw)
	})
}

// clicks has somebody look at a message, and press one of its buttons a while later.
func (s *simulation) clicks() {
	seen := s.ws.Messages(approvalsID)
	for _, card := range seen {
		seen = append(seen, s.ws.Thread(card.Channel, card.TS)[1:]...)
	}
	for _, p := range simulatedRequesters {
		seen = append(seen, s.ws.DirectMessages(p.ID)...)
	}
	var buttons []words.Target
	var actions []string
	var on []bottest.Message
	for _, m := range seen {
		for action, value := range buttonsOf(m) {
			if t, err := words.TargetOf(value); err == nil {
				buttons, actions, on = append(buttons, t), append(actions, action), append(on, m)
			}
		}
	}
	if len(buttons) == 0 {
		return
	}
	n := s.upTo(len(buttons))
	by := []string{ann.ID, ann.ID, ann.ID, bob.ID, bob.ID, eve.ID, strangerID, guestID}[s.upTo(8)]
	for _, p := range simulatedRequesters {
		if on[n].Channel == s.ws.DM(p.ID) {
			by = p.ID // nobody else sees it
		}
	}
	if s.chance(30) {
		time.Sleep(s.between(0, s.pause))
	}
	a := s.does(deed{by: by, action: actions[n], request: buttons[n].Request}, func(ctx context.Context) (bottest.Answer, error) {
		return s.ws.ClickSeen(ctx, by, on[n], actions[n])
	})
	if (actions[n] == words.ActionDeny || actions[n] == words.ActionReview) && a.OK() {
		s.fillsIn(by)
	}
}

// fillsIn fills in the form that somebody has had open longest.
func (s *simulation) fillsIn(by string) {
	time.Sleep(s.between(time.Second, 20*time.Second))
	views := s.ws.Views(by)
	if len(views) == 0 {
		return
	}
	t, err := words.TargetOf(views[0].PrivateMetadata)
	if err != nil { // it says that it couldn't be done
		_, _ = s.ws.CloseView(context.Background(), by, views[0].ID)
		return
	}
	s.does(deed{by: by, action: "denial", request: t.Request}, func(ctx context.Context) (bottest.Answer, error) {
		a, err := s.ws.Submit(ctx, by, views[0].ID, map[string]string{reasonBox: "no"})
		if err != nil { // it was closed by somebody's other click
			return bottest.Answer{Failure: bottest.Undispatched}, nil
		}
		return a, nil
	})
}

// buttonsOf are a message's, by their actions: of several that have the same one, the first.
func buttonsOf(m bottest.Message) map[string]string {
	var blocks []struct {
		Elements []struct {
			Type  string `json:"type"`
			ID    string `json:"action_id"`
			Value string `json:"value"`
		} `json:"elements"`
		Accessory struct {
			ID    string `json:"action_id"`
			Value string `json:"value"`
		} `json:"accessory"`
	}
	_ = json.Unmarshal(m.Blocks, &blocks) // a block without elements has none, or some of another form
	found := map[string]string{}
	for _, b := range blocks {
		for _, e := range b.Elements {
			if e.Type == "button" {
				found[e.ID] = e.Value
			}
		}
		if _, earlier := found[b.Accessory.ID]; b.Accessory.ID != "" && !earlier {
			found[b.Accessory.ID] = b.Accessory.Value
		}
	}
	return found
}

// does has somebody do something, and keeps what came of it.
func (s *simulation) does(d deed, do func(context.Context) (bottest.Answer, error)) bottest.Answer {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d.at = time.Now()
	var err error
	d.Answer, err = do(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.broken = append(s.broken, fmt.Sprintf("%s can't do %q: %v", d.by, d.typed+d.action, err))
		return bottest.Answer{Failure: err.Error()}
	}
	s.deeds = append(s.deeds, d)
	return d.Answer
}

func (s *simulation) setGroup(in bool) {
	var members []string
	if in {
		members = []string{bob.ID}
	}
	s.ws.AddGroup(bottest.Group{ID: groupID, Members: members})
	s.inGroup = append(s.inGroup, membership{time.Now(), in})
}

// fault decides what happens to a call.
func (s *simulation) fault(bottest.Call) bottest.Fault {
	if !s.breaks() || !s.chance(s.faults) {
		return bottest.Fault{}
	}
	kinds := []bottest.Kind{bottest.RateLimited, bottest.ServerError, bottest.Error, bottest.Hang, bottest.LostRequest, bottest.LostAnswer}
	f := bottest.Fault{Kind: kinds[s.upTo(len(kinds))], RetryAfter: s.between(time.Second, 30*time.Second)}
	f.Error = []string{"internal_error", "fatal_error", "service_unavailable"}[s.upTo(3)]
	return f
}

func (s *simulation) breaks() bool { return !s.peaceful.Load() }

func (s *simulation) upTo(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dice.IntN(n)
}

func (s *simulation) chance(percent int) bool { return s.upTo(100) < percent }

func (s *simulation) between(from, to time.Duration) time.Duration {
	return from + time.Duration(s.upTo(int(to-from)+1))
}

// process is a run of the program, put together as internal/operate does it.
type process struct {
	line  *line
	store *approvals.Store
	desk  *approvals.Desk
	bot   *Bot
	stop  context.CancelFunc
	ended sync.WaitGroup
}

func (s *simulation) start() {
	ctx, cancel := context.WithCancel(context.Background())
	log := slog.New(slog.NewTextHandler(s.log, nil))
	p := &process{line: &line{wire: s.wire}, stop: cancel}
	s.process = p
	must := func(err error) {
		if err != nil {
			s.Fatal(err)
		}
	}
	var err error
	p.store, err = approvals.Open(ctx, "sqlite:"+s.path, approvals.Options{Log: log})
	must(err)
	present, err := p.store.Join(ctx, s.rules)
	must(err)
	desk := approvals.NewDesk(p.store, s.rules)
	p.desk = desk
	c := s.config
	c.API, c.Log = webapi.NewClient(s.ws.APIURL(), s.ws.BotToken, s.ws.AppToken), log
	c.API.Dial = p.line.dial
	p.bot, err = New(c, desk)
	must(err)
	worker := approvals.NewWorker(desk, s.cloud, p.bot, approvals.WorkerOptions{Rate: 20, Settle: time.Minute, Every: 10 * time.Minute, Log: log})
	p.ended.Go(func() { s.keeps(p.bot.Run(ctx)) })
	p.ended.Go(func() {
		select {
		case <-p.bot.Ready():
			s.keeps(worker.Run(ctx))
		case <-ctx.Done():
		}
	})
	p.ended.Go(func() { s.keeps(present.Keep(ctx)); present.Leave() })
}

// stop ends the process: in good manners, or so that Slack hears nothing more of it.
func (s *simulation) stop() {
	p := s.process
	if s.chance(50) {
		p.line.unplug()
	}
	p.stop()
	p.ended.Wait()
	p.line.unplug()
	if err := p.store.Close(); err != nil {
		s.Error(err)
	}
}

func (s *simulation) keeps(err error) {
	if err != nil {
		s.wrong("the bot ended: %v", err)
	}
}

func (s *simulation) wrong(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if what := fmt.Sprintf(format, args...); !slices.Contains(s.broken, what) {
		s.broken = append(s.broken, what)
	}
}
