package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// recordPromotion writes into the plan what is to be saved. Where all traffic
// was with the color already, and only what a router keeps was set anew, there
// was no cutover to tell of.
func (a *applier) recordPromotion(order cutover.Order, outcome cutover.Outcome) {
	if furthest(order.Found, order.To) == traffic.All(order.To) {
		a.plan.set("last_cutover", a.lastCutover())
		return
	}
	a.past = a.leave(order, outcome)
	a.plan.set("last_cutover", lastCutoverValue(outcome, ""))
}

// leave is the history after a cutover: the color that it left may be returned
// to at once. That is earned by having had all traffic, and lost by being left
// at once: a release that never passed its steps, or that was fled from, goes
// through them again.
func (a *applier) leave(order cutover.Order, outcome cutover.Outcome) history {
	whole := furthest(order.Found, outcome.From) == traffic.All(outcome.From)
	if order.AtOnce || !whole {
		return history{}
	}
	return history{outcome.From: {Until: outcome.Finished, Version: versionOf(a.plan, outcome.From)}}
}

// recordAbort writes into state what became of a cutover that did not promote.
func (a *applier) recordAbort(aborted *cutover.AbortError) {
	if a.state == nil {
		return
	}
	var found []traffic.Weights
	for _, p := range aborted.Traffic {
		if p.Known {
			found = append(found, p.Weights)
		}
	}
	switch {
	case len(found) == len(aborted.Traffic) && len(found) > 0:
		was := traffic.Color(a.state.str("active_color"))
		recordWeights(a.state, found)
		a.past = a.past.after(was, a.state, aborted.Finished)
	case !a.sameRouters(): // the weights in state are of other routers than those that it gets
		a.state.set("weights", types.ObjectNull(weightsType))
	}
	a.recordRouters()
	if aborted.Result != cutover.Refused {
		a.state.set("last_cutover", lastCutoverValue(aborted.Outcome, reason(aborted)))
	}
}

// recordRouters writes into state which routers the weights are of, and what
// was released behind them: that is there, whatever became of traffic.
func (a *applier) recordRouters() {
	a.disturbed = ""
	for _, c := range traffic.Colors() {
		a.state.set(c.String(), a.plan.values[c.String()])
	}
	for _, k := range a.catalog.Routers {
		a.state.set(k.Name(), a.plan.values[k.Name()])
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
