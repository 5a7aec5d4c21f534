package ledger

import (
	"os"
	"regexp"
	"testing"
	"time"
)

func TestEveryKindHasASentence(t *testing.T) {
	source, err := os.ReadFile("event.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`(?m)^\t\w+ +Kind = "(.+?)"`).FindAllSubmatch(source, -1)
	if len(kinds) < 10 {
		t.Fatalf("found only %d kinds", len(kinds))
	}
	for _, k := range kinds {
		if sentences[Kind(k[1])] == "" {
			t.Errorf("%s has none", k[1])
		}
	}
}

// TestRefusalsReadRight: who tried what, and why it was in vain.
func TestRefusalsReadRight(t *testing.T) {
	noon := time.Date(2026, 3, 4, 12, 1, 0, 0, time.UTC)
	for want, e := range map[string]Event{
		"Bob (U0BOB) tried to withdraw request 3, which isn't theirs":                                                                     {Request: 3, Detail: Detail{Why: NotRequester, Tried: "withdraw"}},
		"Bob (U0BOB) tried to withdraw request 4, which isn't theirs":                                                                     {Request: 4, Detail: Detail{Why: NotRequester}}, // an older row
		"Bob (U0BOB) tried to see request 3, which isn't theirs":                                                                          {Request: 3, Detail: Detail{Why: NotRequester, Tried: "status"}},
		"Bob (U0BOB) tried to list requests (“list”), and isn't among those who may ask":                                                  {Detail: Detail{Why: NotRequester, Tried: "list", Typed: "list"}},
		"Bob (U0BOB) tried to see a request (“status 3”), and isn't among those who may ask":                                              {Detail: Detail{Why: NotRequester, Tried: "status", Typed: "status 3"}},
		"Bob (U0BOB) tried to withdraw a request (“withdraw 3”), and isn't among those who may ask":                                       {Detail: Detail{Why: NotRequester, Tried: "withdraw", Typed: "withdraw 3"}},
		"Bob (U0BOB) asked for “1000 Alice”, and isn't among those who may ask":                                                           {Detail: Detail{Why: NotRequester, Tried: "ask", Typed: "1000 Alice"}},
		"Bob (U0BOB) asked for “13800138000 Tom & Jerry”, and isn't among those who may ask":                                              {Detail: Detail{Why: NotRequester, Tried: "ask: <tel:13800138000|13800138000> Tom &amp; Jerry"}}, // an older row
		"Bob (U0BOB) asked for “1000 A”, and is of another organization":                                                                  {Detail: Detail{Why: Outsider, Tried: "ask", Typed: "1000 A"}},
		"Bob (U0BOB) tried to approve request 3, and isn't an approver":                                                                   {Request: 3, Detail: Detail{Why: NotApprover, Tried: "approve"}},
		"Bob (U0BOB) tried to deny request 3, and Slack couldn't be asked whether they may":                                               {Request: 3, Detail: Detail{Why: Unchecked, Tried: "deny"}},
		"Bob (U0BOB) tried to approve request 3, which is their own":                                                                      {Request: 3, Detail: Detail{Why: OwnRequest, Tried: "approve"}},
		"Bob (U0BOB) tried to approve request 3, which was decided before":                                                                {Request: 3, Detail: Detail{Why: DecidedBefore, Tried: "approve"}},
		"Bob (U0BOB) tried to approve request 3, which they had approved before":                                                          {Request: 3, Detail: Detail{Why: CountedBefore, Tried: "approve"}},
		"Bob (U0BOB) asked for 1000 as “A” (r), and request 2 has an invitation to the same account under way":                            {Request: 2, Detail: Detail{Why: Duplicate, Tried: "ask", Other: 2, Accounts: []Account{{"1000", "A", "r"}}}},
		"Bob (U0BOB) asked for 1000 as “A”, and request 2 has an invitation to the same account under way":                                {Request: 2, Detail: Detail{Why: Duplicate, Tried: "ask", Other: 2, Accounts: []Account{{"1000", "A", ""}}}},
		"Bob (U0BOB) asked for an account, and request 5 has an invitation to the same account under way":                                 {Request: 5, Detail: Detail{Why: Duplicate, Tried: "ask", Other: 5}}, // an older row
		"Bob (U0BOB) tried to have the invitation of request 3 sent again, with a button of an earlier state":                             {Request: 3, Detail: Detail{Why: NotCurrent, Tried: "retry"}},
		"Bob (U0BOB) tried to say that the invitation of request 3 was sent, with a button of an earlier state":                           {Request: 3, Detail: Detail{Why: NotCurrent, Tried: "arrived"}},
		"Bob (U0BOB) tried to approve a request, with a button of another installation":                                                   {Detail: Detail{Why: ForeignCard, Tried: "approve"}},
		"Bob (U0BOB) tried to juggle request 3, and was refused: of a new kind":                                                           {Request: 3, Detail: Detail{Why: "of a new kind", Tried: "juggle"}},
		"Bob (U0BOB) and 4,998 more times until 12:01: tried to approve request 3, and isn't an approver":                                 {ID: 9, Request: 3, Detail: Detail{Why: NotApprover, Tried: "approve", Times: 4998, Until: noon}},
		"Bob (U0BOB) and 7 more times until 12:01: asked for an account, and isn't among those who may ask":                               {ID: 9, Detail: Detail{Why: NotRequester, Tried: "ask", Times: 7, Until: noon}},
		"Bob (U0BOB) and 7 more times so far: asked for an account, and isn't among those who may ask":                                    {Detail: Detail{Why: NotRequester, Tried: "ask", Times: 7, Until: noon}},
		"Bob (U0BOB) tried to have the invitation of request 3 sent again, and request 5 has an invitation to the same account under way": {Request: 3, Detail: Detail{Why: Duplicate, Tried: "retry", Other: 5}},
	} {
		e.Kind, e.Actor = Refused, Person{ID: "U0BOB", Name: "Bob"}
		if got := Tell(e); got != want {
			t.Errorf("reads %q\nwant  %q", got, want)
		}
	}
}

// TestEachWhyHasASentence: none is told as a refusal without a reason of its own.
func TestEachWhyHasASentence(t *testing.T) {
	source, err := os.ReadFile("event.go")
	if err != nil {
		t.Fatal(err)
	}
	whys := regexp.MustCompile(`(?m)^\t\w+ +Why = "(.+?)"`).FindAllSubmatch(source, -1)
	if len(whys) < 10 {
		t.Fatalf("found only %d reasons", len(whys))
	}
	general := hindrance(Event{Detail: Detail{Why: "nothing"}})
	for _, w := range whys {
		if got := hindrance(Event{Detail: Detail{Why: Why(w[1])}}); got == general[:len(general)-len("nothing")]+string(w[1]) {
			t.Errorf("%s has none", w[1])
		}
	}
}

// TestActors: the bot is named where nobody is, and somebody without a name by their ID.
func TestActors(t *testing.T) {
	for want, p := range map[string]Person{"invitebot": {}, "U0BOB": {ID: "U0BOB"}, "Bob": {ID: "U0BOB", Name: "Bob"}} {
		if got := cells(Event{Kind: Denied, Actor: p})[2]; got != want {
			t.Errorf("%+v is called %q, want %q", p, got, want)
		}
	}
	if got := Tell(Event{Kind: Attempted, Attempt: 1, Detail: Detail{UIN: "1000"}}); got != "invitebot calls Tencent Cloud for an invitation to 1000, attempt 1" {
		t.Errorf("reads %q", got)
	}
	if got := Tell(Event{Kind: Sent, Actor: Person{ID: "U1", Name: "Ann"}, Detail: Detail{UIN: "1000", How: Settled}}); got != "Ann (U1) found out and says that Tencent Cloud took the invitation to 1000" {
		t.Errorf("reads %q", got)
	}
	if got := Tell(Event{Kind: Untold, Actor: Person{ID: "U1"}, Detail: Detail{Reason: "user_disabled"}}); got != "a message to U1 was given up: user_disabled" {
		t.Errorf("reads %q", got)
	}
}

// TestVisible: what a card wouldn't let through is told in the audit, and so is what else can't be seen; what an emoji or a script
// needs stays.
func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"a\u202eb\x1b\n":              `a\u202eb\u001b\u000a`,
		"x\u3164y\ufe0fz\u200b\u2800": `x\u3164y\ufe0fz\u200b\u2800`,
		"Al\U000e0041ice":             `Al\udb40\udc41ice`,
		"❤\ufe0f 👩\u200d👧 می\u200cخواهم Zoë 陈": "❤\ufe0f 👩\u200d👧 می\u200cخواهم Zoë 陈",
	} {
		if got := Visible(text); got != want {
			t.Errorf("%+q reads as %+q, want %+q", text, got, want)
		}
	}
}
