package awselb

import (
	"slices"
	"strconv"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

func (o *operation) registerTargets(in *wire.TargetsInput) (any, error) {
	g := o.groups.get(in.TargetGroupArn)
	if g == nil {
		return nil, groupNotFound()
	}
	if len(in.Targets) == 0 {
		return nil, invalidf("At least one target must be specified")
	}
	if len(g.targets)+len(in.Targets) > o.lab.opts.Limits.TargetsPerGroup {
		return nil, apiErrorf("TooManyTargets", "The maximum number of targets for this target group has been reached")
	}
	if g.data.TargetType == lambda && len(g.targets)+len(in.Targets) > 1 {
		return nil, apiErrorf("TooManyTargets", "A target group with target type 'lambda' has one target")
	}
	for _, d := range in.Targets {
		o.register(g, d)
	}
	g.route()
	return nil, nil //nolint:nilnil // an empty result
}

// register adds a target; one that drains comes back, one that is registered stays as it is.
func (o *operation) register(g *group, d wire.Target) {
	port := g.portOf(d)
	t := g.find(d, port)
	if t == nil {
		t = &target{desc: wire.Target{Id: d.Id, Port: &port, AvailabilityZone: d.AvailabilityZone}, addr: address(d.Id, port)}
		if g.data.TargetType == lambda {
			t.desc.Port, t.addr = nil, o.lab.functions[d.Id]
		}
		g.targets = append(g.targets, t)
	} else if t.state != StateDraining {
		return
	}
	if t.removal != nil {
		t.removal.Stop()
	}
	if g.stop == nil {
		t.rest()
	} else {
		g.use(t)
	}
}

// portOf is where a target is reached; a function has no port.
func (g *group) portOf(d wire.Target) int32 {
	if g.data.TargetType == lambda {
		return 0
	}
	return *orGiven(d.Port, *g.data.Port)
}

func (g *group) find(d wire.Target, port int32) *target {
	for _, t := range g.targets {
		if t.is(d, port) {
			return t
		}
	}
	return nil
}

func (o *operation) deregisterTargets(in *wire.TargetsInput) (any, error) {
	g := o.groups.get(in.TargetGroupArn)
	if g == nil {
		return nil, groupNotFound()
	}
	for _, d := range in.Targets {
		for _, t := range slices.Clone(g.targets) {
			if t.desc.Id == d.Id && (d.Port == nil || t.desc.Port == nil || *d.Port == *t.desc.Port) {
				o.deregister(g, t)
			}
		}
	}
	g.route()
	return nil, nil //nolint:nilnil // an empty result
}

// deregister lets a target drain for the group's delay: it gets no new requests, and those that are
// open go on. In a group that nothing uses it goes at once.
func (o *operation) deregister(g *group, t *target) {
	if g.stop == nil {
		g.forget(t)
		return
	}
	if t.state == StateDraining {
		return
	}
	t.set(StateDraining, "Target.DeregistrationInProgress", "Target deregistration is in progress")
	t.removal = time.AfterFunc(o.lab.drainTime(g), func() {
		o.lab.mu.Lock()
		defer o.lab.mu.Unlock()
		if t.state == StateDraining {
			g.forget(t)
		}
	})
}

func (g *group) forget(t *target) {
	g.targets = slices.DeleteFunc(slices.Clone(g.targets), func(x *target) bool { return x == t })
}

func (l *Lab) drainTime(g *group) time.Duration {
	if l.opts.DeregistrationDelay > 0 {
		return l.opts.DeregistrationDelay
	}
	seconds, err := strconv.Atoi(g.attributes["deregistration_delay.timeout_seconds"])
	if err != nil {
		seconds = 300
	}
	return time.Duration(seconds) * time.Second
}

func (o *operation) describeTargetHealth(in *wire.TargetsInput) (any, error) {
	g := o.groups.get(in.TargetGroupArn)
	if g == nil {
		return nil, groupNotFound()
	}
	out := wire.TargetHealthOutput{TargetHealthDescriptions: []wire.TargetHealthDescription{}}
	if len(in.Targets) == 0 {
		for _, t := range g.targets {
			out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, g.describe(t))
		}
		return out, nil
	}
	for _, d := range in.Targets {
		port := g.portOf(d)
		t := g.find(d, port)
		if t == nil {
			t = &target{desc: wire.Target{Id: d.Id, Port: &port}}
			t.set(StateUnused, "Target.NotRegistered", "Target is not registered to the target group")
		}
		out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, g.describe(t))
	}
	return out, nil
}

func (g *group) describe(t *target) wire.TargetHealthDescription {
	health := wire.TargetHealth{State: t.shownState(), Reason: t.reason, Description: t.description}
	if health.State != t.state {
		health.Reason, health.Description = forcedReason(health.State)
	}
	port := g.data.HealthCheckPort
	if port == trafficPort && t.desc.Port != nil {
		port = strconv.Itoa(int(*t.desc.Port))
	}
	return wire.TargetHealthDescription{HealthCheckPort: port, Target: t.desc, TargetHealth: health}
}

func forcedReason(state string) (reason, description string) {
	switch state {
	case StateUnhealthy:
		return "Target.FailedHealthChecks", "Health checks failed"
	case StateInitial:
		return "Elb.InitialHealthChecking", "Initial health checks in progress"
	case StateUnavailable:
		return "Target.HealthCheckDisabled", "Health checks are not enabled for this target"
	default:
		return "", ""
	}
}
