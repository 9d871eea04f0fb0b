package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
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
	past        history
	seen        sighting      // by the refresh before the plan, if there was one
	disturbed   traffic.Color // see disturbedKey
	now         time.Time
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
	}
	readPrivate(ctx, req.Private, historyKey, &p.past, p.diags)
	readPrivate(ctx, req.Private, disturbedKey, &p.disturbed, p.diags)
	if readPrivate(ctx, req.Private, sightingKey, &p.seen, p.diags) && p.seen.At != nil {
		p.now = *p.seen.At
	}
	approved := p.fill(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	if approved != nil {
		writePrivate(ctx, resp.Private, approvalKey, approved, p.diags)
	} else {
		writePrivate(ctx, resp.Private, approvalKey, nil, p.diags)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan.value(p.diags))...)
}

// fill completes the plan. It returns what the user agrees to when a cutover
// is planned, and nil when none is, or when that is known only in the apply.
func (p *planner) fill(ctx context.Context) *approval {
	p.plan.set("id", p.plan.values["name"])
	if !p.plan.known(ctx, "active_color") {
		p.later(ctx, "idle_color", "weights", "cutover", "last_cutover")
		return nil
	}
	to := traffic.Color(p.plan.str("active_color"))
	p.plan.set("idle_color", types.StringValue(to.Other().String()))
	p.plan.set("weights", weightsValue(traffic.All(to)))
	p.protectActive()
	if p.settled() {
		p.plan.set("cutover", p.prior.values["cutover"])
		p.plan.set("last_cutover", p.prior.values["last_cutover"])
		return nil
	}
	order, err := p.order(ctx)
	switch {
	case errors.Is(err, errLater), errors.Is(err, session.ErrUnknown):
		p.later(ctx, "cutover", "last_cutover")
		return nil
	case err != nil:
		addError(p.diags, err)
		return nil
	}
	approved := p.schedule(ctx, order)
	if approved != nil {
		// What keeps people from being told is an error now, and a warning once
		// traffic moves.
		p.catalog.notifiers().open(ctx, p.sessions, p.config, path.Empty(), p.diags)
		p.events.foresee(p.diags)
	}
	return approved
}

func (p *planner) later(ctx context.Context, names ...string) {
	for _, name := range names {
		p.plan.unknown(ctx, name, p.diags)
	}
}

// settled tells whether nothing that a cutover depends on has changed, and all
// traffic is where it is wanted.
func (p *planner) settled() bool {
	return p.sameRouters() && p.prior.same(p.plan, "active_color", "weights")
}

