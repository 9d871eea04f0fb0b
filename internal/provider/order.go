package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The defaults of a health gate.
const (
	defaultMinHealthy    = 1
	defaultMinPercent    = 100
	defaultHealthTimeout = 5 * time.Minute
)

type stepModel struct {
	Weight types.Int64          `tfsdk:"weight"`
	Pause  timetypes.GoDuration `tfsdk:"pause"`
}

type healthModel struct {
	MinHealthy        types.Int64          `tfsdk:"min_healthy"`
	MinHealthyPercent types.Int64          `tfsdk:"min_healthy_percent"`
	StableFor         timetypes.GoDuration `tfsdk:"stable_for"`
	Timeout           timetypes.GoDuration `tfsdk:"timeout"`
}

// healthRule reads a health block, which is wholly known, and may be null.
func healthRule(ctx context.Context, health types.Object, diags *diag.Diagnostics) cutover.HealthRule {
	var m healthModel
	if !health.IsNull() {
		decode(ctx, health, &m, diags)
	}
	return cutover.HealthRule{
		MinHealthy: intOf(m.MinHealthy, defaultMinHealthy),
		MinPercent: intOf(m.MinHealthyPercent, defaultMinPercent),
		StableFor:  durationOf(m.StableFor, 0),
		Timeout:    durationOf(m.Timeout, defaultHealthTimeout),
	}
}

func intOf(v types.Int64, otherwise int) int {
	if v.IsNull() || v.IsUnknown() {
		return otherwise
	}
	return int(v.ValueInt64())
}

// orderOf is the cutover that a switch asks for. Where the routers stand is
// added from a survey.
func orderOf(ctx context.Context, s *object, members []traffic.Member, diags *diag.Diagnostics) cutover.Order {
	to := traffic.Color(s.str("active_color"))
	incoming := newObject(ctx, s.object(to.String()))
	return cutover.Order{
		To:      to,
		Routers: members,
		Health:  healthRule(ctx, incoming.object("health"), diags),
		Steps:   stepsOf(ctx, s, diags),
		Bake:    s.duration("bake"),
		Drain:   s.duration("drain"),
	}
}
