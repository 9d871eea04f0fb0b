package awslb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	// fresh is how old a shared answer may be.
	fresh = 5 * time.Second
	// flight is how long one shared call may take, tries again included, before
	// those who wait for it ask anew. It only keeps a call that nobody waits for
	// from going on for ever; whoever waits does so as long as his own context
	// lasts.
	flight = 10 * time.Minute
)

// errFlight reports a shared call that took too long.
var errFlight = errors.New("a shared read took too long")

// shared keeps answers of the API for a few seconds. One answer to a question
// about a parent (a load balancer, a listener) tells of all its children, so
// that many switches on one load balancer need few calls. It is safe for use
// by several goroutines.
type shared[V any] struct {
	// ask returns all children of a parent by ARN. Its error wraps
	// traffic.ErrNotFound when the parent does not exist.
	ask func(ctx context.Context, parent string) (map[string]V, error)

	flights singleflight.Group
	mu      sync.Mutex
	kept    map[string]answer[V]
	// writes counts what was written through this process, and written has for
	// each child that was the count at the last time: an answer that was asked
	// for before does not tell of it. Of its siblings it does, or each write of
	// a large apply would cost all others their answer.
	writes  int
	written map[string]int
}

type answer[V any] struct {
	children map[string]V
	asked    time.Time
	writes   int // the count when it was asked for
}

func newShared[V any](ask func(context.Context, string) (map[string]V, error)) *shared[V] {
	return &shared[V]{ask: ask, kept: make(map[string]answer[V]), written: make(map[string]int)}
}

// member returns the child of a parent. When the parent's answer does not have
// it, direct is asked, which also says what there is to say of its absence.
func (s *shared[V]) member(ctx context.Context, parent, child string, direct func(context.Context) (V, error)) (V, error) {
	children, err := s.children(ctx, parent, child)
	if err != nil && !errors.Is(err, traffic.ErrNotFound) {
		var none V
		return none, err
	}
	if v, ok := children[child]; ok {
		return v, nil
	}
	return direct(ctx)
}

// children returns the children of a parent, from an answer that tells of one of
// them and is kept, or is on its way, or is asked for now.
func (s *shared[V]) children(ctx context.Context, parent, child string) (map[string]V, error) {
	for {
		if children, ok := s.recent(parent, child); ok {
			return children, nil
		}
		// The call belongs to all who wait for it, and must not end with the
		// one who happened to come first.
		apart := context.WithoutCancel(ctx)
		result := s.flights.DoChan(parent, func() (any, error) { return s.fetch(apart, parent) })
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for a shared read: %w", ctx.Err())
		case r := <-result:
			if errors.Is(r.Err, errFlight) && ctx.Err() == nil {
				continue
			}
			children, _ := r.Val.(map[string]V)
			return children, r.Err
		}
	}
}

func (s *shared[V]) fetch(ctx context.Context, parent string) (map[string]V, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, flight, errFlight)
	defer cancel()
	a := answer[V]{asked: time.Now(), writes: s.count()}
	var err error
	if a.children, err = s.ask(ctx, parent); err != nil {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.writes >= s.kept[parent].writes {
		s.kept[parent] = a
	}
	return a.children, nil
}

// recent returns the answer that is kept of a parent, if it tells of a child.
func (s *shared[V]) recent(parent, child string) (map[string]V, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, ok := s.kept[parent]
	return kept.children, ok && time.Since(kept.asked) < fresh && kept.writes >= s.written[child]
}

func (s *shared[V]) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// forget drops what is known of a child, since it was written. An answer that
// is on its way meanwhile is for those who asked before.
func (s *shared[V]) forget(parent, child string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	s.written[child] = s.writes
	s.flights.Forget(parent)
}
