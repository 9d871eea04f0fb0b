package azuretm

import (
	"sync"
	"time"
)

// Call is one API call as the lab saw it.
type Call struct {
	Index  int    // 1 for the first call of the lab
	Nth    int    // 1 for the first call of this action
	Action string // ProfilesClient.Get, EndpointsClient.Update …, as the SDK names its methods
	Path   string
	Body   string
	Start  time.Time

	// Known when the call is over.
	Duration time.Duration
	Code     string // error code; empty for success
	Lost     string // "request" or "reply" when a fault lost it
}

// Hook is told of API calls. Before runs when a call has arrived and nothing has happened yet, After when
// it has taken effect and no answer was sent. Both run on the call's own goroutine and hold the call up
// until they return; they may use the lab in any way.
type Hook struct {
	Before func(Call)
	// Befall decides, after Before, what happens to this very call: a zero Fault for nothing. Action, Nth
	// and Times of the Fault are not looked at. A test that kills its client in the middle of a call loses
	// the request here, or goes on to After, where the call has taken effect.
	Befall func(Call) Fault
	After  func(Call)
}

// recorder remembers calls and tells hooks of them.
type recorder struct {
	mu    sync.Mutex
	next  int
	nth   map[string]int
	calls []*Call
	hooks []*Hook
}

func (r *recorder) begin(c Call) *Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.nth == nil {
		r.nth = map[string]int{}
	}
	r.next++
	r.nth[c.Action]++
	c.Index, c.Nth, c.Start = r.next, r.nth[c.Action], time.Now()
	r.calls = append(r.calls, &c)
	return &c
}

func (r *recorder) end(c *Call, code, lost string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.Code, c.Lost, c.Duration = code, lost, time.Since(c.Start)
}

// tell calls what pick finds in each hook, unlocked.
func (r *recorder) tell(c *Call, pick func(*Hook) func(Call)) {
	r.mu.Lock()
	seen, hooks := *c, append([]*Hook(nil), r.hooks...)
	r.mu.Unlock()
	for _, h := range hooks {
		if f := pick(h); f != nil {
			f(seen)
		}
	}
}

// befall asks the hooks what happens to a call; the first that wants something has it.
func (r *recorder) befall(c *Call) (fault Fault, happens bool) {
	r.tell(c, func(h *Hook) func(Call) {
		if h.Befall == nil {
			return nil
		}
		return func(seen Call) {
			if f := h.Befall(seen); !happens && f != (Fault{}) {
				fault, happens = f, true
			}
		}
	})
	return fault, happens
}

func before(h *Hook) func(Call) { return h.Before }
func after(h *Hook) func(Call)  { return h.After }

// AddHook has h told of every call until remove is called.
func (l *Lab) AddHook(h Hook) (remove func()) {
	r := &l.recorder
	r.mu.Lock()
	defer r.mu.Unlock()
	added := &h
	r.hooks = append(r.hooks, added)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		for i := range r.hooks {
			if r.hooks[i] == added {
				r.hooks = append(r.hooks[:i:i], r.hooks[i+1:]...)
				return
			}
		}
	}
}

// Calls returns every call since the start, or since ForgetCalls, in order of arrival.
func (l *Lab) Calls() []Call {
	l.recorder.mu.Lock()
	defer l.recorder.mu.Unlock()
	calls := make([]Call, len(l.recorder.calls))
	for i, c := range l.recorder.calls {
		calls[i] = *c
	}
	return calls
}

// CallCounts returns how many calls of each action there were since the start, or since ForgetCalls.
func (l *Lab) CallCounts() map[string]int {
	counts := map[string]int{}
	for _, c := range l.Calls() {
		counts[c.Action]++
	}
	return counts
}

// ForgetCalls empties the record and starts Index and Nth at 1 again.
func (l *Lab) ForgetCalls() {
	l.recorder.mu.Lock()
	defer l.recorder.mu.Unlock()
	l.recorder.calls, l.recorder.next, l.recorder.nth = nil, 0, nil
}
