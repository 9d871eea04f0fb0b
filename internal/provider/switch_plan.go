package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// defaultTimeout is the longest that a cutover may take when the user does not
// say.
const defaultTimeout = time.Hour

// planner makes the plan of one switch.
type planner struct {
	*configured
	plan, prior *value.Object // prior is nil for a switch that is to be created
	config      *value.Object // has the write-only arguments, which plan and prior lack
	memory      decision.Memory
	now         time.Time
	live        bool           // in an apply: what is seen counts, and not what is remembered
	hold        *decision.Hold // of an apply
	diags       *diag.Diagnostics
}

// ModifyPlan implements resource.ResourceWithModifyPlan: it fills in what is
// computed, and refuses what can be known to fail.
func (r *switchResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	ctx = router.ForPlan(ctx)
	plan := value.Read(ctx, req.Plan, &resp.Diagnostics)
	if plan == nil || r.configured == nil {
		return
	}
	p := planner{
		configured: r.configured, plan: plan, prior: value.Read(ctx, req.State, &resp.Diagnostics),
		config: value.Read(ctx, req.Config, &resp.Diagnostics), now: time.Now(), diags: &resp.Diagnostics,
		memory: recallOrForget(ctx, req.Private, &resp.Diagnostics),
	}
	p.memory.Planned = p.fill(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	note(ctx, resp.Private, p.memory, p.diags)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan.Value(p.diags))...)
}

// fill completes the plan. It returns what the user agrees to when a cutover
// is planned, and nil when none is, or when that is known only in the apply.
func (p *planner) fill(ctx context.Context) *decision.Cutover {
	p.plan.Set("id", p.plan.Values["name"])
	if !p.plan.Known(ctx, "active_color") {
		p.later(ctx, "idle_color", "serving_color", "weights", "cutover", "timetable", "last_cutover")
		return nil
	}
	p.complete()
	decided, err := p.decide(ctx)
	if err != nil {
		diagnose.Add(p.diags, err)
		return nil
	}
	p.warn(decided.Warnings)
	switch {
	case decided.Later:
		p.later(ctx, "idle_color", "serving_color", "cutover", "timetable", "last_cutover")
	case decided.Moves():
		p.shows(ctx, decided)
		// An output of what is known in a plan has it even when the apply fails.
		p.later(ctx, "idle_color", "serving_color", "last_cutover")
		p.catalog.foreseeNotices(ctx, p.sessions, p.config, p.diags)
		p.events.Foresee(ctx, p.diags)
		p.progress.Foresee(ctx, p.diags)
	default:
		p.nothingToMove(ctx)
	}
	return decided.Cutover()
}

// complete fills in what follows from the active color.
func (p *planner) complete() {
	to := traffic.Color(p.plan.Str("active_color"))
	p.plan.Set("idle_color", types.StringValue(to.Other().String()))
	p.plan.Set("serving_color", types.StringValue(to.String()))
	p.plan.Set("weights", value.Weights(traffic.All(to)))
}

// shows has the plan say what the cutover is, to people and to programs.
func (p *planner) shows(ctx context.Context, decided decision.Plan) {
	p.plan.Set("cutover", value.Lines(ctx, decided.Lines, p.diags))
	p.plan.Set("timetable", value.Timetable(decided.Order.Timetable()))
}

// decide has it decided what the switch does, and looks at the routers where
// that takes it.
func (p *planner) decide(ctx context.Context) (decision.Plan, error) {
	w := p.wanted(ctx)
	if p.diags.HasError() {
		return decision.Plan{}, nil
	}
	p.warn(p.memory.Unprotected(w))
	blind := func(why ...error) (decision.Plan, error) {
		decided, err := decision.Decide(p.memory, decision.Observed{}, w)
		return decided, errors.Join(append(why, err)...)
	}
	if !p.routable(ctx, p.plan) {
		return blind()
	}
	members, err := p.open(ctx, p.plan)
	later, claimed := false, error(nil)
	if !p.live {
		later, err = diagnose.KnownLater(err)
	}
	if err == nil && !later {
		claimed = p.claim(members)
	}
	switch {
	case w.Settled():
		return blind(claimed) // what cannot be opened is not needed
	case err != nil || claimed != nil:
		return blind(err, claimed)
	case later || !p.timetableKnown(ctx):
		return blind()
	}
	order, missing := p.orderOf(ctx, p.plan, p.config, members, p.diags)
	w.Order = order
	if p.diags.HasError() {
		return decision.Plan{}, nil
	}
	o, err := p.observe(ctx, w)
	if err == nil {
		err = p.claim(members) // by what was seen, a thing may have more names
	}
	if err != nil {
		return blind(err)
	}
	decided, err := decision.Decide(p.memory, o, w)
	p.diags.Append(missing.of(decided.Needs())...)
	return decided, err
}

// claim claims the routers for this switch, and for no other one that is planned
// or applied together with it.
func (p *planner) claim(members []traffic.Member) error {
	owner := ownerOf(p.plan)
	if !owner.Whole() {
		return nil // the apply does it
	}
	if p.prior != nil {
		p.claims.Drop(ownerOf(p.prior))
	}
	err := p.claims.Take(owner, members)
	if err == nil && p.hold != nil {
		p.hold.Owner = owner
		err = p.claims.Hold(p.hold, members)
	}
	return err
}

func ownerOf(s *value.Object) decision.Owner {
	name := func(c traffic.Color) string {
		name, _ := s.Object(c.String()).Attributes()["name"].(types.String)
		return name.ValueString()
	}
	return decision.Owner{Name: s.Str("name"), Blue: name(traffic.Blue), Green: name(traffic.Green)}
}

