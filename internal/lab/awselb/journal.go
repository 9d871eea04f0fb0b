package awselb

import (
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// Change is one change of what a listener or a rule forwards to.
type Change struct {
	Time    time.Time
	Region  string
	ARN     string        // of the listener, or of the rule
	Call    int           // Index of the API call that made it; 0 when made through the lab's own API
	Removed bool          // the listener or the rule was deleted
	Weights []GroupWeight // empty when it does not forward
}

// GroupWeight is a target group's weight and its health at the moment of a change.
type GroupWeight struct {
	GroupARN string
	Weight   int
	Health   HealthCounts
}

// HealthCounts is how many targets of a group are in each state; Total counts all that are registered.
type HealthCounts struct {
	Total, Initial, Healthy, Unhealthy, Draining, Unused, Unavailable int
}

// Sum is the sum of the weights.
func (c Change) Sum() int {
	sum := 0
	for _, w := range c.Weights {
		sum += w.Weight
	}
	return sum
}

// Weight returns the weight of a group, 0 when it is not named.
func (c Change) Weight(groupARN string) int {
	for _, w := range c.Weights {
		if w.GroupARN == groupARN {
			return w.Weight
		}
	}
	return 0
}

// Unfit returns the groups that traffic was sent to although they had no healthy target, or one that was
// not healthy. Targets that drain are not looked at.
func (c Change) Unfit() []GroupWeight {
	var unfit []GroupWeight
	for _, w := range c.Weights {
		if w.Weight > 0 && (w.Health.Healthy == 0 || w.Health.Healthy < w.Health.Total-w.Health.Draining) {
			unfit = append(unfit, w)
		}
	}
	return unfit
}

// journal remembers changes.
type journal struct {
	mu      sync.Mutex
	changes []Change
}

func (j *journal) add(c Change) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.changes = append(j.changes, c)
}

// Journal returns every change of every listener's and rule's weights, in order. A write that changes
// nothing is not a change.
func (l *Lab) Journal() []Change {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	return append([]Change(nil), l.journal.changes...)
}

// JournalOf returns the changes of one listener or rule.
func (l *Lab) JournalOf(arn string) []Change {
	var of []Change
	for _, c := range l.Journal() {
		if c.ARN == arn {
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

// note writes a change down when weights differ from what they were. The caller holds l.mu.
func (r *region) note(call int, arn string, old, now []wire.Action) {
	if now != nil && old != nil && sameWeights(tuples(old), tuples(now)) {
		return
	}
	c := Change{Time: time.Now(), Region: r.name, ARN: arn, Call: call, Removed: now == nil}
	for _, t := range tuples(now) {
		weight := GroupWeight{GroupARN: t.TargetGroupArn, Weight: int(*t.Weight)}
		if g := r.groups.get(t.TargetGroupArn); g != nil {
			weight.Health = g.counts()
		}
		c.Weights = append(c.Weights, weight)
	}
	r.lab.journal.add(c)
}

func sameWeights(a, b []wire.TargetGroupTuple) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].TargetGroupArn != b[i].TargetGroupArn || *a[i].Weight != *b[i].Weight {
			return false
		}
	}
	return true
}
