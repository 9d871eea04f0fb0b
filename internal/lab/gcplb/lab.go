package gcplb

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

// Lab is a part of Google Cloud with its API and its data planes. All methods are safe for concurrent use.
type Lab struct {
	opts Options
	url  string
	api  *http.Server

	ctx       context.Context //nolint:containedctx // the life of the lab's own goroutines
	cancel    context.CancelFunc
	wg        sync.WaitGroup
	transport *http.Transport // to endpoints

	calls.Record[Call, Fault]
	throttle    throttle
	journal     journal
	latency     atomic.Int64
	working     atomic.Int64 // how long operations take
	propagation atomic.Int64
	serving     atomic.Pointer[map[string][]string] // addresses of healthy endpoints, by backend service

	mu         sync.Mutex // guards all that follows
	resources  map[string]*resource
	operations map[string]*operation
	requests   map[string]*operation // by requestId
	health     map[string]bool       // by backend service and address; absent before the first check
	buckets    map[string]string     // addresses of what answers for buckets, by their names
	ids        int
	closed     bool
}

// Start starts a lab on 127.0.0.1. It runs until Close is called or ctx ends.
func Start(ctx context.Context, opts Options) (*Lab, error) {
	var listen net.ListenConfig
	socket, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("gcplb: %w", err)
	}
	l := &Lab{
		opts: opts.withDefaults(), url: "http://" + socket.Addr().String(),
		resources: map[string]*resource{}, operations: map[string]*operation{}, requests: map[string]*operation{},
		health: map[string]bool{}, buckets: map[string]string{},
		transport: &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: 30 * time.Second, DisableCompression: true},
	}
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.latency.Store(int64(opts.Latency))
	l.working.Store(int64(l.opts.OperationTime))
	l.propagation.Store(int64(opts.Propagation))
	l.throttle.set(opts.Throttling)
	l.serving.Store(&map[string][]string{})
	l.api = &http.Server{Handler: http.HandlerFunc(l.serveAPI), ReadHeaderTimeout: time.Minute}
	l.wg.Go(func() { _ = l.api.Serve(socket) }) // ends with Close, and says so
	l.wg.Go(l.checkHealth)
	context.AfterFunc(ctx, l.Close)
	return l, nil
}

// T is the part of testing.TB that StartT needs.
type T interface {
	Helper()
	Cleanup(f func())
	Fatalf(format string, args ...any)
	Context() context.Context
}

// StartT starts a lab for a test, and closes it when the test ends.
func StartT(t T, opts Options) *Lab {
	t.Helper()
	l, err := Start(context.WithoutCancel(t.Context()), opts)
	if err != nil {
		t.Fatalf("start the lab: %v", err)
	}
	t.Cleanup(l.Close)
	return l
}

// URL is the endpoint of the API, as the provider's gcp block takes it.
func (l *Lab) URL() string { return l.url }

// SetLatency changes how long every API call takes on top of the work.
func (l *Lab) SetLatency(d time.Duration) { l.latency.Store(int64(d)) }

// SetOperationTime changes how long writes take; zero and below is nothing at all.
func (l *Lab) SetOperationTime(d time.Duration) { l.working.Store(int64(d)) }

// SetPropagation changes how long the data plane takes to obey a change.
func (l *Lab) SetPropagation(d time.Duration) { l.propagation.Store(int64(d)) }

// Close ends the API, all data planes and all health checks. Open requests are cut off.
func (l *Lab) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	l.cancel()
	for _, r := range l.resources {
		if r.plane != nil {
			r.plane.close()
		}
	}
	l.mu.Unlock()
	// What a server closes it owns alone: there is nothing left to do about an error.
	_ = l.api.Close()
	l.wg.Wait()
	l.transport.CloseIdleConnections()
}

// wait returns false when the lab or ctx ended before d had passed.
func (l *Lab) wait(ctx context.Context, d time.Duration) bool {
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
	case <-l.ctx.Done():
		return false
	}
}
