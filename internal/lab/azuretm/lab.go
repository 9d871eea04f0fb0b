package azuretm

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

// Lab is Traffic Manager with its API, its monitoring and its DNS. All methods are safe for concurrent
// use.
type Lab struct {
	opts    Options
	url     string
	dnsAddr string
	api     *http.Server
	dns     net.PacketConn
	fakes   fakes

	ctx       context.Context //nolint:containedctx // the life of the lab's own goroutines
	cancel    context.CancelFunc
	wg        sync.WaitGroup
	transport *http.Transport // of checks

	calls.Record[Call, Fault]
	throttle throttle
	journal  journal
	latency  atomic.Int64

	mu       sync.Mutex // guards everything below
	profiles map[string]*profile
	hosts    map[string]string
	closed   bool
}

// New returns a lab without sockets: its API is reached by Transport alone, and nobody asks its DNS. With
// Options.Check it needs no network at all, and lives in virtual time.
func New(ctx context.Context, opts Options) *Lab {
	l := &Lab{
		opts:      opts.withDefaults(),
		profiles:  map[string]*profile{},
		hosts:     map[string]string{},
		transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true},
	}
	l.journal.grown = make(chan struct{})
	l.fakes = newFakes(l)
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.latency.Store(int64(opts.Latency))
	l.throttle.set(opts.Throttling)
	return l
}

// Start starts a lab with its API and its DNS on 127.0.0.1. It runs until Close is called or ctx ends.
func Start(ctx context.Context, opts Options) (*Lab, error) {
	var listen net.ListenConfig
	socket, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("azuretm: %w", err)
	}
	packets, err := listen.ListenPacket(ctx, "udp", "127.0.0.1:0")
	if err != nil {
		_ = socket.Close() // nothing was served on it
		return nil, fmt.Errorf("azuretm: %w", err)
	}
	l := New(ctx, opts)
	l.url, l.dns, l.dnsAddr = "http://"+socket.Addr().String(), packets, packets.LocalAddr().String()
	l.api = &http.Server{Handler: http.HandlerFunc(l.serveHTTP), ReadHeaderTimeout: time.Minute}
	l.wg.Go(func() { _ = l.api.Serve(socket) })
	l.wg.Go(l.serveDNS)
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

// URL is the base URL of Resource Manager: endpoint in the provider's azure block.
func (l *Lab) URL() string { return l.url }

// DNS is the address of the DNS server, UDP.
func (l *Lab) DNS() string { return l.dnsAddr }

// SetLatency changes how long every API call takes on top of the work.
func (l *Lab) SetLatency(d time.Duration) { l.latency.Store(int64(d)) }

// Host says on which address, host and port, the application with a target's name is.
func (l *Lab) Host(name, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hosts[canonical(name)] = address
}

// Address returns what Host said of a name.
func (l *Lab) Address(name string) (string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	address, ok := l.hosts[canonical(name)]
	return address, ok
}

// Close ends the API, DNS and all checks.
func (l *Lab) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	l.mu.Unlock()
	l.cancel()
	if l.api != nil {
		// What a server closes it owns alone: there is nothing left to do about an error.
		_ = l.api.Close()
		_ = l.dns.Close()
	}
	l.wg.Wait()
	l.transport.CloseIdleConnections()
}

// wait returns false when the lab or ctx ended before d had passed.
func (l *Lab) wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
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
