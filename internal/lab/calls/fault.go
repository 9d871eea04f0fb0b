package calls

import (
	"net/http"
	"slices"
)

// When says which calls a fault befalls. They are counted from the moment it is injected.
type When struct {
	Action string // empty for any
	Nth    int    // the first call of the action that it befalls; 0 and 1 for the next
	Times  int    // how many calls in a row; 0 stands for 1, a negative number for all that follow
}

// pending is a fault with how many calls it has seen.
type pending[F Fault] struct {
	fault F
	seen  int
}

// Inject makes a fault happen; remove takes it back.
func (r *Record[C, F]) Inject(fault F) (remove func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &pending[F]{fault: fault}
	r.faults = append(r.faults, p)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.faults = slices.DeleteFunc(r.faults, func(other *pending[F]) bool { return other == p })
	}
}

// ClearFaults takes all faults back.
func (r *Record[C, F]) ClearFaults() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = nil
}

// next counts a call for every fault that waits for it, and returns what befalls it. When several faults
// meet in one call the first that was injected happens.
func (r *Record[C, F]) next(action string) F {
	r.mu.Lock()
	defer r.mu.Unlock()
	var none, happens F
	for _, p := range r.faults {
		if when := p.fault.When(); when.Action != "" && when.Action != action {
			continue
		}
		p.seen++
		if p.due() && happens == none {
			happens = p.fault
		}
	}
	return happens
}

func (p *pending[F]) due() bool {
	when := p.fault.When()
	first := max(when.Nth, 1)
	return p.seen >= first && (when.Times < 0 || p.seen < first+max(when.Times, 1))
}

// HangUp closes the caller's connection without an answer.
func HangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the other way to end a connection without an answer
	}
	_ = conn.Close()
}
