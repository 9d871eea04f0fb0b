package awselb

import (
	"net/http"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// table is what a data plane obeys: a copy of a listener's rules that nothing changes any more, but for
// the counters that deal out weights.
type table struct {
	version  int
	port     int32
	protocol string
	rules    []tableRule // in order of priority
	fallback verb
}

type tableRule struct {
	match func(*http.Request) bool
	verb  verb
}

// verb is the final action of a rule: exactly one field is set.
type verb struct {
	forward  *forwarder
	fixed    *wire.FixedResponse
	redirect *wire.Redirect
}

// forwarder chooses among target groups.
type forwarder struct {
	groups  []*group
	weights []int
	sticky  time.Duration // 0 for none

	mu      sync.Mutex
	credits []int
}

// choose deals requests out by smooth weighted round robin; nil when all weights are zero.
func (f *forwarder) choose() *group {
	f.mu.Lock()
	defer f.mu.Unlock()
	best, total := -1, 0
	for i, weight := range f.weights {
		if weight == 0 {
			continue
		}
		total += weight
		f.credits[i] += weight
		if best < 0 || f.credits[i] > f.credits[best] {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	f.credits[best] -= total
	return f.groups[best]
}

// find returns the group of an ARN, whatever its weight; nil when the action does not name it.
func (f *forwarder) find(arn string) *group {
	for _, g := range f.groups {
		if g.arn == arn {
			return g
		}
	}
	return nil
}

// compile makes the table of a listener. The caller holds l.mu.
func (r *region) compile(lis *listener) *table {
	t := &table{port: *lis.data.Port, protocol: lis.data.Protocol, fallback: r.verb(lis.data.DefaultActions)}
	for _, rl := range lis.rules {
		t.rules = append(t.rules, tableRule{match: matcher(rl.data.Conditions), verb: r.verb(rl.data.Actions)})
	}
	return t
}

// verb compiles a list of actions. Those before the last one are passed over.
func (r *region) verb(actions []wire.Action) verb {
	last := actions[len(actions)-1]
	if last.ForwardConfig == nil {
		return verb{fixed: last.FixedResponseConfig, redirect: last.RedirectConfig}
	}
	f := &forwarder{}
	for _, t := range last.ForwardConfig.TargetGroups {
		f.groups = append(f.groups, r.groups.get(t.TargetGroupArn))
		f.weights = append(f.weights, int(*t.Weight))
	}
	f.credits = make([]int, len(f.groups))
	if s := last.ForwardConfig.TargetGroupStickinessConfig; *s.Enabled {
		f.sticky = time.Duration(*s.DurationSeconds) * time.Second
	}
	return verb{forward: f}
}

func (t *table) find(r *http.Request) verb {
	for _, rule := range t.rules {
		if rule.match(r) {
			return rule.verb
		}
	}
	return t.fallback
}

// publish has the data plane of a listener obey its rules, at once or after the propagation time. The
// caller holds l.mu.
func (r *region) publish(lis *listener) {
	t := r.compile(lis)
	lis.plane.published++
	t.version = lis.plane.published
	delay := time.Duration(r.lab.propagation.Load())
	if delay <= 0 {
		lis.plane.obey(t)
		return
	}
	time.AfterFunc(delay, func() { lis.plane.obey(t) })
}
