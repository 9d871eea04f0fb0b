package diagnose

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Abort tells what became of a cutover that was not promoted: what
// was seen, where traffic is now, and what to do next.
func Abort(err *cutover.AbortError, create bool, stragglers string) diag.Diagnostic {
	parts := []string{
		fmt.Sprintf("The cutover from %s to %s ended at %s: %s", err.From, err.To, err.Point(), Reason(err)),
	}
	if table := readingsTable(err.Cause); table != "" {
		parts = append(parts, table)
	}
	parts = append(parts, WhereNow(err))
	if stragglers != "" && err.Result != cutover.Refused {
		parts = append(parts, stragglers)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("active_color"), abortSummary(err.Outcome), strings.Join(append(parts, nextStep(err, create)), "\n\n"))
}

// readingsTable shows the measurements that decided, a line each.
func readingsTable(cause error) string {
	var lines []string
	for _, one := range Flatten(cause) {
		var watch *cutover.WatchError
		if !errors.As(one, &watch) || errors.Is(one, traffic.ErrConflict) { // nothing measured has failed
			continue
		}
		for _, r := range watch.Readings {
			line := fmt.Sprintf("  %s  %-8s %-14s %-12s %s", r.Time.UTC().Format(time.TimeOnly), r.Stage, watch.Monitor, r.Verdict, r.Value)
			if r.Err != nil && r.Verdict == cutover.Inconclusive {
				line += " " + remotetext.Clean(r.Err.Error())
			}
			lines = append(lines, strings.TrimRight(line, " "))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return "What was measured (UTC):\n\n" + strings.Join(lines, "\n")
}

func abortSummary(o cutover.Outcome) string {
	switch {
	case o.Result == cutover.Refused:
		return "Cutover Refused, No Traffic Moved"
	case o.Result == cutover.RolledBack:
		return "Cutover Rolled Back"
	case nothingBefore(o):
		return "Cutover Failed, Traffic Stays Where It Went"
	case heldWhole(o):
		return "Cutover Held, Traffic Has Moved"
	case o.Result == cutover.Held:
		return "Cutover Held, Traffic Is Divided"
	case o.Result == cutover.Stopped:
		return "Cutover Stopped: A Router Was Changed By Someone Else"
	case len(unknown(o)) > 0 && !elsewhere(o):
		return "ROLLBACK NOT CONFIRMED: WHERE TRAFFIC IS NOW IS NOT KNOWN"
	default:
		return "ROLLBACK FAILED: TRAFFIC IS NOT WHERE IT WAS"
	}
}

// unknown are the routers that gave no answer.
func unknown(o cutover.Outcome) []string {
	var names []string
	for _, p := range o.Traffic {
		if !p.Known {
			names = append(names, p.Member)
		}
	}
	return names
}

// elsewhere tells whether a router is known to have other weights than it was
// found with, or not to obey those.
func elsewhere(o cutover.Outcome) bool {
	known := 0
	for _, p := range o.Traffic {
		if p.Known && p.Weights != p.Found {
			return true
		}
		if p.Known {
			known++
		}
	}
	return known == len(o.Traffic)
}

// nothingBefore tells whether a cutover failed that began where nobody was
// served, so that a router keeps what it got.
func nothingBefore(o cutover.Outcome) bool {
	return o.Result == cutover.Held && slices.ContainsFunc(o.Traffic, func(p cutover.Position) bool { return p.Found.None() })
}

// Reason is what ended a cutover, in words.
func Reason(err *cutover.AbortError) string {
	switch {
	case errors.Is(err.Ended, cutover.ErrAbandoned):
		return "Terraform is gone: it was killed, or lost its terminal or the reader of its output."
	case errors.Is(err.Ended, context.Canceled):
		return "The run was cancelled."
	case err.Ended != nil:
		return "The timeout ended. " + Sentence(err.Cause)
	default:
		return Sentence(err.Cause)
	}
}

// stillDivided warns when the cutover began, and so ended, between the colors.
func stillDivided(err *cutover.AbortError) string {
	for _, p := range err.Traffic {
		if p.Weights.Of(err.To) > 0 {
			return fmt.Sprintf(" It was already divided then: %s still has traffic.", err.To)
		}
	}
	return ""
}

// WhereNow says where a cutover that was not promoted has left traffic.
func WhereNow(err *cutover.AbortError) string {
	now := "Traffic now: " + err.Where() + "."
	switch {
	case err.Result == cutover.Refused:
		return "No traffic moved. " + now
	case err.Result == cutover.RolledBack:
		return "Traffic is back as it was found: " + err.Where() + "." + stillDivided(err)
	case nothingBefore(err.Outcome):
		return fmt.Sprintf("Nobody was served before the cutover, so there is nothing to go back to, and traffic stays where it went: %s.", err.Where())
	case err.Result == cutover.Held:
		return "Traffic stays where it was when the analysis failed, as on_failure says: " + err.Where() + "."
	case err.Result == cutover.Stopped && errors.Is(err.Cause, traffic.ErrConflict):
		return now // Rollback says what Cause has said.
	case len(unknown(err.Outcome)) > 0:
		return fmt.Sprintf("Where traffic is now is not known in %s: there was no answer, and the rollback may or may not have been done. "+
			"All that is known: %s.\n\n%s", strings.Join(unknown(err.Outcome), ", "), err.Where(), Sentence(err.Rollback))
	default:
		return now + "\n\n" + Sentence(err.Rollback)
	}
}

// heldWhole tells whether a cutover was held in its bake: nothing is divided
// any more, and nothing is left to move.
func heldWhole(o cutover.Outcome) bool {
	for _, p := range o.Traffic {
		if !p.Known || p.Weights != traffic.All(o.To) {
			return false
		}
	}
	return o.Result == cutover.Held
}

// atOnce is how fast a held cutover goes back: a color that has no traffic any
// more is a cutover away, unless the rollback window says otherwise.
func atOnce(err *cutover.AbortError) string {
	for _, p := range err.Traffic {
		if p.Weights.Of(err.From) == 0 {
			return " (by steps, unless within rollback_window)"
		}
	}
	return " at once"
}

func nextStep(err *cutover.AbortError, create bool) string {
	if create {
		return nextCreate(err)
	}
	switch {
	case errors.Is(err.Cause, traffic.ErrConflict) && err.Result == cutover.Refused:
		return "The live weights are not those that the plan was made from. Plan again, and look at what changed them."
	case err.Result == cutover.Stopped:
		return "The router that someone else changed was left alone; all others are as they were found. " +
			"Find out who changes it, then plan again: the plan shows the live weights."
	case nothingBefore(err.Outcome):
		return fmt.Sprintf("Mend what is named above. To stay there, apply with active_color = %q again; to send traffic to %s, apply with %q.", err.To, err.From, err.From)
	case heldWhole(err.Outcome):
		return fmt.Sprintf("To stay there, apply with active_color = %q again: nothing is left to move, and the bake is not repeated. To go back%s, apply with %q.",
			err.To, atOnce(err), err.From)
	case err.Result == cutover.Held:
		return fmt.Sprintf("To go on from here, apply with active_color = %q again; to go back%s, with %q.", err.To, atOnce(err), err.From)
	case err.Result == cutover.RollbackFailed && len(unknown(err.Outcome)) > 0:
		return fmt.Sprintf("To find out, run terraform plan -var active_color=%s (or however you set it): it reads the live weights, and shows them as the "+
			"prior value of weights. When the router answers again and traffic is not where it was, apply that plan, or set the weights by hand.", err.From)
	case err.Result == cutover.RollbackFailed:
		return fmt.Sprintf("Look at the routers now. To put traffic back, apply with active_color = %q again, or set the weights "+
			"by hand; the next plan shows the live weights and goes on from them in either direction.", err.From)
	case errors.Is(err.Ended, context.Canceled):
		return "State has what is true, so the next plan proposes the cutover again."
	default:
		return "State has what is true, so the next plan proposes the cutover again. Mend what is named above first."
	}
}

// nextCreate is what to do after a create, which saves nothing unless it
// promotes: the next apply creates the switch, and knows nothing of this one.
func nextCreate(err *cutover.AbortError) string {
	unsaved := "The switch is not in state: nothing was saved, and an apply creates it anew."
	switch {
	case errors.Is(err.Cause, traffic.ErrConflict) && err.Result == cutover.Refused:
		return unsaved + " The live weights are not those that the plan was made from. Plan again, and look at what changed them."
	case heldWhole(err.Outcome):
		return unsaved + fmt.Sprintf(" To stay there, apply with active_color = %q again: that moves nothing, and the bake is not repeated. "+
			"To go back by its steps, apply with %q.", err.To, err.From)
	case err.Result == cutover.Held:
		return unsaved + fmt.Sprintf(" To go on from here, apply with active_color = %q again; to go back, with %q, "+
			"by the steps that are left.", err.To, err.From)
	case err.Result == cutover.Stopped:
		return unsaved + " The router that someone else changed was left alone; all others are as they were found. " +
			"Find out who changes it, then plan again: the plan shows the live weights."
	case err.Result == cutover.RollbackFailed:
		return unsaved + fmt.Sprintf(" Look at the routers now. To put traffic back, apply with active_color = %q, or set the weights by hand; "+
			"the next plan shows the live weights and goes on from them in either direction.", err.From)
	case errors.Is(err.Ended, context.Canceled):
		return unsaved
	default:
		return unsaved + " Mend what is named above first."
	}
}