// sameRouters tells whether the routers, and the backends in them, are those
// that state has.
func (p *planner) sameRouters() bool {
	if p.prior == nil {
		return false
	}
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

// errLater reports a switch whose routers are known only in the apply.
var errLater = errors.New("provider: known after apply")

// order surveys the routers, and makes the order.
func (p *planner) order(ctx context.Context) (cutover.Order, error) {
	if !p.routable(ctx, p.plan) || !p.timetableKnown(ctx) {
		return cutover.Order{}, errLater
	}
	members, err := p.open(ctx, p.plan)
	if err != nil {
		return cutover.Order{}, err
	}
	order := p.orderOf(ctx, p.plan, p.config, members, p.diags)
	seen := sighting{}
	if p.sameRouters() {
		seen = p.seen // what was seen of other backends says nothing of these
	}
	found, err := surveyed(ctx, members, order.To, seen, p.prior == nil)
	if err != nil {
		return cutover.Order{}, err
	}
	order.Found, order.Facts = found.Found, found.Facts
	order.NotPersisted = found.notPersisted
	version, served := p.plan.object(order.To.String()).Attributes()["version"], p.served(order)
	if len(served) > 0 && version.IsUnknown() {
		return cutover.Order{}, errLater
	}
	order.AtOnce = slices.Contains(served, versionOf(p.plan, order.To))
	if (order.Needed() || p.prior == nil) && !order.AtOnce { // a new switch is told before its first cutover is
		p.refuseSteps(order)
	}
	return order, nil
}

// refuseSteps refuses steps to shares that a router cannot have.
func (p *planner) refuseSteps(order cutover.Order) {
	for i, f := range order.Facts {
		name := order.Routers[i].Name
		switch {
		case f.AllOrNothing && f.LimitedBy == "" && len(order.Steps) > 0:
			p.diags.AddAttributeError(path.Root("steps"), "Router Has No Weights",
				fmt.Sprintf("A color gets all or nothing from %s. Take out steps, or use a router that divides traffic.", name))
		case f.AllOrNothing && len(order.Steps) > 0:
			p.diags.AddAttributeError(path.Root("steps"), summaryInexactShare,
				fmt.Sprintf("A color gets all or nothing from %s. %s Or take out steps.", name, f.LimitedBy))
		case f.WeightStep > 1:
			p.refuseShares(order.Steps, name, f)
		}
	}
}

const summaryInexactShare = "Share Cannot Be Set Exactly"

// refuseShares refuses the steps that are no multiples of what the shares of a
// router can be.
func (p *planner) refuseShares(steps []cutover.Step, name string, f traffic.Facts) {
	cure := cmp.Or(f.LimitedBy, "Change the router so that it can be divided more finely.")
	for i, step := range steps {
		if step.Weight%f.WeightStep != 0 {
			p.diags.Append(errorAt(path.Root("steps").AtListIndex(i).AtName("weight"), summaryInexactShare,
				fmt.Sprintf("The shares of %s are multiples of %d %%, and %d %% is not. %s Or choose steps that are.",
					name, f.WeightStep, step.Weight, cure)))
		}
	}
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

// served returns the versions that the incoming color was active with a short
// while ago: within the rollback window, or until a cutover that was cut short
// or a hand in between took a part of its traffic. With one of them it is
// returned to at once. Another version, or another backend, is not what was
// active.
func (p *planner) served(o cutover.Order) (versions []string) {
	if !p.sameRouters() {
		return nil
	}
	last, ok := p.past[o.To]
	if ok && p.now.Before(last.Until.Add(p.plan.duration("rollback_window"))) {
		versions = append(versions, last.Version)
	}
	still := furthest(o.Found, o.To).Of(o.To) > 0
	if still && p.prior.str("active_color") == o.To.String() {
		versions = append(versions, versionOf(p.prior, o.To))
	}
	return versions
}

// schedule plans the cutover that the order asks for, if it asks for one.
func (p *planner) schedule(ctx context.Context, order cutover.Order) *approval {
	if !order.Needed() {
		p.nothingToMove(ctx)
		return nil
	}
	table := order.Timetable()
	if timeout := p.timeout(ctx); table.Total() > timeout {
		p.diags.AddAttributeError(path.Root("timeouts"), "Timetable Longer Than Timeout",
			fmt.Sprintf("The cutover takes at most %s, but is stopped and rolled back after %s. Raise timeouts.%s above the "+
				"total, or shorten what takes long:\n\n  %s", cutover.Text(table.Total()), cutover.Text(timeout), p.operation(),
				strings.Join(table.Lines(), "\n  ")))
	}
	p.plan.set("cutover", linesValue(ctx, table.Lines(), p.diags))
	p.later(ctx, "last_cutover")
	return &approval{Found: order.Found, Facts: order.Facts, AtOnce: order.AtOnce, NotPersisted: order.NotPersisted}
}

// nothingToMove keeps what state says of the last cutover.
func (p *planner) nothingToMove(ctx context.Context) {
	p.plan.set("cutover", linesValue(ctx, nil, p.diags))
	if p.prior != nil && p.prior.isSet("cutover") {
		p.plan.set("cutover", p.prior.values["cutover"])
	}
	p.plan.set("last_cutover", p.lastCutover())
}

// lastCutover is what state says of the last cutover: null before the first.
func (p *planner) lastCutover() attr.Value {
	if p.prior == nil {
		return types.ObjectNull(lastCutoverType)
	}
	return p.prior.values["last_cutover"]
}

func (p *planner) operation() string {
	if p.prior == nil {
		return "create"
	}
	return "update"
}

func (p *planner) timeout(ctx context.Context) time.Duration {
	return timeoutOf(ctx, p.plan, p.prior == nil, p.diags)
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
