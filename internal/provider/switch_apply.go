package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/progress"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Create implements resource.Resource. A cutover that does not promote saves
// nothing: a tainted switch would be replaced.
func (r *switchResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	a := r.applier(ctx, req.Plan, req.Config, nil, &resp.Diagnostics)
	if a == nil {
		return
	}
	defer a.claims.Release(a.hold)
	a.agree(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	note(ctx, resp.Private, a.memory, a.diags)
	resp.Diagnostics.Append(resp.State.Set(ctx, a.plan.Value(a.diags))...)
}

// Update implements resource.Resource. After a cutover that does not promote,
// state has what it had before, with the routers and what was released behind
// them, and where traffic is.
func (r *switchResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	a := r.applier(ctx, req.Plan, req.Config, req.State, &resp.Diagnostics)
	if a == nil {
		return
	}
	defer a.claims.Release(a.hold)
	a.memory = recallPlan(ctx, req.Private, a.diags)
	if !a.diags.HasError() {
		a.update(ctx)
	}
	a.memory.Planned = nil
	note(ctx, resp.Private, a.memory, a.diags)
	resp.Diagnostics.Append(resp.State.Set(ctx, a.state.Value(a.diags))...)
}

// applier carries out the plan of one switch.
type applier struct {
	planner
	name string
	// state is what is saved: the prior state, and the plan once it is done.
	state *value.Object
	// versions are those that served when the apply began.
	versions map[traffic.Color]string
}

func (r *switchResource) applier(ctx context.Context, planned, config, prior value.Source, diags *diag.Diagnostics) *applier {
	plan := value.Read(ctx, planned, diags)
	if plan == nil {
		return nil
	}
	a := &applier{
		planner: planner{configured: r.configured, plan: plan, config: value.Read(ctx, config, diags), now: time.Now(), live: true, diags: diags, hold: &decision.Hold{}},
		name:    plan.Str("name"), versions: textsOf(versionsOf(plan)),
	}
	if prior != nil {
		a.prior = value.Read(ctx, prior, diags)
		a.state = a.prior
	}
	plan.Set("id", plan.Values["name"])
	if diags.HasError() {
		return nil
	}
	if a.prior != nil && a.prior.IsSet("blue") && a.prior.IsSet("green") { // an import has none
		a.versions = textsOf(versionsOf(a.prior))
	}
	return a
}

func textsOf(versions map[traffic.Color]decision.Version) map[traffic.Color]string {
	texts := map[traffic.Color]string{}
	for c, v := range versions {
		texts[c] = v.Text
	}
	return texts
}

// update does what was agreed to.
func (a *applier) update(ctx context.Context) {
	_, protected := decision.Decide(a.memory, decision.Observed{}, a.wanted(ctx)) // a version may be known only now
	diagnose.Add(a.diags, protected)
	if a.diags.HasError() {
		return
	}
	switch {
	case a.memory.Planned != nil:
		a.carryOut(ctx)
	case !a.plan.Known(ctx, "cutover"): // Terraform plans once more in the apply, when all is known
		diagnose.Add(a.diags, errStillUnknown)
	default:
		a.arrive(ctx)
	}
	if !a.diags.HasError() {
		a.state = a.plan
	}
}

// members are the routers of the plan, claimed for this switch.
func (a *applier) members(ctx context.Context) []traffic.Member {
	members, err := a.open(ctx, a.plan)
	if err == nil {
		err = a.claim(members)
	}
	diagnose.Add(a.diags, err)
	return members
}

// carryOut runs the cutover that the user saw in the plan.
func (a *applier) carryOut(ctx context.Context) {
	members := a.members(ctx)
	if a.diags.HasError() {
		return
	}
	asked, missing := a.orderOf(ctx, a.plan, a.config, members, a.diags)
	order, err := a.memory.Planned.Of(asked)
	diagnose.Add(a.diags, err)
	a.diags.Append(missing.of(decision.NeedsOf(order))...)
	if !a.diags.HasError() {
		a.run(ctx, order)
	}
}

// agree makes the plan of a create, which has no notes of one, from where the
// routers are now, and stops unless that is what was shown, where it could be.
func (a *applier) agree(ctx context.Context) {
	shown, known := a.shownLines(ctx)
	a.complete()
	decided, err := a.decide(ctx)
	switch {
	case err != nil:
	case decided.Later:
		err = errStillUnknown
	case known:
		err = decided.Agrees(shown)
	}
	diagnose.Add(a.diags, err)
	if a.diags.HasError() {
		return
	}
	a.warn(decided.Warnings)
	if decided.Moves() {
		a.shows(ctx, decided)
		a.run(ctx, decided.Order)
		return
	}
	a.nothingToMove(ctx)
	a.remember(ctx, decision.Kept, decision.SnapshotFound(decided.Order), decided.Order)
}

// errStillUnknown reports an apply that does not know what it must.
var errStillUnknown = pkg.New("what the cutover depends on is not known in the apply either")

func (a *applier) shownLines(ctx context.Context) (lines []string, known bool) {
	if !a.plan.Known(ctx, "cutover") {
		return nil, false
	}
	value.Decode(ctx, a.plan.Values["cutover"], &lines, a.diags)
	return lines, true
}

// arrive looks whether traffic still is where a plan without a cutover has it.
// State has what is seen.
func (a *applier) arrive(ctx context.Context) {
	to := traffic.Color(a.plan.Str("active_color"))
	members := a.members(ctx)
	if a.diags.HasError() {
		return
	}
	seen, unread := whereabouts(ctx, members, to)
	if err := decision.Arrived(to, seen); err != nil {
		diagnose.Add(a.diags, errors.Join(err, unread))
		a.record(ctx, decision.Missed, seen, cutover.Order{}, time.Now())
		return
	}
	a.remember(ctx, decision.Kept, seen, cutover.Order{})
}

// run is the cutover. When it promoted, the plan is what to save.
func (a *applier) run(ctx context.Context, order cutover.Order) {
	ctx, cancel := context.WithTimeout(ctx, timeoutOf(ctx, a.plan, a.prior == nil, a.diags))
	defer cancel()
	outcome, err := a.told(ctx, order)
	var aborted *cutover.AbortError
	if errors.As(err, &aborted) {
		a.diags.Append(diagnose.Abort(aborted, a.prior == nil, stragglers(order)))
		a.record(ctx, decision.Aborted, decision.SnapshotOf(order.Routers, aborted.Traffic), order, aborted.Finished)
		if a.state != nil && aborted.Result != cutover.Refused {
			a.state.Set("last_cutover", value.LastCutover(aborted.Outcome, diagnose.Reason(aborted)))
		}
		return
	}
	for _, warning := range outcome.Warnings {
		a.diags.AddAttributeWarning(path.Root("drain"), "Open Work After Drain", diagnose.Sentence(errors.New(warning)))
	}
	a.now = outcome.Finished
	a.complete()
	a.remember(ctx, decision.Promoted, decision.SnapshotOf(order.Routers, outcome.Traffic), order)
	a.plan.Set("last_cutover", a.lastCutover())
	if decision.MovesTraffic(order) {
		a.plan.Set("last_cutover", value.LastCutover(outcome, ""))
	}
}

// remember keeps what the next plan must know.
func (a *applier) remember(ctx context.Context, event decision.Event, seen decision.Snapshot, order cutover.Order) {
	var was traffic.Color
	if a.prior != nil {
		was = traffic.Color(a.prior.Str("active_color"))
	}
	a.memory = a.memory.After(decision.Outcome{
		Event: event, At: a.now, Seen: seen, Was: was, Versions: a.versions, OtherRouters: !a.sameRouters(ctx), Order: order,
	})
}

// record writes into state what is true after an apply that did not do what was
// planned: where traffic is, as far as that is known, of which routers that is,
// and what was released behind them, which is there whatever became of traffic.
func (a *applier) record(ctx context.Context, event decision.Event, seen decision.Snapshot, order cutover.Order, at time.Time) {
	a.now = at
	a.remember(ctx, event, seen, order)
	if a.state == nil {
		return
	}
	recordTraffic(a.state, seen)
	for _, c := range traffic.Colors() {
		a.state.Set(c.String(), a.plan.Values[c.String()])
	}
	for _, k := range a.catalog.Routers {
		a.state.Set(k.Name(), a.plan.Values[k.Name()])
	}
}

// recordTraffic writes into state what it may say of traffic.
func recordTraffic(state *value.Object, seen decision.Snapshot) {
	weights, active := seen.State(traffic.Color(state.Str("active_color")))
	state.Set("weights", types.ObjectNull(value.WeightsType))
	state.Set("serving_color", types.StringNull())
	if weights != nil {
		state.Set("weights", value.Weights(*weights))
		if whole := seen.Whole(); whole != "" { // in all routers: the weights are those of one
			state.Set("serving_color", types.StringValue(whole.String()))
		}
	}
	state.Set("active_color", types.StringNull()) // as an import leaves it
	state.Set("idle_color", types.StringNull())
	if active != "" {
		state.Set("active_color", types.StringValue(active.String()))
		state.Set("idle_color", types.StringValue(active.Other().String()))
	}
}

// stragglers says which clients a rollback does not bring back, or not at
// once, if any.
func stragglers(order cutover.Order) string {
	switch {
	case order.StickyFor() > 0:
		return fmt.Sprintf("The router keeps clients with the color they were given: those that reached %s may stay with it for up to %s.",
			order.To, cutover.Text(order.StickyFor()))
	case order.ClientTTL() > 0:
		return fmt.Sprintf("Clients follow within %s; until then some are where they were sent before.", cutover.Text(order.ClientTTL()))
	default:
		return ""
	}
}

// told runs the cutover, and tells of it: the log, the files of events and of
// progress, and whoever is to be notified.
func (a *applier) told(ctx context.Context, order cutover.Order) (cutover.Outcome, error) {
	events, notices := a.events.Of(ctx, a.name), a.catalog.notifications(ctx, a.sessions, a.config)
	lines := a.progress.With(ctx, progress.New(a.name, order.Timetable()).Line)
	defer events.Warn(a.diags)
	defer lines.Warn(a.diags)
	defer notices.warn(a.diags)
	outcome, err := cutover.Run(ctx, order, func(e cutover.Event) {
		events.Write(e)
		lines.Write(e)
		notices.publish(ctx, e)
	})
	if outcome.Bug != nil {
		a.diags.AddWarning("A Bug In The Provider", diagnose.Sentence(outcome.Bug)+
			" The cutover went on. Who was to be told of it may not have been: look at its result here.")
	}
	logBug(ctx, errors.Join(err, outcome.Bug))
	return outcome, err
}

// logBug leaves where a panic was, for whoever gets the report.
func logBug(ctx context.Context, err error) {
	var bug *cutover.PanicError
	if errors.As(err, &bug) {
		tflog.Error(ctx, "a bug in the provider", map[string]any{
			"call": remotetext.Clean(bug.Call), "panic": remotetext.Clean(bug.Value), "stack": remotetext.Page(bug.Stack),
		})
	}
}
