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
	"github.com/invitebot/invitebot/internal/tongue"
)

// Rules say which approvals a request needs, and who may ask and decide. The latter is for package bot to check; here it is
// seen to that all processes of a database have the same.
type Rules struct {
	Required    int           // distinct approvers, at least 1; a request keeps the number it was made with
	AllowSelf   bool          // whether the requester's own approval counts
	TTL         time.Duration // a request undecided for so long expires; 0: never
	Open        int           // requests of one person that may wait for a decision at once; 0: any number
	RemindAfter time.Duration // a request undecided for so long is one that the approvers are reminded of; 0: never
	Approvers   []string      // IDs of people and groups, in any order
	Requesters  []string      // the same; empty: every full member
	Channel     string        // ID of the approvals channel

	Room int // members that the organization may have, for warnings on cards; 0: nobody knows. No rule that anything is decided by, so it isn't recorded
}

// book is how the ledger tells the rules. An operator knows them by the names of their variables.
func (r Rules) book() ledger.Rulebook {
	list := func(ids []string) string { return strings.Join(slices.Compact(slices.Sorted(slices.Values(ids))), ",") }
	return ledger.Rulebook{
		"APPROVALS_REQUIRED": strconv.Itoa(r.Required), "ALLOW_SELF_APPROVAL": strconv.FormatBool(r.AllowSelf), "REQUEST_TTL": r.TTL.String(), "OPEN_REQUESTS": strconv.Itoa(r.Open),
		"REMIND_AFTER": r.RemindAfter.String(),
		"APPROVERS":    list(r.Approvers), "REQUESTERS": list(r.Requesters), "APPROVAL_CHANNEL": r.Channel,
	}
}

// isTooMany says whether somebody who has so many requests open may not make another.
func (r Rules) isTooMany(open int) bool { return r.Open > 0 && open >= r.Open }

// RulesError: other processes run on the database, by other rules. Were both to go on, each request would be under
// the rules of whichever process Slack happens to hand it to.
type RulesError struct {
	Changes []ledger.Change // from theirs to this process's
}

func (e *RulesError) Error() string { return e.In(tongue.English) }

// In is the error in a language.
func (e *RulesError) In(l tongue.Language) string {
	var differs []string
	for _, c := range e.Changes {
		differs = append(differs, tongue.Say("%s is %s there and %s here", "%s 在那里为 %s，在这里为 %s", c.Name, c.Before, c.After).In(l))
	}
	return tongue.Say("a bot is running on this database by other rules: %s. Give all replicas the same, or stop all of them before you change it. "+
		"One that was killed counts as running for %s",
		"有机器人正以不同的规则在该数据库上运行：%s。请让所有副本使用相同的规则，或先全部停止再更改。被强制终止的机器人在 %s 内仍算作运行中",
		strings.Join(differs, tongue.Say("; ", "；").In(l)), seenFor).In(l)
}

// refuseOtherRules returns a [*RulesError] where a process, that was seen after a time, runs by other rules.
func (t *tx) refuseOtherRules(ctx context.Context, rules ledger.Rulebook, seenAfter time.Time) error {
	var others int
	if err := t.Row(ctx, `SELECT COUNT(*) FROM processes WHERE rules <> ? AND seen_at > ?`, rules.Hash(), seenAfter).Scan(&others); err != nil || others == 0 {
		return err
	}
	inForce, err := t.rulesInForce(ctx)
	if err != nil {
		return err
	}
	return &RulesError{Changes: inForce.Until(rules)}
}

// enforce puts rules into force, and records that where others were before.
func (t *tx) enforce(ctx context.Context, rules ledger.Rulebook) error {
	before, err := t.rulesInForce(ctx)
	if err != nil || before.JSON() == rules.JSON() {
		return err
	}
	err = t.Run(ctx, `INSERT INTO rules (single, rules, since) VALUES (1, ?, ?) ON CONFLICT (single) DO UPDATE SET rules = excluded.rules, since = excluded.since`,
		rules.JSON(), t.now)
	if err != nil {
		return err
	}
	_, err = t.record(ctx, ledger.Event{Kind: ledger.Rules, Detail: ledger.Detail{Before: before, Rules: rules}}, "")
	return err
}

// rulesInForce are those that processes worked by last; none before the first.
func (t *tx) rulesInForce(ctx context.Context) (rules ledger.Rulebook, err error) {
	var text string
	err = t.Row(ctx, `SELECT rules FROM rules`).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the rules in force: %w", err)
	}
	return rules, json.Unmarshal([]byte(text), &rules)
}
