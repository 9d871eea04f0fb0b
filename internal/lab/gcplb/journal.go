package gcplb

import (
	"slices"
	"sync"
	"time"
)

// Change is one change of what a place of a URL map sends its traffic to.
type Change struct {
	Time    time.Time
	URLMap  string // path below compute/v1
	Place   string // "" for the default route, "#matcher", "#matcher#priority" or "#matcher#path"
	Call    int    // Index of the API call that made it; 0 when made through the lab's own methods
	Removed bool   // the URL map or the place is gone
	Weights []ServiceWeight
}

// ServiceWeight is a backend service's weight and its health at the moment of a change. A service that gets
// everything has the weight 1.
type ServiceWeight struct {
	Service        string
	Weight         int
	Healthy, Total int
}

// Sum is the sum of the weights.
func (c Change) Sum() int {
	sum := 0
	for _, w := range c.Weights {
		sum += w.Weight
	}
	return sum
}

// Weight returns the weight of a backend service, 0 when it is not named.
func (c Change) Weight(service string) int {
	for _, w := range c.Weights {
		if w.Service == service {
			return w.Weight
		}
	}
	return 0
}

// journal remembers changes.
type journal struct {
	mu      sync.Mutex
	changes []Change
}

// Journal returns every change of every URL map's weights, in order. A write that changes none is no change.
func (l *Lab) Journal() []Change {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	return slices.Clone(l.journal.changes)
}

// JournalOf returns the changes at one place of one URL map.
func (l *Lab) JournalOf(urlMap, place string) []Change {
	var of []Change
	for _, c := range l.Journal() {
		if c.URLMap == urlMap && c.Place == place {
			of = append(of, c)
		}
	}
	return of
}

// ForgetJournal empties the journal.
func (l *Lab) ForgetJournal() {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	l.journal.changes = nil
}

// note writes down what differs between two states of a URL map. The caller holds l.mu.
func (l *Lab) note(call int, at address, old, now object) {
	before, after := placesOf(old), placesOf(now)
	for place, weights := range after {
		if !slices.Equal(before[place], weights) {
			l.add(Change{Time: time.Now(), URLMap: at.path(), Place: place, Call: call, Weights: l.withHealth(weights)})
		}
	}
	for place := range before {
		if _, ok := after[place]; !ok {
			l.add(Change{Time: time.Now(), URLMap: at.path(), Place: place, Call: call, Removed: true})
		}
	}
}

func (l *Lab) add(c Change) {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	l.journal.changes = append(l.journal.changes, c)
}

func (l *Lab) withHealth(weights []ServiceWeight) []ServiceWeight {
	weights = slices.Clone(weights)
	for i := range weights {
		weights[i].Healthy, weights[i].Total = l.count(weights[i].Service)
	}
	return weights
}

func placesOf(body object) map[string][]ServiceWeight {
	places := map[string][]ServiceWeight{}
	if body == nil {
		return places
	}
	each(body, func(place string, o object, byDefault bool) {
		service, action, _ := routeFields(byDefault)
		var weights []ServiceWeight
		for _, e := range entriesOf(o, service, action) {
			weights = append(weights, ServiceWeight{Service: e.service, Weight: e.weight})
		}
		places[place] = weights
	})
	return places
}
