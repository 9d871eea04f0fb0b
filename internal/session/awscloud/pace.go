package awscloud

import (
	"context"
	"sync"
	"time"
)

const (
	// firstRate is how many calls a second go once AWS has throttled one: what it
	// lets through of reads for good, once what an account has saved is used up.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/throttling.html
	firstRate = 10
	// leastRate is below what any rate is cut to: whoever else uses up the rate
	// of the account, a rollback goes on.
	leastRate = 1
	// freeRate is from where on there is no need to wait any more.
	freeRate = 100
	// slower is what a rate is cut to, and faster how much it rises with each call
	// that gets through.
	slower, faster = 0.7, 0.1
	// between is the least time between two cuts: calls that were sent together
	// are throttled together, and say one thing.
	between = time.Second
	// stormLimit is how long AWS may throttle every call before one fails of it.
	stormLimit = 2 * time.Minute
)

// pace has the calls of one client go one after the other, in the order in which
// they came, once AWS has throttled one. Calls that each wait at random instead
// starve some of them: with fifty side by side one may be throttled for as long
// as a look at a router may take. It finds the rate by itself, since accounts
// share theirs with others.
type pace struct {
	// turn is held by the call that goes next. Those who wait for a channel get
	// it in the order in which they came.
	turn chan struct{}

	mu   sync.Mutex
	rate float64   // calls a second; 0 while nothing was throttled
	next time.Time // before which the next call may not go
	cut  time.Time // when the rate was cut last
	// since is when AWS began to throttle every call; zero when the last one got
	// through.
	since time.Time
}

func newPace() *pace { return &pace{turn: make(chan struct{}, 1)} }

// isFree tells whether calls need not wait.
func (p *pace) isFree() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rate == 0
}

// wait waits for a call's turn. The error is that of ctx.
func (p *pace) wait(ctx context.Context) error {
	if p.isFree() {
		return nil
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	timer := time.NewTimer(p.untilNext())
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rate > 0 {
		p.next = time.Now().Add(time.Duration(float64(time.Second) / p.rate))
	}
	return nil
}

func (p *pace) untilNext() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.next)
}

// passed notes a call that AWS did not throttle.
func (p *pace) passed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.since = time.Time{}
	if p.rate == 0 {
		return
	}
	if p.rate += faster; p.rate >= freeRate {
		p.rate = 0
	}
}

// throttled notes a call that AWS throttled, and returns for how long it has
// throttled every call.
func (p *pace) throttled() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.since.IsZero() {
		p.since = now
	}
	if now.Sub(p.cut) >= between {
		p.cut = now
		if p.rate == 0 {
			p.rate, p.next = firstRate, now
		} else {
			p.rate = max(p.rate*slower, leastRate)
		}
	}
	return now.Sub(p.since)
}
