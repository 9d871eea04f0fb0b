// Package prewarm sends requests to an environment before users do, so that
// caches, pools and compilers are warm. It is a check: traffic does not move to
// an environment that answers too few of them.
package prewarm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "prewarm"

// grace is how much longer than its requests the whole may take: the last
// answer is still to be counted.
const grace = time.Second

// Kind returns the kind prewarm.
func Kind() block.Kind[check.Check] { return block.New("prewarm", attribute(), open) }

// prewarm is one opened block. It is run once at a time.
type prewarm struct {
	// send asks a URL once, and tells how long the answer took.
	send        func(ctx context.Context, url string) (time.Duration, error)
	urls        []string
	requests    int
	concurrency int     // workers; 0 when there is a rate
	rate        float64 // requests a second
	timeout     time.Duration
	allowed     int // errors that are tolerated

	mu     sync.Mutex
	report string
}

var _ cutover.Reporter = (*prewarm)(nil)

// Limit implements check.Check: the time that it takes when no request is
// answered before its timeout.
func (p *prewarm) Limit() time.Duration {
	if p.rate > 0 {
		return time.Duration(p.requests-1)*p.interval() + p.timeout + grace
	}
	rounds := (p.requests + p.concurrency - 1) / p.concurrency
	return time.Duration(rounds)*p.timeout + grace
}

// interval is the time between two requests that are sent at a rate.
func (p *prewarm) interval() time.Duration {
	return time.Duration(float64(time.Second) / p.rate)
}

// Report implements cutover.Reporter.
func (p *prewarm) Report() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.report
}

// errEnough ends the sending when there are more errors than are tolerated.
var errEnough = pkg.New("too many errors")

// Run implements check.Check. It ends as soon as too many requests have failed
// for the rest to make up for them.
func (p *prewarm) Run(ctx context.Context, _ check.Subject) error {
	sending, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t := newTally(p.allowed, func() { stop(errEnough) })
	if p.rate > 0 {
		p.paced(sending, t)
	} else {
		p.worked(sending, t)
	}
	p.mu.Lock()
	p.report = t.String()
	p.mu.Unlock()
	switch {
	case t.tooMany():
		return fmt.Errorf("%w: %d of %d requests failed, of %d in all, and %d may: %w",
			check.ErrFailed, t.failed, t.sent(), p.requests, p.allowed, t.first)
	case t.sent() < p.requests:
		return fmt.Errorf("ended after %d of %d requests: %w", t.sent(), p.requests, context.Cause(ctx))
	default:
		return nil
	}
}

// worked sends with so many workers, each one request at a time.
func (p *prewarm) worked(ctx context.Context, t *tally) {
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range min(p.concurrency, p.requests) {
		workers.Go(func() {
			for n := range numbers {
				p.one(ctx, t, n)
			}
		})
	}
	for n := range p.requests {
		select {
		case <-ctx.Done():
		case numbers <- n:
		}
	}
	close(numbers)
	workers.Wait()
}

// paced sends at the rate, however long answers take. Each request has a time
// of its own, so that what a timer comes late by does not add up.
func (p *prewarm) paced(ctx context.Context, t *tally) {
	began := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var flying sync.WaitGroup
	defer flying.Wait()
	for n := range p.requests {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		flying.Go(func() { p.one(ctx, t, n) })
		timer.Reset(time.Until(began.Add(time.Duration(n+1) * p.interval())))
	}
}

// one sends one request, to the URLs in turn. One that was cut off since the
// whole has ended does not count.
func (p *prewarm) one(ctx context.Context, t *tally, n int) {
	if ctx.Err() != nil {
		return
	}
	limited, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	took, err := p.send(limited, p.urls[n%len(p.urls)])
	if err == nil || ctx.Err() == nil {
		t.count(took, err)
	}
}

// get sends a request as users of the environment would. Statuses from 400 on
// and redirects are errors: what they lead to was not warmed.
func get(client *httpclient.Client) func(context.Context, string) (time.Duration, error) {
	return func(ctx context.Context, url string) (time.Duration, error) {
		answer, err := client.Do(ctx, http.MethodGet, url, "", nil)
		switch {
		case answer.Status >= http.StatusBadRequest:
			return 0, fmt.Errorf("GET %s: status %d", httpclient.Redacted(url), answer.Status)
		case err != nil && !errors.Is(err, httpclient.ErrTooLong): // one that is too long was served
			return 0, err
		default:
			return answer.Took, nil
		}
	}
}
