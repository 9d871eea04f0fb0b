// Package app is an application to deploy in a lab: a small HTTP server on loopback that answers with its
// color, and whose health, failures and latency can be turned at run time. It must not know what stands
// in front of it.
package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Paths that an application answers besides all others.
const (
	HealthPath  = "/health"  // 200 when healthy, 503 when not
	MetricsPath = "/metrics" // Prometheus text
)

// ColorHeader is the header of every answer that names the application's color.
const ColorHeader = "X-Color"

// Options say what an application is.
type Options struct {
	Color   string        // what it answers
	Version string        // in the header X-Version, when not empty
	Addr    string        // to listen on; 127.0.0.1:0 when empty
	Latency time.Duration // of every answer but those of HealthPath and MetricsPath
}

// App is a running application. All methods are safe for concurrent use.
type App struct {
	opts    Options
	url     string
	port    int32
	server  *http.Server
	served  chan struct{} // closed when the server has ended
	metrics metrics

	unhealthy atomic.Bool
	latency   atomic.Int64
	requests  atomic.Int64
	open      atomic.Int64
	failing   failing
}

// Start starts an application, healthy and without failures.
func Start(opts Options) (*App, error) {
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	var listen net.ListenConfig
	socket, err := listen.Listen(context.Background(), "tcp", opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	a := &App{opts: opts, url: "http://" + socket.Addr().String(), served: make(chan struct{})}
	if tcp, ok := socket.Addr().(*net.TCPAddr); ok {
		a.port = int32(tcp.Port) //nolint:gosec // a port fits
	}
	a.SetLatency(opts.Latency)
	a.server = &http.Server{Handler: a.routes(), ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(a.served)
		_ = a.server.Serve(socket) // ends with Close or Kill, and says so
	}()
	return a, nil
}

func (a *App) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(HealthPath, a.health)
	mux.HandleFunc(MetricsPath, func(w http.ResponseWriter, _ *http.Request) { a.metrics.write(w, a.opts.Color) })
	mux.HandleFunc("/", a.answer)
	return mux
}

func (a *App) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set(ColorHeader, a.opts.Color)
	if a.unhealthy.Load() {
		http.Error(w, "unhealthy", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

func (a *App) answer(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	a.requests.Add(1)
	a.open.Add(1)
	defer a.open.Add(-1)
	if !pause(r.Context(), time.Duration(a.latency.Load())) {
		return
	}
	status := http.StatusOK
	if a.failing.next() {
		status = http.StatusInternalServerError
	}
	a.metrics.observe(status, time.Since(start))
	w.Header().Set(ColorHeader, a.opts.Color)
	if a.opts.Version != "" {
		w.Header().Set("X-Version", a.opts.Version)
	}
	w.WriteHeader(status)
	fmt.Fprintln(w, a.opts.Color)
}

// pause returns false when the caller went away before d had passed.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// failing deals out failures so that their share is exact.
type failing struct {
	mu    sync.Mutex
	share float64
	debt  float64
}

func (f *failing) next() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.debt += f.share
	if f.debt < 1-1e-9 { // sums of shares such as 0.1 fall short of 1
		return false
	}
	f.debt--
	return true
}

// URL is the application's address.
func (a *App) URL() string { return a.url }

// Addr is the application's host and port.
func (a *App) Addr() string { return a.url[len("http://"):] }

// Port is the port of Addr.
func (a *App) Port() int32 { return a.port }

// Color is what the application answers.
func (a *App) Color() string { return a.opts.Color }

// SetHealthy turns what HealthPath answers.
func (a *App) SetHealthy(healthy bool) { a.unhealthy.Store(!healthy) }

// SetFailureShare sets the share of requests, 0 to 1, that are answered with 500.
func (a *App) SetFailureShare(share float64) {
	a.failing.mu.Lock()
	defer a.failing.mu.Unlock()
	a.failing.share, a.failing.debt = min(max(share, 0), 1), 0
}

// SetLatency sets how long every answer takes.
func (a *App) SetLatency(d time.Duration) { a.latency.Store(int64(d)) }

// Requests is how many requests were asked, health checks and metrics not counted.
func (a *App) Requests() int64 { return a.requests.Load() }

// Open is how many requests are being answered now.
func (a *App) Open() int64 { return a.open.Load() }

// closeTimeout is how long Close waits for open requests.
const closeTimeout = 30 * time.Second

// Close takes no more requests, serves the open ones to their end, and ends the application.
func (a *App) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := a.server.Shutdown(ctx)
	<-a.served
	if err != nil {
		return fmt.Errorf("app: close: %w", err)
	}
	return nil
}

// Kill ends the application at once and cuts open requests off, as a crash would.
func (a *App) Kill() error {
	err := a.server.Close()
	<-a.served
	if err != nil {
		return fmt.Errorf("app: kill: %w", err)
	}
	return nil
}
