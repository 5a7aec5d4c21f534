package database

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestNothingGoesInTheClear to another machine, unless the address says so.
func TestNothingGoesInTheClear(t *testing.T) {
	for address, clear := range map[string]bool{
		"postgres://u@db.example.com/invitebot":                              false,
		"postgres://u@db.example.com/invitebot?sslmode=prefer":               false,
		"postgres://u@db.example.com/invitebot?sslmode=allow":                false,
		"postgres://u@db.example.com/invitebot?sslmode=require":              false,
		"postgres://u@a.example.com,b.example.com/invitebot":                 false,
		"postgres://u@localhost,b.example.com/invitebot?sslmode=allow":       false,
		"postgres://u@db.example.com/invitebot?sslmode=disable":              true,
		"postgres://u@a.example.com,b.example.com/invitebot?sslmode=disable": true,
		"postgres://u@localhost/invitebot":                                   false,
		"postgres:///invitebot?host=/run/postgresql":                         false,
	} {
		config, err := pgx.ParseConfig(address)
		if err != nil {
			t.Fatal(err)
		}
		encrypt(config)
		found := config.TLSConfig == nil && !isHere(config.Host)
		ways := 1
		for _, f := range config.Fallbacks {
			found = found || f.TLSConfig == nil && !isHere(f.Host)
			ways++
		}
		if found != clear {
			t.Errorf("%s: in the clear %v, want %v (%d ways)", address, found, clear, ways)
		}
	}
	config, err := pgx.ParseConfig("postgres://u@localhost,b.example.com/invitebot?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	if encrypt(config); len(config.Fallbacks) != 1 || config.Fallbacks[0].Host != "b.example.com" {
		t.Error("the second server is forgotten, so nobody would take over from the first")
	}
	config, err = pgx.ParseConfig("postgres://u@localhost/invitebot")
	if err != nil {
		t.Fatal(err)
	}
	if encrypt(config); len(config.Fallbacks) == 0 {
		t.Error("this machine's own server must have TLS")
	}
}
