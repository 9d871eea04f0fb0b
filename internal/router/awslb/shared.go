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
	// writes counts for each parent what was written through this process. An
	// answer that was on its way meanwhile is not kept.
	writes map[string]int
}

type answer[V any] struct {
	children map[string]V
	asked    time.Time
}

func newShared[V any](ask func(context.Context, string) (map[string]V, error)) *shared[V] {
	return &shared[V]{ask: ask, kept: make(map[string]answer[V]), writes: make(map[string]int)}
}

// member returns the child of a parent. When the parent's answer does not have
// it, direct is asked, which also says what there is to say of its absence.
func (s *shared[V]) member(ctx context.Context, parent, child string, direct func(context.Context) (V, error)) (V, error) {
	children, err := s.children(ctx, parent)
	if err != nil && !errors.Is(err, traffic.ErrNotFound) {
		var none V
		return none, err
	}
	if v, ok := children[child]; ok {
		return v, nil
	}
	return direct(ctx)
}

// children returns the children of a parent, from an answer that is kept, or
// is on its way, or is asked for now.
func (s *shared[V]) children(ctx context.Context, parent string) (map[string]V, error) {
	for {
		if children, ok := s.recent(parent); ok {
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
	asked, writes := time.Now(), s.written(parent)
	children, err := s.ask(ctx, parent)
	if err != nil {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writes[parent] == writes {
		s.kept[parent] = answer[V]{children: children, asked: asked}
	}
	return children, nil
}

func (s *shared[V]) recent(parent string) (map[string]V, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, ok := s.kept[parent]
	return kept.children, ok && time.Since(kept.asked) < fresh
}

func (s *shared[V]) written(parent string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes[parent]
}

// forget drops what is known of a parent, since something of it was written.
func (s *shared[V]) forget(parent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, parent)
	s.writes[parent]++
	s.flights.Forget(parent)
}
