//go:build unix

package database

import (
	"net/url"
	"sync"
	"testing"

	"github.com/invitebot/invitebot/approvals/database/pgtest"
)

// TestAnotherServerTakesOver from one that turns read-only under open sessions, as the address has it: nobody notices.
func TestAnotherServerTakesOver(t *testing.T) {
	first, addressOfFirst := startServer(t)
	_, second := startServer(t)
	both := *addressOfFirst
	both.Host += "," + second.Host
	both.RawQuery += "&target_session_attrs=read-write"
	db, err := Open(t.Context(), both.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	write := func() {
		t.Helper()
		err := db.Write(t.Context(), func(x *Tx) error { return x.Run(t.Context(), `CREATE TABLE IF NOT EXISTS written (n INT)`) })
		if err != nil {
			t.Error(err)
		}
	}
	write()
	if err := first.ReadOnly(true); err != nil {
		t.Fatal(err)
	}
	write()
	write()
}

// startServer starts a server with an empty database, by the same name as any other's.
func startServer(t *testing.T) (*pgtest.Server, *url.URL) {
	t.Helper()
	s, err := pgtest.Start()
	pgtest.OrSkip(t, err)
	t.Cleanup(func() { _ = s.Stop() })
	text, err := s.Database()
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s, address
}

// TestAServerThatWasStartedAnew leaves connections in the pool that are broken. Nobody notices.
func TestAServerThatWasStartedAnew(t *testing.T) {
	server, address := startServer(t)
	db, err := Open(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	all := func(do func() error) {
		t.Helper()
		var once sync.WaitGroup
		for range 2 * poolSize { // as many as the pool has connections
			once.Go(func() {
				if err := do(); err != nil {
					t.Error(err)
				}
			})
		}
		once.Wait()
	}
	read := func() error {
		return db.Read(t.Context(), func(x *Tx) error { return x.Row(t.Context(), `SELECT COUNT(*) FROM pg_sleep(0.01)`).Scan(new(int)) })
	}
	write := func() error {
		return db.Write(t.Context(), func(x *Tx) error {
			_, err := x.Change(t.Context(), `UPDATE pg_description SET objoid = 0 WHERE false`)
			return err
		})
	}
	for _, do := range []func() error{read, write} {
		all(read)
		if err := server.Restart(); err != nil {
			t.Fatal(err)
		}
		all(do)
	}
}
