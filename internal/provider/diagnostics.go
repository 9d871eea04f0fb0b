package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// addError adds a diagnostic for each error that err joins, on the attribute
// that causes it where one does.
func addError(diags *diag.Diagnostics, err error) {
	for _, one := range flatten(err) {
		diags.Append(diagnose(one))
	}
}

func diagnose(err error) diag.Diagnostic {
	var attribute *router.AttributeError
	if errors.As(err, &attribute) {
		return errorAt(attributePath(err, attribute), attribute.Summary, sentence(attribute.Err))
	}
	var kind *kindError
	if errors.As(err, &kind) {
		return errorAt(path.Root(kind.kind), summary(err), sentence(kind.err))
	}
	return diag.NewErrorDiagnostic(summary(err), sentence(err))
}

// warnUnread tells why a refresh has left the weights unset.
func warnUnread(diags *diag.Diagnostics, err error) {
	var parts []string
	for _, one := range flatten(err) {
		d := diagnose(one)
		parts = append(parts, d.Summary()+": "+d.Detail())
	}
	diags.AddAttributeWarning(path.Root("weights"), "Weights Not Read", strings.Join(parts, "\n\n")+
		"\n\nA plan over the same routers fails until this is mended. To let go of one that no longer exists, take it, or the switch, "+
		"out of the configuration; to destroy all, add -refresh=false.")
}

// errorAt is an error on an attribute. Terraform shows the line of an attribute
// only when it is not nested, and else that of the whole resource: so the
// error is put on the outermost one, and says which is meant.
func errorAt(at path.Path, summary, detail string) diag.Diagnostic {
	steps := at.Steps()
	if len(steps) < 2 {
		return diag.NewAttributeErrorDiagnostic(at, summary, detail)
	}
	outermost := extend(path.Empty(), at.ParentPath())
	for len(outermost.Steps()) > 1 {
		outermost = outermost.ParentPath()
	}
	return diag.NewAttributeErrorDiagnostic(outermost, summary, detail+"\n\nThe attribute is "+at.String()+".")
}

// summary says in title case what did not happen.
func summary(err error) string {
	switch {
	case errors.Is(err, cloud.ErrConfig):
		return "Provider Block Not Valid"
	case errors.Is(err, cloud.ErrCredentials):
		return "Credentials Not Accepted"
	case errors.Is(err, cloud.ErrAccessDenied):
		return "Access Denied"
	case errors.Is(err, traffic.ErrNotFound):
		return "Router Or Backend Not Found"
	case errors.Is(err, traffic.ErrNoWeight):
		return "Router Sends Nothing To Either Color"
	default:
		return "Router Not Read"
	}
}

// attributePath leads to the attribute that an AttributeError means.
func attributePath(err error, attribute *router.AttributeError) path.Path {
	base := path.Empty()
	var kind *kindError
	if attribute.In != router.InRouter {
		base = base.AtName(string(attribute.In))
	}
	if errors.As(err, &kind) {
		base = base.AtName(kind.kind)
	}
	return extend(base, attribute.Path)
}

// extend appends a path to another.
func extend(base, more path.Path) path.Path {
	for _, step := range more.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			base = base.AtName(string(step))
		case path.PathStepElementKeyInt:
			base = base.AtListIndex(int(step))
		case path.PathStepElementKeyString:
			base = base.AtMapKey(string(step))
		case path.PathStepElementKeyValue:
			base = base.AtSetValue(step.Value)
		}
	}
	return base
}

// flatten returns the errors that err joins, however deep, each still within
// the kind of router that it came from.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if kind, ok := err.(*kindError); ok { //nolint:errorlint // The wrapper itself is meant, to be put around each part.
		var all []error
		for _, one := range flatten(kind.err) {
			all = append(all, &kindError{kind.kind, one})
		}
		return all
	}
	joined, ok := err.(interface{ Unwrap() []error }) // one deeper down belongs to its wrapper
	if !ok || err.Error() != errors.Join(joined.Unwrap()...).Error() {
		return []error{err} // It says something of its own: it is one error with several causes.
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, flatten(one)...)
	}
	return all
}

var (
	// packagePrefix is the name of the package that an error came from.
	packagePrefix = regexp.MustCompile(`^[a-z0-9]+: `)
	// innerPrefix is that of a package beneath it.
	innerPrefix = regexp.MustCompile(`([:,;] )(?:[a-z]*cloud|cutover|router|traffic): `)
	// plainWord begins a sentence; an identifier keeps its letters.
	plainWord = regexp.MustCompile(`^[a-z]+(?:[ ,:;.]|$)`)
)

