package monitor

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/invite"
)

// Figures are what /metrics tells. Counters are this process's; gauges that begin with the database's state are the same from all
// replicas.
type Figures struct {
	registry         *prometheus.Registry
	outcomes         *prometheus.CounterVec
	slackCalls       *prometheus.CounterVec
	cloudCalls       *prometheus.CounterVec
	acknowledgements *prometheus.HistogramVec
	results          words // of calls to Slack, whose codes are its own
}

// NewFigures returns figures that count from now on. Version is the program's.
func NewFigures(version string) *Figures {
	f := &Figures{
		registry: prometheus.NewRegistry(),
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "invitebot_outcomes_total",
			Help: "What became of invitations, by the ledger's word for it and Tencent Cloud's code."}, []string{"outcome", "code"}),
		slackCalls: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "invitebot_slack_calls_total",
			Help: "Calls to Slack's Web API, by method and result: ok, Slack's error code, http_ and a status, or unreachable."}, []string{"method", "result"}),
		cloudCalls: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "invitebot_tencentcloud_calls_total",
			Help: "Calls to Tencent Cloud, by action and result: ok, or a code."}, []string{"action", "result"}),
		acknowledgements: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "invitebot_acknowledgement_seconds",
			Help:    "How long Slack waited for the acknowledgement of a command or click. It takes 3 seconds at most.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 3}}, []string{"type"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "invitebot_build_info", Help: "1, with the version of the program.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	f.registry.MustRegister(f.outcomes, f.slackCalls, f.cloudCalls, f.acknowledgements, build)
	return f
}

// SlackCall counts a call to Slack: a [webapi.Observer].
func (f *Figures) SlackCall(method string, _ time.Duration, result string) {
	f.slackCalls.WithLabelValues(method, f.results.known(result)).Inc()
}

// CloudCall counts a call to Tencent Cloud. An empty code is success.
func (f *Figures) CloudCall(action string, _ time.Duration, code string) {
	f.cloudCalls.WithLabelValues(action, known(code, "ok")).Inc()
}

// Acknowledged counts a command or a click that was acknowledged.
func (f *Figures) Acknowledged(kind string, took time.Duration) {
	if kind != socket.Command && kind != socket.Interactive {
		kind = others
	}
	f.acknowledgements.WithLabelValues(kind).Observe(took.Seconds())
}

// outcomes are the kinds of events that say what became of an invitation.
var outcomes = []ledger.Kind{ledger.Sent, ledger.Failed, ledger.Lost, ledger.Stopped, ledger.Joined, ledger.Lapsed, ledger.Declined, ledger.Cancelled, ledger.Left}

// Recorded counts an event of the ledger.
func (f *Figures) Recorded(e ledger.Event) {
	if slices.Contains(outcomes, e.Kind) {
		f.outcomes.WithLabelValues(string(e.Kind), known(e.Detail.Code, "")).Inc()
	}
}

// others stands for what isn't known by a name of its own.
const others = "other"

// words are labels in somebody else's words: the first that come, and others for the rest, so that the number of series has an end.
type words struct {
	mu    sync.Mutex
	taken map[string]bool
}

// mostWords is more than Slack has for the methods in use.
const mostWords = 40

func (w *words) known(word string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.taken[word] && len(w.taken) >= mostWords {
		return others
	}
	if w.taken == nil {
		w.taken = map[string]bool{}
	}
	w.taken[word] = true
	return word
}

// known keeps the number of a figure's series in bounds: of codes that aren't known only the family counts.
func known(code, none string) string {
	if code == "" {
		return none
	}
	if slices.Contains(invite.Codes(), code) {
		return code
	}
	if family, ok := invite.Family(code); ok {
		return family
	}
	return others
}

// watch adds what is asked for when somebody looks.
func (f *Figures) watch(m *Monitor) { f.registry.MustRegister(gauges{m}) }

// gauges read the process and the database.
type gauges struct{ *Monitor }

func about(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("invitebot_"+name, help, labels, nil)
}

var (
	ready       = about("ready", "1 while the bot is connected to Slack and the database takes what is written, else 0.")
	connections = about("slack_connections", "Socket Mode connections of this process that are ready for commands and clicks.")
	renewals    = about("slack_connection_renewals_total", "How often Slack has asked this process to renew a connection.")
	answering   = about("database_up", "1 where the database could be read for these figures, else 0: then what is read from it is missing.")
	backlog     = about("backlog", "Work in the database, by kind; pending and stuck wait for people.", "work")
	oldest      = about("backlog_oldest_seconds", "How long the oldest of that has been there.", "work")
	late        = about("backlog_late_seconds", "Since when the oldest should have been done; 0: all is in time.", "work")
	listAge     = about("list_age_seconds", "How old the newest whole reading of one of the organization's lists is.", "list")
	listFails   = about("list_failures", "Failures in a row to read one of the organization's lists.", "list")
	requests    = about("requests", "Requests that were ever made.")
	ledgerHead  = about("ledger_head", "Number of the newest event in the ledger.")
	bots        = about("bots", "Processes that run on the database.")
)

// Describe is for the registry.
func (g gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{ready, connections, renewals, answering, backlog, oldest, late, listAge, listFails, requests, ledgerHead, bots} {
		to <- d
	}
}

// Collect is for the registry.
func (g gauges) Collect(to chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit)
	defer cancel()
	tell(ready, one(g.Ready(ctx) == nil))
	tell(connections, float64(g.Bot.Live()))
	to <- prometheus.MustNewConstMetric(renewals, prometheus.CounterValue, float64(g.Bot.Renewals()))
	s, err := g.Store.Status(ctx)
	tell(answering, one(err == nil))
	if err != nil {
		return
	}
	for name, b := range backlogs(s) {
		tell(backlog, float64(b.Count), name)
		tell(oldest, age(s.At, b.Since), name)
		tell(late, age(s.At, b.Late), name)
	}
	for _, l := range s.Lists {
		if !l.ReadAt.IsZero() {
			tell(listAge, age(s.At, l.ReadAt), l.Name)
		}
		tell(listFails, float64(l.Failures), l.Name)
	}
	tell(requests, float64(s.Requests))
	tell(ledgerHead, float64(s.Head.Number))
	tell(bots, float64(len(s.Bots)))
}

func backlogs(s approvals.Status) map[string]approvals.Backlog {
	return map[string]approvals.Backlog{"pending": s.Pending, "stuck": s.Stuck, "unknown": s.Unknown, "messages": s.Messages, "deliveries": s.Deliveries,
		"cancels": s.Cancels, "expiries": s.Expiries}
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// age is 0 where there is nothing.
func age(now, since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(now.Sub(since).Seconds(), 0)
}
