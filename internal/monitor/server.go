package monitor

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serve answers /healthz, /readyz and /metrics: 200, or 503 with the reason in a line. None of them tells what is in a request, nor a secret.
func (m *Monitor) serve(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { tell(w, m.Alive()) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { tell(w, m.Ready(r.Context())) })
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.Figures.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 5 * time.Second}))
	server := &http.Server{Handler: mux, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 8 << 10}
	server.SetKeepAlivesEnabled(false) // so that nobody holds a place who asks for nothing
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(limit(m.Listener, connectionLimit)); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func tell(w http.ResponseWriter, err error) {
	text := "ok\n"
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		text = err.Error() + "\n"
	}
	_, _ = w.Write([]byte(text)) // whoever doesn't read it doesn't want it
}
