package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
)

// addresses are those of databases with a password in them, written well and, mostly, badly.
var addresses = []string{
	"postgres://u:123/NobodySees9@h", "postgres://u:a@b/NobodySees@h", "postgres://u:a@NobodySees@h/db", "postgres://u:a#NobodySees@b@h/db",
	"postgres://h/db?password=a&NobodySees", "postgres://h/db?password=a&NobodySees=b", "postgres://h/db?sslmode=disable&password=a&NobodySees=b&c",
	"postgres://u:NobodySees/db", "postgres://u:NobodySees", "postgres://u:NobodySees?x=y", "postgres://u:50%NobodySees@h/db", "postgres://u:50%4NobodySees@h/db",
	"postgres://u:12/3?NobodySees=1@h", "postgres://h/db;password=NobodySees", "postgres://h/db password=NobodySees", "postgres://h,u:NobodySees,x/db",
	"postgres://host=h password=NobodySees", "postgres://host=h&password=NobodySees", "host=h password=NobodySees", "host=h user=u password='NobodySees x'",
	"postgres:host=h password=NobodySees", "postgres:u:NobodySees@h/db", "postgres:/u:NobodySees@h/db", "POSTGRES://u:NobodySees@h/db", "postgres//u:NobodySees@h/db",
	"sqlite:postgres://u:NobodySees@h/db", "sqlite://postgres://u:NobodySees@h/db", "sqlite:host=h password=NobodySees", "mysql://u:NobodySees@h/db",
	"postgres://u:NobodySees@127.0.0.1:1/db", "postgresql://u:[NobodySees@127.0.0.1:1/db", "postgres://u:No?NobodySees@127.0.0.1:1/db",
	"postgres://127.0.0.1:1/db?password=NobodySees", "postgres://127.0.0.1:1/db?password=NobodySees&sslmode=sometimes",
	"postgres://u:NobodySees@127.0.0.1:1/db?sslmode=verify-full&sslrootcert=/nowhere", "postgres://127.0.0.1:1,127.0.0.1:2/db?password=NobodySees&port=1,2,3",
	"postgres://127.0.0.1/db?password=NobodySees&port=x", "postgres://u:NobodySees@127.0.0.1:999999/db",
}

// TestNoAddressIsShown: whatever is wrong with a database's address, no password in it gets onto the terminal or into the log.
func TestNoAddressIsShown(t *testing.T) {
	empty := "sqlite:" + filepath.Join(t.TempDir(), "empty.db")
	store, err := approvals.Open(t.Context(), empty, approvals.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for n, address := range addresses {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			words := append([]string{"copy", empty}, strings.Fields(address)...) // as a shell hands over what isn't quoted
			for what, e := range map[string]ended{
				"run":             invoke(t, configured("DATABASE_URL", address)),
				"audit":           invoke(t, map[string]string{"DATABASE_URL": address}, "audit"),
				"copy to it":      invoke(t, nil, "copy", empty, address),
				"copy from it":    invoke(t, nil, "copy", address, empty),
				"copy, in words":  invoke(t, nil, words...),
				"an audit of it":  invoke(t, nil, "audit", address),
				"its audit since": invoke(t, nil, "audit", "--since", address, "--uin", address),
				"no command":      invoke(t, nil, address),
			} {
				if e.status == 0 || e.errors == "" {
					t.Errorf("%s of %s: exit status %d, %q", what, address, e.status, e.errors)
				}
				expectNoSecret(t, e)
			}
		})
	}
}

// TestWellWrittenAddressesWork: what a server is told by its address still gets there.
func TestWellWrittenAddressesWork(t *testing.T) {
	t.Parallel()
	url, err := postgres(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	plain, _, _ := strings.Cut(url, "?")
	secret := strings.Replace(plain, "invitebot@", "invitebot:No%40NobodySees%2F?#&=@", 1) + "?sslmode=disable"
	for _, address := range []string{secret, url + "&password=No@NobodySees", url + "&application_name=invitebot", url + "&statement_timeout=5000&search_path=public",
		strings.Replace(url, "postgres://", "postgresql://", 1)} {
		e := invoke(t, nil, "copy", "sqlite:"+filepath.Join(t.TempDir(), "none.db"), address)
		if !strings.Contains(e.errors, "there is no database at") {
			t.Errorf("%s: %s", address, e.errors)
		}
		e = invoke(t, map[string]string{"DATABASE_URL": address}, "audit")
		if !strings.Contains(e.errors, "there is no ledger in this database yet") {
			t.Errorf("%s: exit status %d, %s", address, e.status, e.errors)
		}
		expectNoSecret(t, e)
	}
	e := invoke(t, map[string]string{"DATABASE_URL": url + "&nonsense=1"}, "audit")
	if !strings.Contains(e.errors, `unrecognized configuration parameter "nonsense"`) {
		t.Errorf("a parameter that the server doesn't know: %s", e.errors)
	}
}

// TestAProfileWhoseKeysAreReplaced while the bot runs: the call that Tencent Cloud doesn't take says so, and the next one has the new ones.
func TestAProfileWhoseKeysAreReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	profile := filepath.Join(t.TempDir(), "credentials")
	write := func(key string) {
		t.Helper()
		text := fmt.Sprintf("[default]\nsecret_id = %s\nsecret_key = %s\n", w.org.SecretID, key)
		if err := os.WriteFile(profile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("NoLongerTheKey00000000000000000")
	delete(w.env, "TENCENTCLOUD_SECRET_ID")
	delete(w.env, "TENCENTCLOUD_SECRET_KEY")
	w.env["TENCENTCLOUD_CREDENTIALS_FILE"] = profile
	w.start()
	w.ask(alice, fmt.Sprintf("%d Alice", uin))
	card := w.card(1)
	w.click(ann, card, "approve")
	w.await("the refusal", func() bool { return len(w.Thread(admins, card.TS)) > 1 })
	refused := w.Thread(admins, card.TS)[1]
	if !strings.Contains(refused.Text, "AuthFailure") {
		t.Fatalf("the thread says %q", refused.Text)
	}
	write(w.org.SecretKey)
	w.click(ann, refused, "retry")
	w.await("the invitation", func() bool { return len(w.org.Invitations()) == 1 })
	w.stop()
}
