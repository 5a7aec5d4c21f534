//go:build unix

package pgtest

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ErrNoPooler: PgBouncer is not on this machine.
var ErrNoPooler = fmt.Errorf("%w: PgBouncer is not installed: apt-get install pgbouncer", ErrMissing)

// Pooled starts PgBouncer in front of the server, in the mode that gives each transaction any of its few connections, and returns
// an address like that of [Server.Database] that goes through it. Stop ends it.
func (s *Server) Pooled(address string) (pooled string, stop func() error, err error) {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // which isn't in everybody's PATH
	}
	if _, err := os.Stat(program); err != nil {
		return "", nil, ErrNoPooler
	}
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	config := filepath.Join(s.dir, fmt.Sprintf("pgbouncer-%d.ini", port))
	// auth_type=any lets everybody in, as the user that is named.
	settings := fmt.Sprintf("[databases]\n* = host=127.0.0.1 port=%d user=invitebot\n[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=%d\nunix_socket_dir=\n"+
		"auth_type=any\npool_mode=transaction\ndefault_pool_size=3\n", s.port, port)
	if err := os.WriteFile(config, []byte(settings), 0o644); err != nil {
		return "", nil, err
	}
	cmd := exec.Command(program, "-q", config)
	cmd.SysProcAttr = s.command("initdb").SysProcAttr // it doesn't run as root either
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error {
		_ = cmd.Process.Signal(syscall.SIGQUIT)
		_ = cmd.Wait() // it was told to end
		return nil
	}
	pooled = strings.Replace(address, fmt.Sprintf(":%d/", s.port), fmt.Sprintf(":%d/", port), 1)
	if err := answers(pooled); err != nil {
		return "", nil, errors.Join(err, stop())
	}
	return pooled, stop, nil
}

// answers waits until somebody does at an address.
func answers(address string) error {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for range 500 {
		if err = db.Ping(); err == nil {
			return nil
		}
		<-again.C
	}
	return fmt.Errorf("nobody answers: %w", err)
}
