// Package load puts load on a URL and counts what becomes of every request, by the color that answered.
// It never tries a request again, so a lost one counts. It must not know what it loads, and it asks
// loopback addresses only.
package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Options say how much load. Whatever is left out has a bound, so that load ends by itself.
type Options struct {
	URL         string        // to ask with GET; its host must be a loopback address
	Rate        float64       // requests a second; 0 for as many as Concurrency workers get through
	Concurrency int           // requests that are open at most; 8 when 0
	Fresh       bool          // a new connection for every request instead of kept-alive ones
	Timeout     time.Duration // of one request; 30 s when 0
	Duration    time.Duration // of the whole; 30 minutes when 0
	Requests    int64         // in all; 10 million when 0
	Errors      int           // how many texts of failures are kept; 10 when 0
	Header      http.Header   // sent with every request
	// Dial connects to the URL's host and port instead of the network, and the host may have any name
	// then: for clients that find their server by a lab's own DNS.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

func (o Options) withDefaults() Options {
	o.Concurrency = positive(o.Concurrency, 8)
	o.Timeout = positive(o.Timeout, 30*time.Second)
	o.Duration = positive(o.Duration, 30*time.Minute)
	o.Requests = positive(o.Requests, 10_000_000)
	o.Errors = positive(o.Errors, 10)
	return o
}

func positive[T ~int | ~int64](value, otherwise T) T {
	if value <= 0 {
		return otherwise
	}
	return value
}

// Load is load in progress. All methods are safe for concurrent use.
type Load struct {
	opts      Options
	transport *http.Transport
	tally     tally
	stop      context.CancelFunc
	done      chan struct{}
}

// ErrNotLoopback says that a URL leads away from this machine.
var ErrNotLoopback = errors.New("load: not a loopback address")

// Start begins; the load ends with Stop, with ctx, or at its bounds. Requests that are open then are
// served to their end and counted.
func Start(ctx context.Context, opts Options) (*Load, error) {
	if err := checkLoopback(opts.URL); err != nil && opts.Dial == nil {
		return nil, err
	}
	opts = opts.withDefaults()
	l := &Load{opts: opts, done: make(chan struct{}), transport: &http.Transport{
		MaxIdleConnsPerHost: opts.Concurrency, MaxConnsPerHost: opts.Concurrency,
		DisableKeepAlives: opts.Fresh, DisableCompression: true, DialContext: opts.Dial,
	}}
	l.tally.start(opts.Errors)
	var running context.Context
	running, l.stop = context.WithTimeout(ctx, opts.Duration)
	go l.run(running)
	return l, nil
}

func checkLoopback(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if host := u.Hostname(); host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("%w: %q", ErrNotLoopback, address)
	}
	return nil
}

// run hands out turns to the workers until the load is over.
func (l *Load) run(ctx context.Context) {
	defer close(l.done)
	defer l.stop()
	turns := make(chan struct{})
	var workers sync.WaitGroup
	for range l.opts.Concurrency {
		workers.Go(func() {
			for range turns {
				l.ask(context.WithoutCancel(ctx))
			}
		})
	}
	l.pace(ctx, turns)
	close(turns)
	workers.Wait()
	l.tally.finish()
	l.transport.CloseIdleConnections()
}

// pace gives turns at the rate asked for. When all workers are busy it waits for one, and makes up for
// the delay afterwards.
func (l *Load) pace(ctx context.Context, turns chan<- struct{}) {
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range l.opts.Requests {
		if l.opts.Rate > 0 {
			due := start.Add(time.Duration(float64(i) / l.opts.Rate * float64(time.Second)))
			timer.Reset(time.Until(due))
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
		}
		select {
		case turns <- struct{}{}:
		case <-ctx.Done():
			return
		}
	}
}

// Snapshot returns what was counted so far.
func (l *Load) Snapshot() Totals { return l.tally.snapshot() }

// Done is closed when the load is over.
func (l *Load) Done() <-chan struct{} { return l.done }

// Wait waits until the load is over by itself, and returns what was counted.
func (l *Load) Wait() Totals {
	<-l.done
	return l.Snapshot()
}

// Stop ends the load, waits for the open requests, and returns what was counted.
func (l *Load) Stop() Totals {
	l.stop()
	return l.Wait()
}
