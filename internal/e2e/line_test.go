package e2e

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// slackHost is by what name the program reaches the workspace through a proxy. Nothing else leads there.
const slackHost = "slack.test"

// certificate is one for a host, signed by itself, and the file of those that the program then trusts.
func certificate(t testing.TB, host string) (c tls.Certificate, trusted string) {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, IsCA: true,
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour), BasicConstraintsValid: true}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))(t)
	trusted = filepath.Join(t.TempDir(), "trusted.pem")
	if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, trusted
}

// line is a proxy that is the only way from one process to the workspace. It can be cut, or fall silent: then what is open seems to be
// open, and nothing comes through it any more.
type line struct {
	listener net.Listener
	to       string

	mu   sync.Mutex
	mode mode
	ends map[net.Conn]bool // both of each tunnel, and whether nothing comes through it any more
}

type mode string

const (
	open   mode = "open"
	cut    mode = "cut"
	silent mode = "silent"
)

func newLine(t testing.TB, to string) *line {
	t.Helper()
	l := &line{listener: must(net.Listen("tcp", "127.0.0.1:0"))(t), to: to, mode: open, ends: map[net.Conn]bool{}}
	t.Cleanup(func() {
		_ = l.listener.Close()
		l.become(cut)
	})
	go func() {
		for {
			conn, err := l.listener.Accept()
			if err != nil {
				return
			}
			go l.serve(conn)
		}
	}()
	return l
}

func (l *line) url() string { return "http://" + l.listener.Addr().String() }

// become changes what the line does, with the tunnels that are there: those that were silent never bring anything again.
func (l *line) become(m mode) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mode = m
	for end, isSilent := range l.ends {
		if m == cut || m == open && isSilent {
			_ = end.Close()
			delete(l.ends, end)
		} else if m == silent {
			l.ends[end] = true
		}
	}
}

// joins adds an end of a tunnel, unless the line is cut.
func (l *line) joins(end net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mode == cut {
		_ = end.Close()
		return false
	}
	l.ends[end] = l.mode == silent
	return true
}

func (l *line) isSilent(end net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ends[end]
}

func (l *line) serve(conn net.Conn) {
	if !l.joins(conn) {
		return
	}
	from := bufio.NewReader(conn)
	request, err := http.ReadRequest(from)
	if err != nil || request.Method != http.MethodConnect || l.isSilent(conn) {
		return // of one that is silent nothing comes, not even its end, until the line is open again
	}
	there, err := net.Dial("tcp", l.to)
	if err != nil || !l.joins(there) {
		_ = conn.Close()
		return
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")); err != nil {
		return
	}
	go l.carry(there, conn, there)
	l.carry(conn, there, conn)
}

// carry brings what comes from one end to the other, until one is closed.
func (l *line) carry(from, to, end net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if l.isSilent(end) {
			return
		}
		if err == nil {
			_, err = to.Write(buffer[:n])
		}
		if err != nil {
			_, _ = from.Close(), to.Close()
			return
		}
	}
}
