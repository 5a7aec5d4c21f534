package e2e

import (
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func TestHelp(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"--help", []string{"invitebot [run]", "invitebot audit [REQUEST]", "invitebot demo", "invitebot copy FROM TO", "invitebot reopen DATABASE", "invitebot version"}},
		{"-h", []string{"invitebot [run]"}},
		{"help", []string{"invitebot [run]"}},
		{"run --help", []string{"SLACK_BOT_TOKEN", "required", "TENCENTCLOUD_RATE", "DATABASE_URL", "sqlite:invitebot.db", "LOG_FORMAT"}},
		{"audit --help", []string{"--format table|jsonl|csv", "--since DURATION|DATE", "DATABASE_URL"}},
		{"audit 12 -h", []string{"--format"}},
		{"demo --help", []string{"invitebot demo"}},
		{"copy --help", []string{"invitebot copy FROM TO", "The original is closed"}},
		{"reopen --help", []string{"invitebot reopen DATABASE", "no bot runs on the copy", "sent twice"}},
		{"version --help", []string{"invitebot version"}},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			e := invoke(t, nil, strings.Fields(c.args)...)
			if e.status != 0 || e.errors != "" {
				t.Errorf("exit status %d, standard error %q", e.status, e.errors)
			}
			for _, want := range c.want {
				if !strings.Contains(e.out, want) {
					t.Errorf("no %q in\n%s", want, e.out)
				}
			}
		})
	}
}

func TestMistypedCommandLines(t *testing.T) {
	for args, want := range map[string]string{
		"audti":                                 `there is no command "audti"`,
		"--verbose":                             "run: flag provided but not defined: -verbose",
		"run now":                               `run: "now" is one argument too many`,
		"audit 1 2":                             `audit: "2" is one argument too many`,
		"audit twelve":                          `audit: "twelve" is not the number of a request`,
		"audit 0":                               `audit: "0" is not the number of a request`,
		"audit --format xml":                    `audit: --format "xml" is none of table, jsonl and csv`,
		"audit --since tomorrow":                `audit: --since "tomorrow" is neither a duration such as 24h or 7d nor a date such as 2026-01-31, a time such as 2026-01-31T12:00:00Z, today or yesterday`,
		"audit --until 2026-13-01":              `audit: --until "2026-13-01" is neither a duration such as 24h or 7d nor a date such as 2026-01-31, a time such as 2026-01-31T12:00:00Z, today or yesterday`,
		"audit --since today --until yesterday": `audit: --since is not before --until, so nothing can be found; write the earlier one behind --since`,
		"audit --uin Alice":                     `audit: --uin "Alice" is not a UIN; write the account's number, such as 100012345678`,
		"audit --uin=":                          `audit: --uin "" is not a UIN; write the account's number, such as 100012345678`,
		"audit --person @":                      `audit: --person "@" is nobody; write an ID, such as U0123456789, or a name`,
		"audit --outcome lost":                  `audit: --outcome "lost" is none of pending, approved, denied, withdrawn, expired, waiting, ready, sending, sent, failed, unknown, stopped, dropped, joined, lapsed, cancelled, declined and left`,
		"audit --summary --format jsonl":        "audit: --summary has no format jsonl; write table or csv",
		"audit --outcome":                       "audit: flag needs an argument: -outcome",
		"version --short":                       "version: flag provided but not defined: -short",
		"reopen":                                "reopen: name the database that was moved",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			e := invoke(t, configured(), strings.Fields(args)...)
			see := "invitebot --help"
			if command, _, ok := strings.Cut(want, ": "); ok {
				see = "invitebot " + command + " --help"
			}
			if e.status != 2 || e.out != "" || e.errors != "invitebot: "+want+"\nRun \""+see+"\" to see what there is.\n" {
				t.Errorf("exit status %d, output %q, errors\n%s", e.status, e.out, e.errors)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	e := invoke(t, nil, "version")
	want := regexp.MustCompile(`^invitebot \S+ (\w{40} )?` + regexp.QuoteMeta(runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH) + "\n$")
	if e.status != 0 || !want.MatchString(e.out) {
		t.Errorf("exit status %d, output %q", e.status, e.out)
	}
}
