package azuretm

import (
	"context"
	"fmt"
	"sync"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// Change is one change of a profile, or of the health of its endpoints, with what DNS answers since then.
type Change struct {
	Time      time.Time
	ProfileID string
	Call      int // Index of the API call that made it; 0 for a change of health
	Endpoints []EndpointState
}

// EndpointState is an endpoint at the moment of a change.
type EndpointState struct {
	Name    string
	Enabled bool
	Weight  int64
	Status  tm.EndpointMonitorStatus
	// Share of the answers that name the endpoint, 0 to 1.
	Share float64
}

// Silent tells whether DNS answers with nothing.
func (c Change) Silent() bool {
	for _, e := range c.Endpoints {
		if e.Share > 0 {
			return false
		}
	}
	return true
}

// Of returns the state of an endpoint, zero when there is none with the name.
func (c Change) Of(name string) EndpointState {
	for _, e := range c.Endpoints {
		if e.Name == name {
			return e
		}
	}
	return EndpointState{}
}

// String returns the change in one line.
func (c Change) String() string {
	text := fmt.Sprintf("call %d:", c.Call)
	for _, e := range c.Endpoints {
		text += fmt.Sprintf(" %s %t %d %s %.3f;", e.Name, e.Enabled, e.Weight, e.Status, e.Share)
	}
	return text
}

// journal remembers changes, and wakes who waits for the next one.
type journal struct {
	mu      sync.Mutex
	changes []Change
	grown   chan struct{}
}

// note writes down what a profile has become. The caller holds l.mu.
func (l *Lab) note(p *profile, call int) {
	c := Change{Time: time.Now(), ProfileID: p.id, Call: call}
	shares := p.shares()
	for _, e := range p.endpoints {
		c.Endpoints = append(c.Endpoints, EndpointState{
			Name: *e.data.Name, Enabled: e.enabled(), Weight: value(e.data.Properties.Weight), Status: e.status, Share: shares[e],
		})
	}
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	l.journal.changes = append(l.journal.changes, c)
	close(l.journal.grown)
	l.journal.grown = make(chan struct{})
}

// Journal returns every change of every profile, in order.
func (l *Lab) Journal() []Change {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	return append([]Change(nil), l.journal.changes...)
}

// ForgetJournal empties the journal.
func (l *Lab) ForgetJournal() {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	l.journal.changes = nil
}

// Now returns a profile as it is, which must not be changed, or false when there is none.
func (l *Lab) Now(profileID string) (tm.Profile, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.byID(profileID)
	if p == nil {
		return tm.Profile{}, false
	}
	return p.view(), true
}

// WaitStatus returns when an endpoint has a status, or with the error of ctx.
func (l *Lab) WaitStatus(ctx context.Context, profileID, endpointName string, status tm.EndpointMonitorStatus) error {
	for {
		l.journal.mu.Lock()
		grown := l.journal.grown
		l.journal.mu.Unlock()
		seen := tm.EndpointMonitorStatus("gone")
		if p, ok := l.Now(profileID); ok {
			for _, e := range p.Properties.Endpoints {
				if *e.Name == endpointName {
					seen = *e.Properties.EndpointMonitorStatus
				}
			}
		}
		if seen == status {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return fmt.Errorf("azuretm: endpoint %s is %s, not %s: %w", endpointName, seen, status, ctx.Err())
		}
	}
}
