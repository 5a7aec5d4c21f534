package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// Databases of each schema version that went out, made by the program of that time: testdata/schemas has an SQLite file and a dump of
// PostgreSQL's for each. A new one is made with the program before the change:
//
//	go test ./internal/e2e -run TestMakeOldDatabases -old.program /path/to/invitebot -old.version 011
var (
	oldProgram = flag.String("old.program", "", "the program that makes the databases of its schema version")
	oldVersion = flag.String("old.version", "", "the number of that version, as in 011")
)

const schemas = "testdata/schemas"

// TestMakeOldDatabases makes those of one version. In each there is an invitation that was sent, one that Tencent Cloud refused, one whose outcome
// nobody knows, as the program was killed in the call, and a request that waits.
func TestMakeOldDatabases(t *testing.T) {
	if *oldProgram == "" {
		t.Skip("makes databases with an older program: -old.program")
	}
	file := newWorld(t)
	file.livesWith(*oldProgram)
	whole := filepath.Join(t.TempDir(), "whole.db") // with what is still in the log beside it
	db := must(sql.Open("sqlite", strings.TrimPrefix(file.env["DATABASE_URL"], "sqlite:")))(t)
	_, err := db.Exec(`VACUUM INTO ?`, whole)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	compress(t, *oldVersion+".sqlite.gz", must(os.ReadFile(whole))(t))

	server := postgres(t)
	on := shared(t, server, invitetest.Options{})
	on.livesWith(*oldProgram)
	dump, err := server.Client("pg_dump", on.env["DATABASE_URL"], "--no-owner", "--no-privileges").Output()
	compress(t, *oldVersion+".postgres.sql.gz", must(dump, err)(t))
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func compress(t *testing.T, name string, content []byte) {
	t.Helper()
	var b bytes.Buffer
	z := must(gzip.NewWriterLevel(&b, gzip.BestCompression))(t)
	_, err := z.Write(content)
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(schemas, name), b.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func decompress(t *testing.T, path string) []byte {
	t.Helper()
	z := must(gzip.NewReader(bytes.NewReader(must(os.ReadFile(path))(t))))(t)
	return must(io.ReadAll(z))(t)
}

// livesWith has an older program leave its database as it is after a day, ended by SIGTERM, so that all of it is in the file.
func (w *world) livesWith(program string) {
	w.Helper()
	w.program = program
	w.start()
	w.org.NoSuchAccount(account(2))
	for n := range 4 {
		w.ask(alice, fmt.Sprintf("%d Alice-%d", account(n+1), n+1))
	}
	w.approveOld(1)
	w.awaitCall("the invitation", func() bool { return len(w.org.Invitations()) == 1 })
	w.approveOld(2)
	w.awaitCall("the refusal", func() bool { return len(w.org.Sends()) == 2 })
	w.await("both to be told", func() bool { return len(w.DirectMessages(alice)) >= 2 })
	w.org.Fail(invitetest.Fault{Kind: invitetest.Hang, Action: "SendOrganizationInvitation"})
	w.approveOld(3)
	w.awaitCall("the call", func() bool { return len(w.org.Sends()) == 3 })
	w.kill()
	w.org.Clear()
	w.org.Fail(invitetest.Fault{Kind: invitetest.HTTPStatus, Status: 503}) // so that nobody finds out
	w.start()
	w.stop()
}

// approveOld presses a button of a card as an older version made it.
func (w *world) approveOld(n int) {
	w.Helper()
	about := fmt.Sprint(account(n))
	of := func() (cards []bottest.Message) {
		for _, m := range w.Messages(admins) {
			if strings.Contains(m.Text, about) {
				cards = append(cards, m)
			}
		}
		return cards
	}
	w.await("a card about "+about, func() bool { return len(of()) > 0 })
	if _, err := w.Click(context.Background(), ann, of()[0].Ref(), "approve"); err != nil {
		w.Fatal(err)
	}
}

// TestOlderDatabases of each version open, migrate, verify, and go on: what waited waits, and what nobody knew is found out.
func TestOlderDatabases(t *testing.T) {
	t.Parallel()
	files := must(filepath.Glob(filepath.Join(schemas, "*.sqlite.gz")))(t)
	if len(files) < 7 {
		t.Fatalf("there are %q", files)
	}
	for _, file := range files {
		version, _, _ := strings.Cut(filepath.Base(file), ".")
		t.Run("sqlite "+version, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if err := os.WriteFile(strings.TrimPrefix(w.env["DATABASE_URL"], "sqlite:"), decompress(t, file), 0o600); err != nil {
				t.Fatal(err)
			}
			w.goesOn()
		})
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := postgres(t)
		for _, file := range must(filepath.Glob(filepath.Join(schemas, "*.postgres.sql.gz")))(t) {
			t.Run(filepath.Base(file), func(t *testing.T) {
				w := shared(t, server, invitetest.Options{})
				load := server.Client("psql", w.env["DATABASE_URL"], "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1")
				load.Stdin = bytes.NewReader(decompress(t, file))
				if output, err := load.CombinedOutput(); err != nil {
					t.Fatalf("psql: %v\n%s", err, output)
				}
				w.goesOn()
			})
		}
	})
}

// goesOn starts the program on an older database.
func (w *world) goesOn() {
	w.Helper()
	t := w.TB.(*testing.T)
	w.start()
	w.await("the outcome that nobody knew", func() bool { return len(w.org.Sends()) == 1 })
	for text, says := range map[string]string{
		"status 1":             "100012345679",
		"withdraw 4":           "withdrawn",
		"100012349999 Charlie": "Request 5 ",
	} {
		if answer := w.ask(alice, text); !answer.OK() || !strings.Contains(answer.Text, says) {
			w.Errorf("%q is answered %q", text, answer.Text)
		}
	}
	w.stop()
	if e := invoke(t, w.env, "audit", "verify"); e.status != 0 {
		w.Errorf("verify: exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, w.env, "status"); !strings.Contains(e.out, ": 5 requests") {
		w.Errorf("status: exit status %d\n%s%s", e.status, e.out, e.errors)
	}
}
