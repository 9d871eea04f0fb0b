package calls

import (
	"maps"
	"slices"
	"sync"
)

// Fault is a failure to happen. Its zero value is none.
type Fault interface {
	comparable
	// When says which calls it befalls.
	When() When
}

// Record is a lab's calls C, its hooks, and the faults F still to happen. The
// zero value is ready. All methods are safe for concurrent use.
type Record[C any, F Fault] struct {
	mu     sync.Mutex
	calls  []*C
	counts map[string]int // by action
	hooks  []*Hook[C, F]
	faults []*pending[F]
}

// Hook is told of API calls. Before runs when a call has arrived and nothing has happened yet, After when
// it has taken effect and no answer was sent. Both run on the call's own goroutine and hold the call up
// until they return; they may use the lab in any way.
type Hook[C any, F Fault] struct {
	Before func(C)
	// Befall decides, after Before, what happens to this very call: a zero fault for nothing. When it says
	// that it happens is not looked at. A test that kills its client in the middle of a call loses the
	// request here, or goes on to After, where the call has taken effect.
	Befall func(C) F
	After  func(C)
}

// Arrived remembers a call of an action, which fill makes of its number among all calls and among those of
// the action, both from 1, and runs the hooks' Before.
func (r *Record[C, F]) Arrived(action string, fill func(index, nth int) C) *C {
	r.mu.Lock()
	if r.counts == nil {
		r.counts = map[string]int{}
	}
	r.counts[action]++
	c := fill(len(r.calls)+1, r.counts[action])
	r.calls = append(r.calls, &c)
	r.mu.Unlock()
	r.tell(&c, func(h *Hook[C, F], seen C) {
		if h.Before != nil {
			h.Before(seen)
		}
	})
	return &c
}

// Befalls returns what befalls a call of an action: what the first hook wants that wants something, or else
// the next fault. The zero fault is none.
func (r *Record[C, F]) Befalls(c *C, action string) F {
	var none, wanted F
	fault := r.next(action)
	r.tell(c, func(h *Hook[C, F], seen C) {
		if h.Befall == nil {
			return
		}
		if f := h.Befall(seen); wanted == none {
			wanted = f
		}
	})
	if wanted != none {
		return wanted
	}
	return fault
}

// Ended lets how write down how a call ended.
func (r *Record[C, F]) Ended(c *C, how func(*C)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	how(c)
}

// TookEffect runs the hooks' After.
func (r *Record[C, F]) TookEffect(c *C) {
	r.tell(c, func(h *Hook[C, F], seen C) {
		if h.After != nil {
			h.After(seen)
		}
	})
}

// tell has each hook told of a call, in the order in which they were added, and unlocked.
func (r *Record[C, F]) tell(c *C, one func(*Hook[C, F], C)) {
	r.mu.Lock()
	seen, hooks := *c, slices.Clone(r.hooks)
	r.mu.Unlock()
	for _, h := range hooks {
		one(h, seen)
	}
}

// AddHook has h told of every call until remove is called.
func (r *Record[C, F]) AddHook(h Hook[C, F]) (remove func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hooks = append(r.hooks, &h)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.hooks = slices.DeleteFunc(r.hooks, func(other *Hook[C, F]) bool { return other == &h })
	}
}

// Calls returns every call since the start, or since ForgetCalls, in order of arrival.
func (r *Record[C, F]) Calls() []C {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := make([]C, len(r.calls))
	for i, c := range r.calls {
		calls[i] = *c
	}
	return calls
}

// CallCounts returns how many calls of each action there were since the start, or since ForgetCalls.
func (r *Record[C, F]) CallCounts() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := map[string]int{}
	maps.Copy(counts, r.counts)
	return counts
}

// ForgetCalls empties the record and starts to count at 1 again.
func (r *Record[C, F]) ForgetCalls() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls, r.counts = nil, nil
}
