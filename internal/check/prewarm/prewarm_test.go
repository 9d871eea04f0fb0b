package prewarm

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
)

var errDown = errors.New("down")

// target answers as it is told, and counts.
type target struct {
	answers time.Duration    // how long an answer takes
	fails   func(n int) bool // whether request n fails
	mu      sync.Mutex
	asked   map[string]int
	sent    int
	flying  int
	most    int // under way at the same time
}

func (t *target) send(ctx context.Context, url string) (time.Duration, error) {
	t.mu.Lock()
	if t.asked == nil {
		t.asked = map[string]int{}
	}
	n := t.sent
	t.asked[url]++
	t.sent++
	t.flying++
	t.most = max(t.most, t.flying)
	t.mu.Unlock()
	defer func() { t.mu.Lock(); t.flying--; t.mu.Unlock() }()
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(t.answers):
	}
	if t.fails != nil && t.fails(n) {
		return 0, errDown
	}
	return t.answers, nil
}

// TestRun on virtual time.
func TestRun(t *testing.T) {
	every := func(n int) func(int) bool { return func(i int) bool { return i%n == 0 } }
	for _, test := range []struct {
		name   string
		p      *prewarm
		target *target
		sent   int
		most   int
		took   time.Duration
		want   string // the report
		err    string
	}{
		{
			name: "workers", p: &prewarm{requests: 100, concurrency: 20}, target: &target{answers: 50 * time.Millisecond},
			sent: 100, most: 20, took: 250 * time.Millisecond, want: "100 requests, 0 failed, latency p50 50ms, p95 50ms, max 50ms",
		},
		{
			name: "more workers than requests", p: &prewarm{requests: 3, concurrency: 20}, target: &target{answers: time.Second},
			sent: 3, most: 3, took: time.Second, want: "3 requests, 0 failed, latency p50 1s, p95 1s, max 1s",
		},
		{
			name: "rate", p: &prewarm{requests: 11, rate: 10}, target: &target{answers: 250 * time.Millisecond},
			sent: 11, most: 3, took: 1250 * time.Millisecond, want: "11 requests, 0 failed, latency p50 250ms, p95 250ms, max 250ms",
		},
		{
			name: "errors within the limit", p: &prewarm{requests: 100, concurrency: 1, allowed: 10}, target: &target{answers: time.Millisecond, fails: every(10)},
			sent: 100, most: 1, took: 100 * time.Millisecond, want: "100 requests, 10 failed, latency p50 1ms, p95 1ms, max 1ms",
		},
		{
			name: "one error too many", p: &prewarm{requests: 100, concurrency: 1, allowed: 1}, target: &target{answers: time.Millisecond, fails: every(10)},
			sent: 11, most: 1, took: 11 * time.Millisecond, err: "2 of 11 requests failed, of 100 in all, and 1 may: down",
		},
		{
			name: "at a rate", p: &prewarm{requests: 100, rate: 1}, target: &target{answers: time.Millisecond, fails: every(1)},
			sent: 1, most: 1, took: time.Millisecond, err: "1 of 1 requests failed, of 100 in all, and 0 may: down",
		},
		{
			name: "no answers", p: &prewarm{requests: 4, concurrency: 2, allowed: 4}, target: &target{answers: time.Hour},
			sent: 4, most: 2, took: 20 * time.Second, want: "4 requests, 4 failed",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, target := test.p, test.target
				p.send, p.timeout, p.urls = target.send, 10*time.Second, []string{"a", "b"}
				began := time.Now()
				err := p.Run(t.Context(), check.Subject{})
				took := time.Since(began)
				if took != test.took || took > p.Limit() || target.sent != test.sent || target.most != test.most {
					t.Errorf("%d sent, %d at the same time, in %s of %s", target.sent, target.most, took, p.Limit())
				}
				if a, b := target.asked["a"], target.asked["b"]; a-b > 1 || b > a {
					t.Errorf("a was asked %d times, b %d times", a, b)
				}
				if test.err != "" {
					if err == nil || !errors.Is(err, check.ErrFailed) || !errors.Is(err, errDown) || !strings.Contains(err.Error(), test.err) {
						t.Errorf("%v", err)
					}
				} else if err != nil || p.Report() != test.want {
					t.Errorf("%q, %v", p.Report(), err)
				}
			})
		})
	}
}

// TestRunTwice: a plan that is applied after another runs the same prewarming.
func TestRunTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &target{answers: time.Millisecond}
		p := &prewarm{send: target.send, urls: []string{"a"}, requests: 2, concurrency: 1, timeout: time.Second}
		for range 2 {
			if err := p.Run(t.Context(), check.Subject{}); err != nil || !strings.HasPrefix(p.Report(), "2 requests") {
				t.Errorf("%q, %v", p.Report(), err)
			}
		}
	})
}

// TestCancelled ends with its context, and what it cut off is no error of the
// environment.
func TestCancelled(t *testing.T) {
	for name, p := range map[string]*prewarm{"workers": {requests: 50, concurrency: 10}, "rate": {requests: 50, rate: 100}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				target := &target{answers: time.Second}
				p.send, p.urls, p.timeout = target.send, []string{"a"}, time.Minute
				ctx, cancel := context.WithTimeout(t.Context(), 1100*time.Millisecond)
				defer cancel()
				err := p.Run(ctx, check.Subject{})
				if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, check.ErrFailed) || !strings.HasPrefix(err.Error(), "ended after 1") {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func TestLimit(t *testing.T) {
	for _, test := range []struct {
		p    *prewarm
		want time.Duration
	}{
		{&prewarm{requests: 100, concurrency: 20, timeout: 10 * time.Second}, 51 * time.Second},
		{&prewarm{requests: 101, concurrency: 20, timeout: 10 * time.Second}, 61 * time.Second},
		{&prewarm{requests: 1, concurrency: 20, timeout: time.Second}, 2 * time.Second},
		{&prewarm{requests: 101, rate: 10, timeout: 10 * time.Second}, 21 * time.Second},
	} {
		if got := test.p.Limit(); got != test.want {
			t.Errorf("%d requests: %s, want %s", test.p.requests, got, test.want)
		}
	}
}

func TestPercentiles(t *testing.T) {
	tally := newTally(0, nil)
	for i := range 200 {
		tally.count(time.Duration(200-i)*time.Millisecond, nil)
	}
	if want := "200 requests, 0 failed, latency p50 100ms, p95 190ms, max 200ms"; tally.String() != want {
		t.Errorf("%s", tally)
	}
	one := newTally(0, nil)
	one.count(1234567*time.Nanosecond, nil)
	if want := "1 requests, 0 failed, latency p50 1.23ms, p95 1.23ms, max 1.23ms"; one.String() != want {
		t.Errorf("%s", one)
	}
}
