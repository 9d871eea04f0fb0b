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
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// defaultTimeout is the longest that a cutover may take when the user does not
// say.
const defaultTimeout = time.Hour

// planner makes the plan of one switch.
type planner struct {
	*configured
	plan, prior *object // prior is nil for a switch that is to be created
	config      *object // has the write-only arguments, which plan and prior lack
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
	plan := readObject(ctx, req.Plan, &resp.Diagnostics)
	if plan == nil || r.configured == nil {
		return
	}
	p := planner{
		configured: r.configured, plan: plan, prior: readObject(ctx, req.State, &resp.Diagnostics),
		config: readObject(ctx, req.Config, &resp.Diagnostics), now: time.Now(), diags: &resp.Diagnostics,
		memory: recallOrForget(ctx, req.Private, &resp.Diagnostics),
	}
	p.memory.Planned = p.fill(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	note(ctx, resp.Private, p.memory, p.diags)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan.value(p.diags))...)
}

// fill completes the plan. It returns what the user agrees to when a cutover
// is planned, and nil when none is, or when that is known only in the apply.
func (p *planner) fill(ctx context.Context) *decision.Cutover {
	p.plan.set("id", p.plan.values["name"])
	if !p.plan.known(ctx, "active_color") {
		p.later(ctx, "idle_color", "serving_color", "weights", "cutover", "timetable", "last_cutover")
		return nil
	}
	p.complete()
	decided, err := p.decide(ctx)
	if err != nil {
		addError(p.diags, err)
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
		p.events.foresee(ctx, p.diags)
	default:
		p.nothingToMove(ctx)
	}
	return decided.Cutover()
}

// complete fills in what follows from the active color.
func (p *planner) complete() {
	to := traffic.Color(p.plan.str("active_color"))
	p.plan.set("idle_color", types.StringValue(to.Other().String()))
	p.plan.set("serving_color", types.StringValue(to.String()))
	p.plan.set("weights", weightsValue(traffic.All(to)))
}

// shows has the plan say what the cutover is, to people and to programs.
func (p *planner) shows(ctx context.Context, decided decision.Plan) {
	p.plan.set("cutover", linesValue(ctx, decided.Lines, p.diags))
	p.plan.set("timetable", timetableValue(decided.Order.Timetable()))
}

// decide has it decided what the switch does, and looks at the routers where
// that takes it.
func (p *planner) decide(ctx context.Context) (decision.Plan, error) {
	w := p.wanted(ctx)
	if p.diags.HasError() {
		return decision.Plan{}, nil
	}
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
		later, err = knownLater(err)
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

// knownLater tells whether a provider's block is known only in the apply, and
// returns what else is wrong: that is so whatever the block will be.
func knownLater(err error) (later bool, rest error) {
	var others []error
	for _, one := range flatten(err) {
		if errors.Is(one, session.ErrUnknown) {
			later = true
		} else {
			others = append(others, one)
		}
	}
	return later, errors.Join(others...)
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

func ownerOf(s *object) decision.Owner {
	name := func(c traffic.Color) string {
		name, _ := s.object(c.String()).Attributes()["name"].(types.String)
		return name.ValueString()
	}
	return decision.Owner{Name: s.str("name"), Blue: name(traffic.Blue), Green: name(traffic.Green)}
}

// wanted is what the plan asks for, beside what state has, without the order.
func (p *planner) wanted(ctx context.Context) decision.Wanted {
	to := traffic.Color(p.plan.str("active_color"))
	w := decision.Wanted{
		Create: p.prior == nil, Order: cutover.Order{To: to}, SameRouters: p.sameRouters(ctx), Versions: versionsOf(p.plan),
		Released: p.releasedVersions(), Protect: p.plan.flag("protect_active"), Window: p.plan.duration("rollback_window"),
		Timeout: timeoutOf(ctx, p.plan, p.prior == nil, p.diags),
	}
	if p.prior != nil {
		w.Was, w.Before = traffic.Color(p.prior.str("active_color")), versionsOf(p.prior)
		if weights, ok := weightsOf(p.prior.object("weights")); ok {
			w.Weights = &weights
		}
	}
	if environment := p.plan.object(to.String()); !environment.IsUnknown() && !w.Settled() {
		if e := p.catalog.environment(ctx, p.plan, to, p.diags); e != nil {
			checks, _ := e.values["checks"].(types.Map)
			w.Checks = len(checks.Elements()) > 0
			least, _ := e.object("health").Attributes()["min_healthy"].(types.Int64)
			w.MinHealthy = !least.IsNull()
		}
	}
	return w
}

// releasedVersions are those that the environments have in their own states.
func (p *planner) releasedVersions() map[traffic.Color]string {
	versions := map[traffic.Color]string{}
	for _, c := range traffic.Colors() {
		name, _ := p.plan.object(c.String()).Attributes()["name"].(types.String)
		if version, known := p.released.of(name.ValueString()); known {
			versions[c] = version
		}
	}
	return versions
}

// versionsOf are the versions of both environments.
func versionsOf(s *object) map[traffic.Color]decision.Version {
	versions := map[traffic.Color]decision.Version{}
	for _, c := range traffic.Colors() {
		environment := s.object(c.String())
		version, _ := environment.Attributes()["version"].(types.String)
		versions[c] = decision.Version{Text: version.ValueString(), Later: environment.IsUnknown() || version.IsUnknown()}
	}
	return versions
}

func (p *planner) warn(warnings []decision.Warning) {
	for _, w := range warnings {
		p.diags.Append(warningAt(pathOf(w.Path), w.Summary, w.Text))
	}
}

func (p *planner) later(ctx context.Context, names ...string) {
	for _, name := range names {
		p.plan.unknown(ctx, name, p.diags)
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
		if !p.prior.same(p.plan, k.Name()) {
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

func sameBackend(prior, plan *object, c traffic.Color, kind string) bool {
	a, b := prior.object(c.String()), plan.object(c.String())
	return !a.IsNull() && !b.IsUnknown() && a.Attributes()[kind].Equal(b.Attributes()[kind])
}

// timetableKnown tells whether all that the timetable is made of is known. A
// gate that becomes known only in the apply must not be missing in a plan that
// looks complete.
func (p *planner) timetableKnown(ctx context.Context) bool {
	environment := p.plan.object(p.plan.str("active_color"))
	return p.plan.known(ctx, "steps", "bake", "drain", "rollback_window", "timeouts") &&
		p.config.known(ctx, "gates", "analysis") && // the plan lacks their write-only arguments
		!environment.IsUnknown() && newObject(ctx, environment).known(ctx, fitnessName)
}

// nothingToMove keeps what state says of the last cutover. Its timetable stays
// only where nothing else changes either: a plan that does nothing is no change,
// and one that does something shows no cutover that it has not.
func (p *planner) nothingToMove(ctx context.Context) {
	p.plan.set("last_cutover", p.lastCutover())
	if p.prior != nil && p.prior.sameBut(p.plan, shown...) {
		for _, name := range shown {
			p.plan.set(name, p.prior.values[name])
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
		return types.ObjectNull(lastCutoverType)
	}
	return p.prior.values["last_cutover"]
}

func timeoutOf(ctx context.Context, s *object, create bool, diags *diag.Diagnostics) time.Duration {
	v, ok := s.values["timeouts"].(timeouts.Value)
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
