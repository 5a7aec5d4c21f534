//go:build unix

// Package pgtest starts a real PostgreSQL server for tests, and stops it.
package pgtest

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to make databases
)

// Server is a PostgreSQL server on loopback, with its data in a temporary folder.
type Server struct {
	bin, dir string
	port     int
	process  *exec.Cmd
	made     atomic.Int64
}

// ErrMissing: the server's programs are not on this machine.
var ErrMissing = errors.New("PostgreSQL's server is not installed: apt-get install postgresql")

// Start starts a server. The caller stops it.
func Start() (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "invitebot-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir}
	if err := s.initialize(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, s.Restart()
}

// OrSkip skips a test where the server is missing, or fails it where skipping isn't allowed.
func OrSkip(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, ErrMissing) && os.Getenv("INVITEBOT_NO_SKIP") == "":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path) // the others are beside the program itself
		return filepath.Dir(path), err
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", ErrMissing
	}
	return filepath.Dir(found[len(found)-1]), nil
}

func (s *Server) initialize() error {
	if err := s.own(s.dir); err != nil {
		return err
	}
	out, err := s.command("initdb", "-D", s.data(), "-U", "invitebot", "-A", "trust", "-N", "--no-instructions").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// command runs one of the server's programs. They refuse to run as root.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

const nobody = 65534

func (s *Server) own(path string) error {
	if os.Getuid() != 0 {
		return nil
	}
	return os.Chown(path, nobody, nobody)
}

// Restart starts the server, or stops it hard and starts it on the same data and port.
func (s *Server) Restart() error {
	if s.process != nil {
		s.Halt()
	}
	if s.port == 0 {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.port = port
	}
	var log bytes.Buffer
	s.process = s.command("postgres", "-D", s.data(), "-p", strconv.Itoa(s.port), "-k", s.dir, "-c", "listen_addresses=127.0.0.1")
	s.process.Stderr = &log
	if err := s.process.Start(); err != nil {
		return err
	}
	return s.await(&log)
}

// await asks until the server answers.
func (s *Server) await(log *bytes.Buffer) error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for range 1500 {
		if err = db.Ping(); err == nil {
			return nil
		}
		<-again.C
	}
	s.Halt()
	return fmt.Errorf("the server does not answer: %w: %s", err, log.String())
}

// Database makes an empty database and returns its address.
func (s *Server) Database() (string, error) {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return "", err
	}
	defer func() { _ = db.Close() }()
	name := fmt.Sprintf("test%d", s.made.Add(1))
	if _, err := db.Exec(`CREATE DATABASE ` + name); err != nil {
		return "", err
	}
	return s.url(name), nil
}

func (s *Server) url(database string) string {
	return fmt.Sprintf("postgres://invitebot@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

// ReadOnly has the server take no writes, in no session, as one does that another has taken over from; or has it take them again.
// It returns when the server does so.
func (s *Server) ReadOnly(on bool) error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	db.SetMaxIdleConns(0) // each question is asked in a session of its own
	if _, err := db.Exec(fmt.Sprintf(`ALTER SYSTEM SET default_transaction_read_only = %t`, on)); err != nil {
		return err
	}
	if _, err := db.Exec(`SELECT pg_reload_conf()`); err != nil {
		return err
	}
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for range 2000 {
		var is bool
		if err := db.QueryRow(`SELECT current_setting('default_transaction_read_only')::bool`).Scan(&is); err != nil || is == on {
			return err
		}
		<-again.C
	}
	return errors.New("the server does not read its configuration")
}

// Halt ends the server as an outage would: connections are cut, committed data stays. [Server.Restart] ends that.
func (s *Server) Halt() {
	_ = s.process.Process.Signal(syscall.SIGQUIT)
	_ = s.process.Wait()
}

// Stop ends the server and removes its data.
func (s *Server) Stop() error {
	s.Halt()
	return os.RemoveAll(s.dir)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Client runs one of the programs that come with the server, such as psql or pg_dump, on one of its databases.
func (s *Server) Client(name, url string, args ...string) *exec.Cmd {
	return s.command(name, append(args, url)...)
}
