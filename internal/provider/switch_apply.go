package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Create implements resource.Resource. A cutover that does not promote saves
// nothing: a tainted switch would be replaced.
func (r *switchResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	a := r.applier(ctx, req.Plan, req.Config, nil, &resp.Diagnostics)
	if a == nil {
		return
	}
	order, needed := a.agree(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	if needed && !a.run(ctx, order, true) {
		return
	}
	a.remember(ctx, resp.Private)
	resp.Diagnostics.Append(resp.State.Set(ctx, a.plan.value(a.diags))...)
}

// Update implements resource.Resource. After a cutover that does not promote,
// state has what it had before, with the routers and what was released behind
// them, and where traffic is.
func (r *switchResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	a := r.applier(ctx, req.Plan, req.Config, req.State, &resp.Diagnostics)
	if a == nil {
		return
	}
	readPrivate(ctx, req.Private, historyKey, &a.past, a.diags)
	readPrivate(ctx, req.Private, disturbedKey, &a.disturbed, a.diags)
	if !a.sameRouters() {
		a.past = history{} // of other backends
	}
	var approved *approval
	if value := (approval{}); readPrivate(ctx, req.Private, approvalKey, &value, a.diags) {
		approved = &value
	}
	a.update(ctx, approved)
	writePrivate(ctx, resp.Private, approvalKey, nil, a.diags)
	a.remember(ctx, resp.Private)
	resp.Diagnostics.Append(resp.State.Set(ctx, a.state.value(a.diags))...)
}

// applier carries out the plan of one switch.
type applier struct {
	planner
	name string
	// state is what is saved: the prior state, and the plan once it is done.
	state *object
	// found is where traffic was seen last; nil when nobody looked, or the
	// routers did not answer.
	found *sighting
}

// remember keeps what the next plan must know. That traffic was disturbed it
// must, until state has heard of the versions.
func (a *applier) remember(ctx context.Context, p private) {
	writePrivate(ctx, p, historyKey, a.past, a.diags)
	if a.disturbed == "" {
		writePrivate(ctx, p, disturbedKey, nil, a.diags)
	}
	if a.found != nil {
		writePrivate(ctx, p, sightingKey, a.found, a.diags)
	}
}

func (r *switchResource) applier(ctx context.Context, planned, config, prior source, diags *diag.Diagnostics) *applier {
	plan := readObject(ctx, planned, diags)
	if plan == nil {
		return nil
	}
	a := &applier{
		planner: planner{configured: r.configured, plan: plan, config: readObject(ctx, config, diags), past: history{}, now: time.Now(), diags: diags},
		name:    plan.str("name"),
	}
	if prior != nil {
		a.prior = readObject(ctx, prior, diags)
		a.state = a.prior
	}
	plan.set("id", plan.values["name"])
	if diags.HasError() {
		return nil
	}
	return a
}

// update does what was approved, or what was known only now.
func (a *applier) update(ctx context.Context, approved *approval) {
	a.protectActive() // a version may be known only now
	if a.diags.HasError() {
		return
	}
	var order cutover.Order
	needed := false
	switch {
	case approved != nil:
		order, needed = a.approvedOrder(ctx, approved), true
	case !a.plan.known(ctx, "cutover"):
		order, needed = a.agree(ctx)
	}
	if a.diags.HasError() || (needed && !a.run(ctx, order, false)) {
		return
	}
	a.state, a.disturbed = a.plan, ""
}

// approvedOrder is the order that the user saw in the plan.
func (a *applier) approvedOrder(ctx context.Context, approved *approval) cutover.Order {
	members, err := a.open(ctx, a.plan)
	if err != nil {
		addError(a.diags, err)
		return cutover.Order{}
	}
	if len(members) != len(approved.Found) {
		a.diags.AddError("Routers Changed Since The Plan", fmt.Sprintf(
			"No traffic moved. The plan was for %d routers, and there are %d now. Plan again.", len(approved.Found), len(members)))
		return cutover.Order{}
	}
	order := a.orderOf(ctx, a.plan, a.config, members, a.diags)
	order.Found, order.AtOnce, order.NotPersisted = approved.Found, approved.AtOnce, approved.NotPersisted
	order.Facts = approved.Facts
	return order
}

// agree makes the order from where the routers stand now, and stops unless
// that is what the plan said, where the plan could say.
func (a *applier) agree(ctx context.Context) (order cutover.Order, needed bool) {
	planned, known := a.plannedLines(ctx)
	a.complete()
	order, err := a.order(ctx)
	if err != nil {
		addError(a.diags, err)
		return order, false
	}
	a.found = newSighting(order.Routers, order.Found)
	a.schedule(ctx, order)
	if lines := order.Timetable().Lines(); known && !slices.Equal(planned, lines) {
		a.diags.AddAttributeError(path.Root("cutover"), "Routers Changed Since The Plan",
			fmt.Sprintf("No traffic moved. The plan was:\n\n  %s\n\nbut now it would be:\n\n  %s\n\nPlan again.",
				orNothing(planned), orNothing(lines)))
	}
	return order, order.Needed()
}

func orNothing(lines []string) string {
	if len(lines) == 0 {
		return "nothing to move"
	}
	return strings.Join(lines, "\n  ")
}

func (a *applier) plannedLines(ctx context.Context) (lines []string, known bool) {
	if !a.plan.known(ctx, "cutover") {
		return nil, false
	}
	decode(ctx, a.plan.values["cutover"], &lines, a.diags)
	return lines, true
}

// complete fills in what the plan could not know.
func (a *applier) complete() {
	to := traffic.Color(a.plan.str("active_color"))
	a.plan.set("idle_color", types.StringValue(to.Other().String()))
	a.plan.set("weights", weightsValue(traffic.All(to)))
}

// run is the cutover. It returns true when it promoted; the plan then is what
// to save.
func (a *applier) run(ctx context.Context, order cutover.Order, create bool) bool {
	ctx, cancel := context.WithTimeout(ctx, timeoutOf(ctx, a.plan, create, a.diags))
	defer cancel()
	outcome, err := a.told(ctx, order)
	var aborted *cutover.AbortError
	if errors.As(err, &aborted) {
		a.found = sightingOf(order.Routers, aborted.Traffic)
		a.diags.Append(abortDiagnostic(aborted, stragglers(order)))
		a.recordAbort(aborted)
		return false
	}
	for _, warning := range outcome.Warnings {
		a.diags.AddAttributeWarning(path.Root("drain"), "Open Work After Drain", sentence(errors.New(warning)))
	}
	a.found = sightingOf(order.Routers, outcome.Traffic)
	a.recordPromotion(order, outcome)
	return true
}

// told runs the cutover, and tells of it: the log, the event file, and whoever
// is to be notified.
func (a *applier) told(ctx context.Context, order cutover.Order) (cutover.Outcome, error) {
	events, notices := a.events.of(ctx, a.name), a.catalog.notifications(ctx, a.sessions, a.config)
	defer events.warn(a.diags)
	defer notices.warn(a.diags)
	outcome, err := cutover.Run(ctx, order, func(e cutover.Event) {
		events.write(e)
		notices.publish(ctx, e)
	})
	if outcome.Bug != nil {
		a.diags.AddWarning("A Bug In The Provider", sentence(outcome.Bug)+
			" The cutover went on. Who was to be told of it may not have been: look at its result here.")
	}
	logBug(ctx, errors.Join(err, outcome.Bug))
	return outcome, err
}

// logBug leaves where a panic was, for whoever gets the report.
func logBug(ctx context.Context, err error) {
	var bug *cutover.PanicError
	if errors.As(err, &bug) {
		tflog.Error(ctx, "a bug in the provider", map[string]any{"call": bug.Call, "panic": bug.Value, "stack": bug.Stack})
	}
}
