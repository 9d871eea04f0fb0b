package awselb

import (
	"context"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// States of a target, as the API names them.
const (
	StateInitial     = "initial"
	StateHealthy     = "healthy"
	StateUnhealthy   = "unhealthy"
	StateUnused      = "unused"
	StateDraining    = "draining"
	StateUnavailable = "unavailable"
)

// group is a target group. The data plane reads routes and counters, which are atomic; everything else
// is guarded by Lab.mu.
type group struct {
	arn        string // data.TargetGroupArn, for the data plane
	data       wire.TargetGroup
	attributes map[string]string
	targets    []*target
	stop       context.CancelFunc // of the health checks; nil while nothing uses the group

	routes   atomic.Pointer[[]*target] // where requests may go
	next     atomic.Uint64             // for round robin over routes
	requests atomic.Int64              // or connections, that the data plane gave to the group
}

// target is a registered target, or one that drains.
type target struct {
	desc        wire.Target
	addr        string // host and port on loopback; empty when the target is elsewhere
	state       string
	reason      string
	description string
	passes      int
	fails       int
	forced      string // state set by hand, which beats the checks
	removal     *time.Timer
}

// address is where a target is reached: itself when it is a loopback address, and 127.0.0.1 when it is
// an instance. Traffic never leaves the machine.
func address(id string, port int32) string {
	ip := net.ParseIP(id)
	switch {
	case ip == nil:
		id = "127.0.0.1"
	case !ip.IsLoopback():
		return ""
	}
	return net.JoinHostPort(id, strconv.Itoa(int(port)))
}

func (t *target) is(d wire.Target, port int32) bool {
	return t.desc.Id == d.Id && (t.desc.Port == nil || *t.desc.Port == port)
}

// shownState is the state with the setting by hand counted in.
func (t *target) shownState() string {
	if t.forced != "" && t.state != StateDraining && t.state != StateUnused {
		return t.forced
	}
	return t.state
}

func (t *target) set(state, reason, description string) {
	t.state, t.reason, t.description = state, reason, description
}

func (t *target) begin() {
	t.passes, t.fails = 0, 0
	t.set(StateInitial, "Elb.RegistrationInProgress", "Target registration is in progress")
}

// unwatch is the state of a target whose health nobody checks. It is routed to.
func (t *target) unwatch() {
	t.set(StateUnavailable, "Target.HealthCheckDisabled", "Health checks are not enabled for this target")
}

// use puts a target into the state in which a load balancer that uses the group finds it first.
func (g *group) use(t *target) {
	if *g.data.HealthCheckEnabled {
		t.begin()
	} else {
		t.unwatch()
	}
}

func (t *target) rest() {
	t.set(StateUnused, "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
}

// attach makes the group used by these load balancers: its health checks begin with the first one and
// end with the last one.
func (g *group) attach(l *Lab, balancers []string) {
	g.data.LoadBalancerArns = balancers
	switch {
	case len(balancers) > 0 && g.stop == nil:
		for _, t := range g.targets {
			g.use(t)
		}
		var ctx context.Context
		ctx, g.stop = context.WithCancel(l.ctx)
		l.wg.Go(func() { l.watch(ctx, g) })
	case len(balancers) == 0 && g.stop != nil:
		g.stop()
		g.stop = nil
		g.dropDraining()
		for _, t := range g.targets {
			t.rest()
		}
	}
	g.route()
}

func (g *group) dropDraining() {
	kept := g.targets[:0:0]
	for _, t := range g.targets {
		if t.state == StateDraining {
			t.removal.Stop()
			continue
		}
		kept = append(kept, t)
	}
	g.targets = kept
}

// route decides anew where requests may go: to the healthy targets, and to all that are registered when
// none is healthy, since a load balancer fails open.
func (g *group) route() {
	var healthy, registered []*target
	for _, t := range g.targets {
		state := t.shownState()
		if state == StateHealthy {
			healthy = append(healthy, t)
		}
		if state != StateDraining {
			registered = append(registered, t)
		}
	}
	if len(healthy) == 0 {
		healthy = registered
	}
	g.routes.Store(&healthy)
}

// pick returns the next target, nil when the group is empty.
func (g *group) pick() *target {
	routes := g.routes.Load()
	if routes == nil || len(*routes) == 0 {
		return nil
	}
	g.requests.Add(1)
	return (*routes)[int(g.next.Add(1)%uint64(len(*routes)))]
}

func (g *group) counts() HealthCounts {
	c := HealthCounts{Total: len(g.targets)}
	for _, t := range g.targets {
		switch t.shownState() {
		case StateInitial:
			c.Initial++
		case StateHealthy:
			c.Healthy++
		case StateUnhealthy:
			c.Unhealthy++
		case StateDraining:
			c.Draining++
		case StateUnused:
			c.Unused++
		default:
			c.Unavailable++
		}
	}
	return c
}

func (g *group) sticky() bool { return g.attributes["stickiness.enabled"] == "true" }