// sentence turns an error into a sentence for people: without the names of the
// packages that it came from, capital first, with a full stop.
func sentence(err error) string {
	text := strings.TrimSpace(packagePrefix.ReplaceAllString(err.Error(), ""))
	text = innerPrefix.ReplaceAllString(text, "$1")
	if plainWord.MatchString(text) && !isIdentifier(text) {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// isIdentifier tells whether a text begins with a name such as arn:aws:elb or
// unix:///run/haproxy.sock.
func isIdentifier(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	return strings.Contains(strings.TrimSuffix(word, ":"), ":")
}

// abortDiagnostic tells what became of a cutover that was not promoted: what
// was seen, where traffic is now, and what to do next.
func abortDiagnostic(err *cutover.AbortError, linger string) diag.Diagnostic {
	parts := []string{
		fmt.Sprintf("The cutover from %s to %s ended at %s: %s", err.From, err.To, err.Point(), reason(err)),
	}
	if table := readingsTable(err.Cause); table != "" {
		parts = append(parts, table)
	}
	parts = append(parts, whereNow(err))
	if linger != "" && err.Result != cutover.Refused {
		parts = append(parts, linger)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("active_color"), abortSummary(err.Outcome), strings.Join(append(parts, nextStep(err)), "\n\n"))
}

// readingsTable shows the measurements that decided, a line each.
func readingsTable(cause error) string {
	var lines []string
	for _, one := range flatten(cause) {
		var watch *cutover.WatchError
		if !errors.As(one, &watch) || errors.Is(one, traffic.ErrConflict) { // nothing measured has failed
			continue
		}
		for _, r := range watch.Readings {
			line := fmt.Sprintf("  %s  %-8s %-14s %-12s %s", r.Time.UTC().Format(time.TimeOnly), r.Stage, watch.Monitor, r.Verdict, r.Value)
			if r.Err != nil && r.Verdict == cutover.Inconclusive {
				line += " " + r.Err.Error()
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
	case heldWhole(o):
		return "Cutover Held, Traffic Has Moved"
	case o.Result == cutover.Held:
		return "Cutover Held, Traffic Is Divided"
	case o.Result == cutover.Stopped:
		return "Cutover Stopped: A Router Was Changed By Someone Else"
	default:
		return "ROLLBACK FAILED: TRAFFIC IS NOT WHERE IT WAS"
	}
}

// reason is what ended a cutover, in words.
func reason(err *cutover.AbortError) string {
	switch {
	case errors.Is(err.Ended, context.Canceled):
		return "The run was cancelled."
	case err.Ended != nil:
		return "The timeout ended. " + sentence(err.Cause)
	default:
		return sentence(err.Cause)
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

func whereNow(err *cutover.AbortError) string {
	now := "Traffic now: " + err.Where() + "."
	switch {
	case err.Result == cutover.Refused:
		return "No traffic moved. " + now
	case err.Result == cutover.RolledBack:
		return "Traffic is back as it was found: " + err.Where() + "." + stillDivided(err)
	case err.Result == cutover.Held:
		return "Traffic stays where it was when the analysis failed, as on_failure says: " + err.Where() + "."
	case err.Result == cutover.Stopped && errors.Is(err.Cause, traffic.ErrConflict):
		return now // Rollback says what Cause has said.
	default:
		return now + "\n\n" + sentence(err.Rollback)
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

func nextStep(err *cutover.AbortError) string {
	switch {
	case errors.Is(err.Cause, traffic.ErrConflict) && err.Result == cutover.Refused:
		return "The live weights are not those that the plan was made from. Plan again, and look at what changed them."
	case err.Result == cutover.Stopped:
		return "The router that someone else changed was left alone; all others are as they were found. " +
			"Find out who changes it, then plan again: the plan shows the live weights."
	case heldWhole(err.Outcome):
		return fmt.Sprintf("To stay there, apply with active_color = %q again: nothing is left to move, and the bake is not repeated. To go back%s, apply with %q.",
			err.To, atOnce(err), err.From)
	case err.Result == cutover.Held:
		return fmt.Sprintf("To go on from here, apply with active_color = %q again; to go back%s, with %q.", err.To, atOnce(err), err.From)
	case err.Result == cutover.RollbackFailed:
		return fmt.Sprintf("Look at the routers now. To put traffic back, apply with active_color = %q again, or set the weights "+
			"by hand; the next plan shows the live weights and goes on from them in either direction.", err.From)
	case errors.Is(err.Ended, context.Canceled):
		return "State has what is true, so the next plan proposes the cutover again."
	default:
		return "State has what is true, so the next plan proposes the cutover again. Mend what is named above first."
	}
}
