package awselb

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

// Lab is one account with its regions, its API and its data planes. All methods are safe for
// concurrent use.
type Lab struct {
	opts Options
	url  string
	api  *http.Server

	ctx       context.Context //nolint:containedctx // the life of the lab's own goroutines
	cancel    context.CancelFunc
	wg        sync.WaitGroup
	transport *http.Transport // to targets

	calls.Record[Call, Fault]
	throttle    throttle
	journal     journal
	sessions    sessions
	latency     atomic.Int64
	propagation atomic.Int64

	mu      sync.Mutex // guards regions and everything in them, and functions
	regions map[string]*region
	// functions are the addresses at which functions answer, by ARN.
	functions map[string]string
	closed    bool
}

// Start starts a lab on 127.0.0.1. It runs until Close is called or ctx ends.
func Start(ctx context.Context, opts Options) (*Lab, error) {
	var listen net.ListenConfig
	socket, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("awselb: %w", err)
	}
	l := &Lab{
		opts:      opts.withDefaults(),
		url:       "http://" + socket.Addr().String(),
		regions:   map[string]*region{},
		functions: map[string]string{},
		transport: &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: 30 * time.Second, DisableCompression: true},
	}
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.latency.Store(int64(opts.Latency))
	l.propagation.Store(int64(opts.Propagation))
	l.throttle.set(opts.Throttling)
	l.api = &http.Server{Handler: http.HandlerFunc(l.serveAPI), ReadHeaderTimeout: time.Minute}
	l.wg.Go(func() { _ = l.api.Serve(socket) })
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

// URL is the endpoint of the API, for BaseEndpoint of the SDK and for endpoints in the provider. STS
// answers there too.
func (l *Lab) URL() string { return l.url }

// SetLatency changes how long every API call takes on top of the work.
func (l *Lab) SetLatency(d time.Duration) { l.latency.Store(int64(d)) }

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
	for _, r := range l.regions {
		for _, lis := range r.listeners.all() {
			lis.plane.kill()
		}
	}
	l.mu.Unlock()
	// What a server closes it owns alone: there is nothing left to do about an error.
	_ = l.api.Close()
	l.wg.Wait()
	l.transport.CloseIdleConnections()
}

// region returns a region, made at its first use. The caller holds l.mu.
func (l *Lab) region(name string) *region {
	r := l.regions[name]
	if r == nil {
		r = &region{lab: l, name: name, tags: map[string][]wire.Tag{}}
		l.regions[name] = r
	}
	return r
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
