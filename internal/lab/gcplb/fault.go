package gcplb

import (
	"slices"
	"sync"
	"time"
)

// Fault is a failure to happen. Calls are counted from the moment it is injected.
type Fault struct {
	Action string // the call it befalls, such as urlMaps.update or regionBackendServices.getHealth; empty for any
	Nth    int    // the first such call that it befalls; 0 and 1 for the next
	Times  int    // how many in a row; 0 stands for 1, a negative number for all that follow

	Delay       time.Duration   // held back for so long before anything else happens
	Err         *APIError       // answered instead of being carried out
	Operation   *OperationError // of a write: accepted, and the operation ends so without effect
	LoseRequest bool            // the connection is closed and nothing is carried out
	LoseReply   bool            // carried out, and the connection closed without an answer
}

// faults are those still to happen.
type faults struct {
	mu      sync.Mutex
	pending []*pendingFault
}

type pendingFault struct {
	Fault
	seen int
}

// next counts a call for every fault that waits for it, and returns what befalls it. When several faults
// meet in one call the first that was injected happens.
func (f *faults) next(action string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var happens Fault
	found := false
	for _, p := range f.pending {
		if p.Action != "" && p.Action != action {
			continue
		}
		p.seen++
		if p.due() && !found {
			happens, found = p.Fault, true
		}
	}
	return happens
}

func (p *pendingFault) due() bool {
	first := max(p.Nth, 1)
	return p.seen >= first && (p.Times < 0 || p.seen < first+max(p.Times, 1))
}

// befalls is what happens to a call: what a hook wants, or else the next fault.
func (l *Lab) befalls(c *Call) Fault {
	fault := l.faults.next(c.Action)
	if wanted, happens := l.recorder.befall(c); happens {
		return wanted
	}
	return fault
}

// Inject makes a fault happen; remove takes it back.
func (l *Lab) Inject(fault Fault) (remove func()) {
	p := &pendingFault{Fault: fault}
	f := &l.faults
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending = append(f.pending, p)
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.pending = slices.DeleteFunc(f.pending, func(other *pendingFault) bool { return other == p })
	}
}

// ClearFaults takes all faults back.
func (l *Lab) ClearFaults() {
	l.faults.mu.Lock()
	defer l.faults.mu.Unlock()
	l.faults.pending = nil
}
