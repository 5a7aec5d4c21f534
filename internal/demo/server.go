package demo

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/invitebot/invitebot/internal/tongue"
)

// usualAddr is where the page is unless somebody says otherwise or the port is taken.
const usualAddr = "127.0.0.1:8765"

// checkAddr refuses an address that others than this machine could reach.
func checkAddr(addr string) error {
	if addr == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return tongue.Error{Text: tongue.Say("--addr %q is not HOST:PORT, such as %s", "--addr %q 不是 HOST:PORT，例如 %s", addr, usualAddr)}
	}
	if !isLoopback(host) {
		return tongue.Error{Text: tongue.Say("--addr %q: the demo has no passwords, so it listens on this machine only; write 127.0.0.1:PORT",
			"--addr %q：演示没有密码，因此只在本机监听；请填写 127.0.0.1:PORT", addr)}
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func listen(addr string) (net.Listener, error) {
	if addr != "" {
		return net.Listen("tcp", addr)
	}
	if l, err := net.Listen("tcp", usualAddr); err == nil {
		return l, nil
	}
	return net.Listen("tcp", "127.0.0.1:0")
}

// serve serves the page until ctx is done.
func serve(ctx context.Context, l net.Listener, w *world) error {
	server := &http.Server{
		Handler:           handler(w),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // ends the event streams
	}
	defer context.AfterFunc(ctx, func() { _ = server.Shutdown(context.WithoutCancel(ctx)) })()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

//go:embed page
var assets embed.FS

// The page around the place for its first state.
var head, tail = func() (before, after []byte) {
	page, err := assets.ReadFile("page/index.html")
	if err != nil {
		panic(err) // it is embedded
	}
	before, after, _ = bytes.Cut(page, []byte("{{.}}"))
	return before, after
}()

// handler is the page, its events and what can be done on it.
func handler(w *world) http.Handler {
	files, err := fs.Sub(assets, "page")
	if err != nil {
		panic(err) // it is embedded
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", w.serveIndex)
	mux.HandleFunc("GET /events", w.serveEvents)
	mux.HandleFunc("POST /do/{action}", w.serveAction)
	mux.Handle("GET /", http.FileServerFS(files))
	return guarded(http.NewCrossOriginProtection().Handler(mux))
}

// policy lets the page load nothing but its own files, run no script but these, and stand in no other page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guarded refuses requests under any name that isn't this machine's own: a page elsewhere may have its name resolved
// to this machine, and its scripts would then count as ours (DNS rebinding).
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !isLoopback(host) {
			http.Error(w, "This page is for this machine only: open it as 127.0.0.1 or localhost.", http.StatusForbidden)
			return
		}
		for name, value := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}

// viewer is who looks at the page.
func viewer(r *http.Request) string {
	as := r.FormValue("as")
	if slices.ContainsFunc(cast, func(p persona) bool { return p.ID == as }) {
		return as
	}
	return alice
}

// serveIndex sends the page with the first state in it, so that it is drawn as soon as it is there.
func (w *world) serveIndex(rw http.ResponseWriter, r *http.Request) {
	state, err := json.Marshal(w.stateOf(viewer(r))) // which writes <, > and & so that they end no script
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = rw.Write(slices.Concat(head, state, tail))
}

const (
	pause = 20 * time.Millisecond // between two states: one click makes a dozen changes
	pulse = 15 * time.Second      // between two signs of life
)

// serveEvents sends the state now and after every change.
func (w *world) serveEvents(rw http.ResponseWriter, r *http.Request) {
	me, stream := viewer(r), http.NewResponseController(rw)
	rw.Header().Set("Content-Type", "text/event-stream")
	for last := []byte(nil); ; time.Sleep(pause) {
		slack, cloud, own := w.slack.Changed(), w.cloud.Changed(), w.changed() // before looking, so that no change is missed
		now, err := json.Marshal(w.stateOf(me))
		if err != nil {
			panic(err) // strings, numbers and JSON that was checked
		}
		line := ": still here\n\n"
		if !bytes.Equal(now, last) {
			line, last = "data: "+string(now)+"\n\n", now
		}
		_ = stream.SetWriteDeadline(time.Now().Add(pulse))
		if _, err := io.WriteString(rw, line); err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-slack:
		case <-cloud:
		case <-own:
		case <-time.After(pulse):
		case <-r.Context().Done():
			return
		}
	}
}
