package router

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// How old a shared answer may be.
//
// A plan is a picture of one moment, and the moment is when Terraform began to
// read. What a plan shows is compared with live weights before anything is
// touched, so that an answer from the beginning of the plan is as good as what
// Terraform itself read then, however many switches come after it: one plan,
// one read. If answers ended after a fixed time, a plan over more switches would
// take longer, read more often, and so make more calls for each.
//
// But a process may serve many plans (a debugger's, a test's), and nobody says
// where one ends. It shows: a plan asks for each switch once, within a moment
// (a refresh, then the facts). One that is asked for again later is a plan of
// its own, and gets an answer of its own. Outside of plans nothing lives for
// longer than a moment. And a write of ours ends what is known of what was
// written, at once.
const (
	// moment is how old an answer may be in any case, and how long one plan's
	// questions about one switch may be apart.
	moment = 5 * time.Second
	// planned is how old an answer may be in a plan.
	planned = 5 * time.Minute
	// flight is how long one shared call may take, tries again included, before
	// those who wait for it ask anew. It only keeps a call that nobody waits for
	// from going on for ever; whoever waits does so as long as his own context
	// lasts.
	flight = 10 * time.Minute
)

type planKey struct{}

// ForPlan returns a context on which Reads serve a plan: the reads of a refresh,
// of a plan, which Terraform makes once more in an apply, and of a data source.
// The cutover itself never uses it.
func ForPlan(ctx context.Context) context.Context { return context.WithValue(ctx, planKey{}, true) }

// IsForPlan tells whether a context is for a plan, so that what only a plan says
// is worth a call.
func IsForPlan(ctx context.Context) bool { return ctx.Value(planKey{}) != nil }

type refreshKey struct{}

// ForRefresh returns a context on which a router is asked for facts while state
// is refreshed, most often for no plan to come: what costs a call of its own and is
// only told, or refused, can wait for the plan of a cutover.
func ForRefresh(ctx context.Context) context.Context {
	return context.WithValue(ctx, refreshKey{}, true)
}

// IsForRefresh tells whether a context is one of ForRefresh.
func IsForRefresh(ctx context.Context) bool { return ctx.Value(refreshKey{}) != nil }

// errFlight reports a shared call that took too long.
var errFlight = errors.New("a shared read took too long")

// Reads share answers of an API among the routers of one provider. One answer to
// a question about a parent (a load balancer, a project) tells of all its
// children, so that many switches need few calls. It is for plans: what a
// cutover depends on is read directly. It is safe for use by several goroutines.
type Reads[V any] struct {
	// ask returns all children of a parent by name. Its error wraps
	// traffic.ErrNotFound when the parent does not exist.
	ask func(ctx context.Context, parent string) (map[string]V, error)

	flights singleflight.Group
	mu      sync.Mutex
	kept    map[string]*answer[V]
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
	// forPlan is set when it was asked for by a plan: what an apply asked for
	// serves nobody for long.
	forPlan bool
	// served is when each switch was first served by this answer.
	served map[string]time.Time
}

// NewReads returns reads that get their answers of ask, which returns all
// children of a parent. A thing that is read alone is its own parent.
func NewReads[V any](ask func(ctx context.Context, parent string) (map[string]V, error)) *Reads[V] {
	return &Reads[V]{ask: ask, kept: make(map[string]*answer[V]), written: make(map[string]int)}
}

// Question is what a router wants to know.
type Question struct {
	// Parent is whose answer tells of the child.
	Parent, Child string
	// For is the name of the router that asks.
	For string
}

// Get returns a child from an answer that is kept, or is on its way, or is asked
// for now. When the parent's answer does not have the child, or the parent does
// not exist, direct is asked, which also says what there is to say of its
// absence.
func (r *Reads[V]) Get(ctx context.Context, q Question, direct func(context.Context) (V, error)) (V, error) {
	children, err := r.children(ctx, q)
	if err != nil && !errors.Is(err, traffic.ErrNotFound) {
		var none V
		return none, err
	}
	if v, ok := children[q.Child]; ok {
		return v, nil
	}
	return direct(ctx)
}

// All returns all children of a parent, as Get does.
func (r *Reads[V]) All(ctx context.Context, q Question) (map[string]V, error) {
	return r.children(ctx, q)
}

// Forget drops what is known of a child, since it was written. An answer that
// is on its way meanwhile is for those who asked before.
func (r *Reads[V]) Forget(parent, child string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes++
	r.written[child] = r.writes
	r.flights.Forget(parent)
}

func (r *Reads[V]) children(ctx context.Context, q Question) (map[string]V, error) {
	for {
		if err := context.Cause(ctx); err != nil {
			return nil, fmt.Errorf("before a shared read: %w", err)
		}
		if children, ok := r.recent(ctx, q); ok {
			return children, nil
		}
		// The call belongs to all who wait for it, and must not end with the
		// one who happened to come first.
		apart := context.WithoutCancel(ctx)
		result := r.flights.DoChan(q.Parent, func() (any, error) { return r.fetch(apart, q.Parent) })
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for a shared read: %w", context.Cause(ctx))
		case got := <-result:
			if errors.Is(got.Err, errFlight) {
				continue
			}
			a, _ := got.Val.(*answer[V])
			return r.serve(a, q), got.Err
		}
	}
}

func (r *Reads[V]) fetch(ctx context.Context, parent string) (*answer[V], error) {
	ctx, cancel := context.WithTimeoutCause(ctx, flight, errFlight)
	defer cancel()
	a := &answer[V]{asked: time.Now(), writes: r.count(), forPlan: IsForPlan(ctx), served: make(map[string]time.Time)}
	var err error
	if a.children, err = r.ask(ctx, parent); err != nil {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if kept := r.kept[parent]; kept == nil || a.writes >= kept.writes {
		r.kept[parent] = a
	}
	return a, nil
}

// recent returns the answer that is kept of a parent, if it may serve.
func (r *Reads[V]) recent(ctx context.Context, q Question) (map[string]V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.kept[q.Parent]
	if a == nil || a.writes < r.written[q.Child] {
		return nil, false
	}
	if age := time.Since(a.asked); age >= moment {
		first, again := a.served[q.For]
		if !a.forPlan || !IsForPlan(ctx) || age >= planned || again && time.Since(first) >= moment {
			return nil, false
		}
	}
	return a.note(q.For), true
}

// serve returns the children of an answer that has just come; none has none.
func (r *Reads[V]) serve(a *answer[V], q Question) map[string]V {
	if a == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return a.note(q.For)
}

// note notes whom an answer serves, and returns its children.
func (a *answer[V]) note(whom string) map[string]V {
	if _, again := a.served[whom]; !again {
		a.served[whom] = time.Now()
	}
	return a.children
}

func (r *Reads[V]) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writes
}
