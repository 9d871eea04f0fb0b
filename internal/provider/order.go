package provider

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The defaults of a health gate.
const (
	defaultMinHealthy    = 1
	defaultMinPercent    = 100
	defaultHealthTimeout = 5 * time.Minute
	defaultFailureLimit  = 1
)

type stepModel struct {
	Weight types.Float64       `tfsdk:"weight"`
	Pause  block.DurationValue `tfsdk:"pause"`
}

type healthModel struct {
	MinHealthy        types.Int64         `tfsdk:"min_healthy"`
	MinHealthyPercent types.Int64         `tfsdk:"min_healthy_percent"`
	StableFor         block.DurationValue `tfsdk:"stable_for"`
	Timeout           block.DurationValue `tfsdk:"timeout"`
	FailureLimit      types.Int64         `tfsdk:"failure_limit"`
}

// healthRule reads a health block, which is wholly known, and may be null.
func healthRule(ctx context.Context, health types.Object, diags *diag.Diagnostics) cutover.HealthRule {
	var m healthModel
	if !health.IsNull() {
		value.Decode(ctx, health, &m, diags)
	}
	return cutover.HealthRule{
		MinHealthy:   intOf(m.MinHealthy, defaultMinHealthy),
		MinPercent:   intOf(m.MinHealthyPercent, defaultMinPercent),
		StableFor:    block.Duration(m.StableFor, 0),
		Timeout:      block.Duration(m.Timeout, defaultHealthTimeout),
		FailureLimit: intOf(m.FailureLimit, defaultFailureLimit),
	}
}

func intOf(v types.Int64, otherwise int) int {
	if v.IsNull() || v.IsUnknown() {
		return otherwise
	}
	return int(v.ValueInt64())
}

// missing are the diagnostics of what a cutover may ask and that cannot be
// opened, a secret of it being missing for instance, by what would ask it.
type missing struct{ gates, safeguards, prewarm diag.Diagnostics }

// of are those of what a cutover does ask. Whoever returns at once at 3 a.m. is
// not stopped by a metric that nobody will read.
func (m *missing) of(needs decision.Needs) (all diag.Diagnostics) {
	if needs.Gates {
		all.Append(m.gates...)
	}
	if needs.Safeguards {
		all.Append(m.safeguards...)
	}
	if needs.Prewarm {
		all.Append(m.prewarm...)
	}
	return all
}

// gate is where the problem of a gate belongs.
func (m *missing) gate(err error) *diag.Diagnostics {
	var safeguard *check.SafeguardError
	if errors.As(err, &safeguard) {
		return &m.safeguards
	}
	return &m.gates
}

// orderOf is the cutover that a switch asks for, and what is missing for it.
// Where the routers stand is added from a survey. Config is the switch's
// configuration, which has what a plan and a state never have: the write-only
// arguments.
func (c *configured) orderOf(ctx context.Context, s, config *value.Object, members []traffic.Member, diags *diag.Diagnostics) (cutover.Order, *missing) {
	to := traffic.Color(s.Str("active_color"))
	at := value.FitnessOf(to)
	m := &missing{}
	incoming := c.catalog.environment(ctx, s, to, diags)
	if incoming == nil {
		return cutover.Order{To: to, Routers: members}, m
	}
	gates, safeguards := c.gatesOf(ctx, config, subjectOf(to, incoming), m)
	watches := c.catalog.watches(ctx, c.sessions, config, &m.gates)
	return cutover.Order{
		To:         to,
		Routers:    members,
		Health:     healthRule(ctx, incoming.Object("health"), diags),
		Gates:      slices.Concat(c.catalog.checkGates(ctx, c.sessions, to, incoming, at, &m.gates), gates, answers(watches)),
		Safeguards: safeguards,
		Prewarm:    c.catalog.prewarm(ctx, c.sessions, to, incoming, at, &m.prewarm),
		Steps:      stepsOf(ctx, s, diags),
		Watches:    watches,
		Bake:       s.Duration("bake"),
		Drain:      s.Duration("drain"),
	}, m
}

// answers are the gates that the metrics which may end the cutover can be
// asked.
func answers(watches []cutover.Watch) []cutover.Gate {
	var gates []cutover.Gate
	for _, w := range watches {
		if monitor, ok := w.Monitor.(metric.Monitor); ok && !w.DryRun {
			gates = append(gates, metric.Answers{Monitor: monitor})
		}
	}
	return gates
}

// gatesOf are the switch's own gates: those of the way forward, and those that
// a return at once must pass too.
func (c *configured) gatesOf(ctx context.Context, config *value.Object, subject check.Subject, m *missing) (gates, safeguards []cutover.Gate) {
	for _, one := range c.catalog.gates().openFor(ctx, c.sessions, config, path.Empty(), m.gate) {
		g := newGate("gates."+one.name, one.thing, subject)
		if check.IsSafeguard(one.thing) {
			safeguards = append(safeguards, g)
		} else {
			gates = append(gates, g)
		}
	}
	return gates, safeguards
}
