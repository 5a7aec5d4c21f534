//go:build unix

package settings

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const aKey = "0123456789abcdef0123456789abcdef"

// TestSecretsInFiles: each way to a file works, and what is wrong with one is said in one line, without what is in it.
func TestSecretsInFiles(t *testing.T) {
	for name, x := range map[string]struct {
		arrange func(t *testing.T, folder string)
		says    string // empty: the key is read
	}{
		"by name": {func(t *testing.T, folder string) {
			t.Setenv("LEDGER_KEY_FILE", file(t, folder, "key", aKey+"\n", 0o600))
		}, ""},
		"for the group": {func(t *testing.T, folder string) { t.Setenv("LEDGER_KEY_FILE", file(t, folder, "key", aKey, 0o440)) }, ""},
		"from systemd": {func(t *testing.T, folder string) {
			file(t, folder, "ledger-key", aKey, 0o400)
			t.Setenv("CREDENTIALS_DIRECTORY", folder)
		}, ""},
		"twice": {func(t *testing.T, folder string) {
			t.Setenv("LEDGER_KEY", aKey)
			t.Setenv("LEDGER_KEY_FILE", file(t, folder, "key", aKey, 0o600))
		}, "LEDGER_KEY: set, but the file "},
		"twice, by systemd": {func(t *testing.T, folder string) {
			t.Setenv("LEDGER_KEY", aKey)
			file(t, folder, "ledger-key", aKey, 0o400)
			t.Setenv("CREDENTIALS_DIRECTORY", folder)
		}, "LEDGER_KEY: set, but the file "},
		"two files": {func(t *testing.T, folder string) {
			t.Setenv("LEDGER_KEY_FILE", file(t, folder, "ledger-key", aKey, 0o400))
			t.Setenv("CREDENTIALS_DIRECTORY", folder)
		}, "LEDGER_KEY_FILE: set, but systemd's credentials have ledger-key too"},
		"missing": {func(t *testing.T, folder string) {
			t.Setenv("LEDGER_KEY_FILE", filepath.Join(folder, "key"))
		}, "doesn't exist; correct the path"},
		"readable by others": {func(t *testing.T, folder string) { t.Setenv("LEDGER_KEY_FILE", file(t, folder, "key", aKey, 0o644)) },
			"can be read or written by every user of the machine; take that from others"},
		"empty":    {func(t *testing.T, folder string) { t.Setenv("LEDGER_KEY_FILE", file(t, folder, "key", " \n", 0o600)) }, "is empty"},
		"a folder": {func(t *testing.T, folder string) { t.Setenv("LEDGER_KEY_FILE", folder) }, "isn't a file with a secret in it"},
		"a pipe": {func(t *testing.T, folder string) {
			pipe := filepath.Join(folder, "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Skip(err)
			}
			t.Setenv("LEDGER_KEY_FILE", pipe)
		}, "isn't a file with a secret in it"},
		"with a mark in front": {func(t *testing.T, folder string) {
			t.Setenv("LEDGER_KEY_FILE", file(t, folder, "key", "\ufeff"+aKey, 0o600))
		}, ""},
		"the secret itself":        {func(t *testing.T, _ string) { t.Setenv("LEDGER_KEY_FILE", aKey) }, "LEDGER_KEY_FILE: the file that it names doesn"},
		"a path that isn't a line": {func(t *testing.T, folder string) { t.Setenv("LEDGER_KEY_FILE", folder+"/a\nLEDGER_KEY: x") }, `/a\nLEDGER_KEY: x doesn't exist`},
		"two lines": {func(t *testing.T, folder string) {
			t.Setenv("LEDGER_KEY_FILE", file(t, folder, "key", aKey+"\n"+aKey, 0o600))
		}, "has more than one line"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("LEDGER_KEY", "")
			x.arrange(t, t.TempDir())
			var s Seal
			err := s.Read()
			switch {
			case x.says == "" && (err != nil || s.LedgerKey.Reveal() != aKey):
				t.Errorf("%q, error %v", s.LedgerKey.Reveal(), err)
			case x.says != "" && (err == nil || !strings.Contains(err.Error(), x.says)):
				t.Errorf("got %v, want %q", err, x.says)
			}
			if err != nil && (strings.Contains(err.Error(), aKey) || strings.Count(err.Error(), "\n") != 1) {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func file(t *testing.T, folder, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}