// wanted is what the plan asks for, beside what state has, without the order.
func (p *planner) wanted(ctx context.Context) decision.Wanted {
	to := traffic.Color(p.plan.Str("active_color"))
	w := decision.Wanted{
		Create: p.prior == nil, Order: cutover.Order{To: to}, SameRouters: p.sameRouters(ctx), Versions: versionsOf(p.plan),
		Released: p.releasedVersions(), Protect: p.plan.Flag("protect_active"), Window: p.plan.Duration("rollback_window"),
		Timeout: timeoutOf(ctx, p.plan, p.prior == nil, p.diags),
	}
	if p.prior != nil {
		w.Was, w.Before = traffic.Color(p.prior.Str("active_color")), versionsOf(p.prior)
		if weights, ok := value.WeightsOf(p.prior.Object("weights")); ok {
			w.Weights = &weights
		}
	}
	if environment := p.plan.Object(to.String()); !environment.IsUnknown() && !w.Settled() {
		if e := p.catalog.environment(ctx, p.plan, to, p.diags); e != nil {
			checks, _ := e.Values["checks"].(types.Map)
			w.Checks = len(checks.Elements()) > 0
			least, _ := e.Object("health").Attributes()["min_healthy"].(types.Int64)
			w.MinHealthy = !least.IsNull()
		}
	}
	return w
}

// releasedVersions are those that the environments have in their own states.
func (p *planner) releasedVersions() map[traffic.Color]string {
	versions := map[traffic.Color]string{}
	for _, c := range traffic.Colors() {
		name, _ := p.plan.Object(c.String()).Attributes()["name"].(types.String)
		if version, known := p.released.of(name.ValueString()); known {
			versions[c] = version
		}
	}
	return versions
}

// versionsOf are the versions of both environments.
func versionsOf(s *value.Object) map[traffic.Color]decision.Version {
	versions := map[traffic.Color]decision.Version{}
	for _, c := range traffic.Colors() {
		environment := s.Object(c.String())
		version, _ := environment.Attributes()["version"].(types.String)
		versions[c] = decision.Version{Text: version.ValueString(), Later: environment.IsUnknown() || version.IsUnknown()}
	}
	return versions
}

func (p *planner) warn(warnings []decision.Warning) {
	for _, w := range warnings {
		p.diags.Append(diagnose.WarningAt(diagnose.PathOf(w.Path), w.Summary, w.Text))
	}
}

func (p *planner) later(ctx context.Context, names ...string) {
	for _, name := range names {
		p.plan.Unknown(ctx, name, p.diags)
	}
}

// sameRouters tells whether the routers, and the backends in them, are those
// that state has, or some of them.
func (p *planner) sameRouters(ctx context.Context) bool {
	if p.prior == nil {
		return false
	}
	if p.sameBlocks() {
		return true
	}
	if !p.routable(ctx, p.plan) {
		return false
	}
	routers, err := p.open(ctx, p.plan)
	before, priorErr := p.open(ctx, p.prior)
	return err == nil && priorErr == nil && decision.Within(routers, before)
}

func (p *planner) sameBlocks() bool {
	for _, k := range p.catalog.Routers {
		if !p.prior.Same(p.plan, k.Name()) {
			return false
		}
		for _, c := range traffic.Colors() {
			if !sameBackend(p.prior, p.plan, c, k.Name()) {
				return false
			}
		}
	}
	return true
}

func sameBackend(prior, plan *value.Object, c traffic.Color, kind string) bool {
	a, b := prior.Object(c.String()), plan.Object(c.String())
	return !a.IsNull() && !b.IsUnknown() && a.Attributes()[kind].Equal(b.Attributes()[kind])
}

// timetableKnown tells whether all that the timetable is made of is known. A
// gate that becomes known only in the apply must not be missing in a plan that
// looks complete.
func (p *planner) timetableKnown(ctx context.Context) bool {
	environment := p.plan.Object(p.plan.Str("active_color"))
	return p.plan.Known(ctx, "steps", "bake", "drain", "rollback_window", "timeouts") &&
		p.config.Known(ctx, "gates", "analysis") && // the plan lacks their write-only arguments
		!environment.IsUnknown() && value.New(ctx, environment).Known(ctx, value.FitnessName)
}

// nothingToMove keeps what state says of the last cutover. Its timetable stays
// only where nothing else changes either: a plan that does nothing is no change,
// and one that does something shows no cutover that it has not.
func (p *planner) nothingToMove(ctx context.Context) {
	p.plan.Set("last_cutover", p.lastCutover())
	if p.prior != nil && p.prior.SameBut(p.plan, shown...) {
		for _, name := range shown {
			p.plan.Set(name, p.prior.Values[name])
		}
		return
	}
	p.shows(ctx, decision.Plan{})
}

// shown are the attributes that say what a plan does.
var shown = []string{"cutover", "timetable"}

// lastCutover is what state says of the last cutover: null before the first.
func (p *planner) lastCutover() attr.Value {
	if p.prior == nil {
		return types.ObjectNull(value.LastCutoverType)
	}
	return p.prior.Values["last_cutover"]
}

func timeoutOf(ctx context.Context, s *value.Object, create bool, diags *diag.Diagnostics) time.Duration {
	v, ok := s.Values["timeouts"].(timeouts.Value)
	if !ok || v.IsNull() {
		return defaultTimeout
	}
	read := v.Update
	if create {
		read = v.Create
	}
	timeout, d := read(ctx, defaultTimeout)
	diags.Append(d...)
	return timeout
}
