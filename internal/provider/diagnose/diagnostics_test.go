package diagnose

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]string{
		errs.Package("awslb").New("reading listener x: no answer"):                            "Reading listener x: no answer.",
		errors.New("already a sentence" + "."):                                                "Already a sentence.",
		errors.New("arn:aws:elb:x: changed by someone else"):                                  "arn:aws:elb:x: changed by someone else.",
		fmt.Errorf("reading x: %w", errs.Package("awscloud").New("no valid AWS credentials")): "Reading x: no valid AWS credentials.",
		fmt.Errorf("reading x: %w", errs.Package("traffic").New("neither blue nor green")):    "Reading x: neither blue nor green.",
		errors.New("unix:///run/haproxy.sock: connection refused"):                            "unix:///run/haproxy.sock: connection refused.",
		errors.New("-5m0s is before it began"):                                                "-5m0s is before it began.",
		errors.New("not found: operation error, AccessDenied: x y"):                           "Not found: operation error, AccessDenied: x y.",
	} {
		if got := Sentence(err); got != want {
			t.Errorf("%q is said as %q, want %q", err, got, want)
		}
	}
}

func TestFlatten(t *testing.T) {
	t.Parallel()
	a, b, c := errors.New("a"), errors.New("b"), errors.New("c")
	aborted := &cutover.AbortError{Cause: a, Rollback: b}
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"none":    {nil, ""},
		"one":     {a, "a"},
		"joined":  {errors.Join(a, errors.Join(b, c)), "a|b|c"},
		"kinds":   {errors.Join(&KindError{"aws_lb", errors.Join(a, b)}, &KindError{"haproxy", c}), "aws_lb: a|aws_lb: b|haproxy: c"},
		"wrapped": {fmt.Errorf("with: %w", errors.Join(a, b)), "with: a\nb"},
		"abort":   {aborted, aborted.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var texts []string
			for _, one := range Flatten(tt.err) {
				texts = append(texts, one.Error())
			}
			if got := strings.Join(texts, "|"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDiagnose(t *testing.T) {
	t.Parallel()
	missing := &router.AttributeError{
		In: router.InGreen, Path: path.Root("target_group_arns").AtListIndex(1), Summary: "Target Group Not Found", Err: errors.New("gone"),
	}
	inRouter := &router.AttributeError{In: router.InRouter, Summary: "No Listener", Err: errors.New("empty")}
	for name, tt := range map[string]struct {
		err     error
		at      path.Path
		summary string
		detail  string
	}{
		"nested": {
			&KindError{"aws_lb", missing}, path.Root("green"), "Target Group Not Found",
			"Gone.\n\nThe attribute is green.aws_lb.target_group_arns[1].",
		},
		"block":       {&KindError{"aws_lb", inRouter}, path.Root("aws_lb"), "No Listener", "Empty."},
		"credentials": {&KindError{"aws_lb", session.Refine(session.ErrCredentials, "none")}, path.Root("aws_lb"), "Credentials Not Accepted", "None."},
		"denied":      {&KindError{"aws_lb", session.Refine(session.ErrAccessDenied, "no")}, path.Root("aws_lb"), "Access Denied", "No."},
		"not found":   {&KindError{"x", errs.Package("x").Errorf("y: %w", traffic.ErrNotFound)}, path.Root("x"), "Router Or Backend Not Found", "Y: not found."},
		"config":      {session.ErrConfig, path.Empty(), "Provider Block Not Valid", "The provider's block is not valid."},
		"no weight":   {traffic.ErrNoWeight, path.Empty(), "Router Sends Nothing To Either Color", "Neither blue nor green has any weight."},
		"other":       {errors.New("what"), path.Empty(), "Router Not Read", "What."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := One(tt.err)
			var at path.Path
			if with, ok := d.(diag.DiagnosticWithPath); ok {
				at = with.Path()
			}
			if at.String() != tt.at.String() || d.Summary() != tt.summary || d.Detail() != tt.detail {
				t.Errorf("got %s, %q, %q", at, d.Summary(), d.Detail())
			}
		})
	}
}

// TestAbortDiagnostic holds each way in which a cutover can end badly to what
// whoever is on call must know.
func TestAbortDiagnostic(t *testing.T) {
	t.Parallel()
	conflict := fmt.Errorf("arn:x: %w", &traffic.ConflictError{Want: traffic.All(traffic.Blue), Got: traffic.Split(traffic.Blue, 70)})
	for result, tt := range map[cutover.Result]struct {
		cause, ended, rollback error
		summary                string
		says                   []string
	}{
		cutover.Refused: {
			cause: conflict, summary: "Cutover Refused, No Traffic Moved",
			says: []string{"No traffic moved. Traffic now: blue 90, green 10.", "Plan again"},
		},
		cutover.RolledBack: {
			cause: context.Canceled, ended: context.Canceled, summary: "Cutover Rolled Back",
			says: []string{"The run was cancelled.", "Traffic is back as it was found: blue 90, green 10.", "proposes the cutover again"},
		},
		cutover.Stopped: {
			cause: conflict, rollback: conflict, summary: "Cutover Stopped: A Router Was Changed By Someone Else",
			says: []string{"found blue 70, green 30", "Traffic now: blue 90, green 10.", "left alone"},
		},
		cutover.Held: {
			cause: errors.New("too many errors"), summary: "Cutover Held, Traffic Is Divided",
			says: []string{"as on_failure says: blue 90, green 10.", `active_color = "green" again; to go back at once, with "blue"`},
		},
		cutover.RollbackFailed: {
			cause: errors.New("unhealthy"), rollback: errs.Package("awslb").New("denied"), summary: "ROLLBACK FAILED: TRAFFIC IS NOT WHERE IT WAS",
			says: []string{"Unhealthy.", "Traffic now: blue 90, green 10.", "Denied.", `active_color = "blue"`},
		},
	} {
		t.Run(string(result), func(t *testing.T) {
			t.Parallel()
			d := Abort(&cutover.AbortError{
				Outcome: cutover.Outcome{
					From: traffic.Blue, To: traffic.Green, Result: result,
					Traffic: []cutover.Position{{Member: "arn:x", Weights: traffic.Split(traffic.Blue, 90), Found: traffic.All(traffic.Blue), Known: true}},
				},
				Stage: cutover.StageStep, Cause: tt.cause, Ended: tt.ended, Rollback: tt.rollback,
			}, false, "")
			if d.Summary() != tt.summary {
				t.Errorf("the summary is %q", d.Summary())
			}
			for _, want := range tt.says {
				if !strings.Contains(d.Detail(), want) {
					t.Errorf("it does not say %q:\n%s", want, d.Detail())
				}
			}
		})
	}
}

// TestHeldInTheBake has no traffic left on the color that it came from, so that
// nothing is divided, nothing is left to do, and going back is a cutover.
func TestHeldInTheBake(t *testing.T) {
	t.Parallel()
	d := Abort(&cutover.AbortError{
		Outcome: cutover.Outcome{
			From: traffic.Blue, To: traffic.Green, Result: cutover.Held,
			Traffic: []cutover.Position{{Member: "arn:x", Weights: traffic.All(traffic.Green), Found: traffic.All(traffic.Blue), Known: true}},
		},
		Stage: cutover.StageBake, Cause: errors.New("too many errors"),
	}, false, "")
	says := d.Summary() + ": " + d.Detail()
	for _, want := range []string{"Cutover Held, Traffic Has Moved", "blue 0, green 100", "the bake is not repeated", "by steps, unless within rollback_window"} {
		if !strings.Contains(says, want) {
			t.Errorf("it does not say %q:\n%s", want, says)
		}
	}
	if strings.Contains(says, "at once") {
		t.Error(says)
	}
}

// TestUnknownIsNotElsewhere: a router that gave no answer may be anywhere, also
// back where it was.
func TestUnknownIsNotElsewhere(t *testing.T) {
	t.Parallel()
	blue := traffic.All(traffic.Blue)
	back := cutover.Position{Member: "arn:eu", Weights: blue, Found: blue, Known: true}
	silent := cutover.Position{Member: "arn:us", Found: blue}
	moved := cutover.Position{Member: "arn:ap", Weights: traffic.All(traffic.Green), Found: blue, Known: true}
	const unknown, failed = "ROLLBACK NOT CONFIRMED: WHERE TRAFFIC IS NOW IS NOT KNOWN", "ROLLBACK FAILED: TRAFFIC IS NOT WHERE IT WAS"
	for name, tt := range map[string]struct {
		traffic []cutover.Position
		summary string
		says    []string
	}{
		"silent":  {[]cutover.Position{back, silent}, unknown, []string{"not known in arn:us", "terraform plan -var active_color=blue", "blue 100, green 0 in arn:eu"}},
		"all":     {[]cutover.Position{silent}, unknown, []string{"not known in arn:us"}},
		"both":    {[]cutover.Position{moved, silent}, failed, []string{"not known in arn:us", "blue 0, green 100 in arn:ap", "terraform plan"}},
		"moved":   {[]cutover.Position{back, moved}, failed, []string{"Look at the routers now", `active_color = "blue"`}},
		"no heed": {[]cutover.Position{back}, failed, []string{"Look at the routers now"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Abort(&cutover.AbortError{
				Outcome: cutover.Outcome{From: traffic.Blue, To: traffic.Green, Result: cutover.RollbackFailed, Traffic: tt.traffic},
				Stage:   cutover.StageBake, Cause: errors.New("unhealthy"), Rollback: errors.New("arn:us: no answer"),
			}, false, "")
			if d.Summary() != tt.summary {
				t.Errorf("the summary is %q", d.Summary())
			}
			for _, want := range tt.says {
				if !strings.Contains(d.Detail(), want) {
					t.Errorf("it does not say %q:\n%s", want, d.Detail())
				}
			}
		})
	}
}

// TestNothingBefore: where nobody was served there is nothing to go back to.
func TestNothingBefore(t *testing.T) {
	t.Parallel()
	d := Abort(&cutover.AbortError{
		Outcome: cutover.Outcome{
			From: traffic.Blue, To: traffic.Green, Result: cutover.Held,
			Traffic: []cutover.Position{{Member: "arn:x", Weights: traffic.All(traffic.Green), Known: true}},
		},
		Stage: cutover.StageBake, Cause: errors.New("unhealthy"),
	}, false, "")
	says := d.Summary() + ": " + d.Detail()
	for _, want := range []string{
		"Cutover Failed, Traffic Stays Where It Went", "Nobody was served before the cutover", "there is nothing to go back to", "blue 0, green 100",
		`active_color = "green" again`, `to blue, apply with "blue"`,
	} {
		if !strings.Contains(says, want) {
			t.Errorf("it does not say %q:\n%s", want, says)
		}
	}
}
