package approvals

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

var someRules = Rules{Required: 1, TTL: time.Hour, Approvers: []string{"UANN", "SADMINS"}, Channel: "CADMINS"}

// rulesTold are the events of the ledger that tell of rules.
func (h *house) rulesTold() (all []ledger.Event) {
	h.Helper()
	for e, err := range h.store.Events(h.Context(), ledger.Filter{}) {
		if err != nil {
			h.Fatal(err)
		}
		if e.Kind == ledger.Rules {
			all = append(all, e)
		}
	}
	return all
}

func TestRulesAreInTheLedger(t *testing.T) {
	everywhere(t, someRules, func(t *testing.T, h *house) {
		same := someRules
		same.Approvers = []string{"SADMINS", "UANN", "UANN"}
		stricter := someRules
		stricter.Required, stricter.Requesters = 2, []string{"UALICE"}
		for n, rules := range []Rules{someRules, same, stricter, stricter} {
			if n > 0 {
				h.restart()
			}
			present, err := h.store.Join(t.Context(), rules)
			if err != nil {
				t.Fatal(err)
			}
			present.Leave()
		}
		told := h.rulesTold()
		if len(told) != 2 {
			t.Fatalf("the ledger has %d events of rules: %+v", len(told), told)
		}
		first, second := told[0], told[1]
		if first.Actor != (Person{}) || len(first.Detail.Before) != 0 || first.Detail.Rules["APPROVERS"] != "SADMINS,UANN" {
			t.Errorf("first: %+v", first)
		}
		want := []ledger.Change{{Name: "APPROVALS_REQUIRED", Before: "1", After: "2"}, {Name: "REQUESTERS", Before: "not set", After: "UALICE"}}
		if got := second.Detail.Before.Until(second.Detail.Rules); !slices.Equal(got, want) {
			t.Errorf("then: %+v", got)
		}
	})
}

func onPostgres(t *testing.T, rules Rules) *house {
	t.Helper()
	url, err := server(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	return newHouseOn(t, url, rules)
}

// otherRules have every rule another way.
var otherRules = Rules{Required: 2, AllowSelf: true, TTL: 2 * time.Hour, Approvers: []string{"UBOB"}, Requesters: []string{"UALICE"}, Channel: "COTHER"}

func TestProcessWithOtherRulesIsRefused(t *testing.T) {
	h := onPostgres(t, someRules)
	first, err := h.store.Join(t.Context(), someRules)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.Join(t.Context(), someRules); err != nil {
		t.Errorf("one with the same: %v", err)
	}
	_, err = h.store.Join(t.Context(), otherRules)
	if !mustEnd(err) {
		t.Fatalf("one with others: %v", err)
	}
	for _, want := range []string{"APPROVALS_REQUIRED is 1 there and 2 here", "ALLOW_SELF_APPROVAL is false there and true here", "REQUEST_TTL is 1h0m0s there and 2h0m0s here",
		"APPROVERS is SADMINS,UANN there and UBOB here", "REQUESTERS is not set there and UALICE here", "APPROVAL_CHANNEL is CADMINS there and COTHER here"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	// Who isn't seen any more is no longer reckoned with, and has to end when it goes on.
	h.notSeenFor(seenFor)
	if _, err := h.store.Join(t.Context(), otherRules); err != nil {
		t.Fatal(err)
	}
	if err := first.say(t.Context(), first.stay); !mustEnd(err) {
		t.Errorf("it goes on by its own rules: %v", err)
	}
	if told := h.rulesTold(); len(told) != 2 {
		t.Errorf("the ledger has %+v", told)
	}
}

// Of two that start at once with different rules one wins.
func TestTwoRulesAtOnce(t *testing.T) {
	for range 5 {
		h := onPostgres(t, someRules)
		var starting sync.WaitGroup
		results := make([]error, 8)
		for n := range results {
			starting.Go(func() {
				_, results[n] = h.store.Join(h.Context(), []Rules{someRules, otherRules}[n%2])
			})
		}
		starting.Wait()
		refused := [2]int{}
		for n, err := range results {
			if _, ok := errors.AsType[*RulesError](err); ok {
				refused[n%2]++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if (refused != [2]int{0, 4} && refused != [2]int{4, 0}) || len(h.rulesTold()) != 1 {
			t.Errorf("refused %v, told %+v", refused, h.rulesTold())
		}
	}
}
