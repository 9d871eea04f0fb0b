package provider_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// secretly is a kind whose things need a secret, and then are what of says.
func secretly[T any](name string, of func(err error) (T, error)) block.Kind[T] {
	attribute := schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"token_env": schema.StringAttribute{Required: true}}}
	return block.New(name, attribute, func(_ context.Context, _ *session.Sessions, c secretConfig) (T, error) {
		_, err := block.Secret("token", types.StringNull(), c.TokenEnv)
		return of(err)
	})
}

func meterKind() block.Kind[metric.Metric] {
	return secretly("meter", func(err error) (metric.Metric, error) { return zero{}, err })
}

// guard is a gate of a return at once as well.
type guard struct{ readyGate }

func (guard) Safeguards() {}

func guardKind() block.Kind[check.Check] {
	return secretly("guard", func(err error) (check.Check, error) {
		if err != nil {
			return nil, &check.SafeguardError{Err: err}
		}
		return guard{}, nil
	})
}

// mail is a notification that arrives.
type mail struct{}

func (mail) Notify(context.Context, notify.Notice) error { return nil }

func mailKind() block.Kind[notify.Notifier] {
	return secretly("mail", func(err error) (notify.Notifier, error) { return mail{}, err })
}

// needing is a switch with everything that can need a secret, each one of its
// own.
func needing() map[string]any {
	secret := func(name string) map[string]any { return map[string]any{"token_env": "BLUEGREEN_TEST_" + name} }
	more := map[string]any{
		"rollback_window": "1h", "bake": "1s",
		"gates":    map[string]any{"open": map[string]any{"secret": secret("GATE")}, "schema": map[string]any{"guard": secret("GUARD")}},
		"analysis": map[string]any{"metrics": map[string]any{"errors": map[string]any{"meter": secret("METRIC"), "max": 1}}},
		"notify":   map[string]any{"oncall": map[string]any{"mail": secret("NOTICE")}},
	}
	for _, c := range traffic.Colors() {
		e := environment(c, "1", c.String())
		e["fitness"] = `{"format":1,"checks":{"smoke":{"secret":{"token_env":"BLUEGREEN_TEST_CHECK"}}},"prewarm":{"token_env":"BLUEGREEN_TEST_PREWARM"}}`
		more[c.String()] = e
	}
	return more
}

var secrets = []string{"GATE", "GUARD", "METRIC", "NOTICE", "CHECK", "PREWARM"}

// textOf is all that is said with a severity.
func textOf(said []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity) string {
	var text strings.Builder
	for _, d := range said {
		if d.Severity == severity {
			text.WriteString(d.Summary + ": " + d.Detail + "\n")
		}
	}
	return text.String()
}

// wantMissed fails unless exactly these secrets are missed.
func wantMissed(t *testing.T, text string, names ...string) {
	t.Helper()
	for _, name := range secrets {
		want := false
		for _, one := range names {
			want = want || one == name
		}
		if got := strings.Contains(text, "BLUEGREEN_TEST_"+name+" is not set"); got != want {
			t.Errorf("%s is missed: %t, in %s", name, got, text)
		}
	}
}

// TestReturnAtOnceNeedsNoSecrets of what it does not ask (row 25): the emergency
// rollback works where only the router's credentials are. What would ask for one
// is refused, and what only tells is a warning.
func TestReturnAtOnceNeedsNoSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m)
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, needing()))) // nothing moves
		said := i.apply(t.Context(), t, configured(t, traffic.Green, needing()))
		wantMissed(t, textOf(said, tfprotov6.DiagnosticSeverityError), "GATE", "GUARD", "METRIC", "CHECK", "PREWARM")
		wantMissed(t, textOf(said, tfprotov6.DiagnosticSeverityWarning), "NOTICE")
		for _, name := range secrets {
			if name != "NOTICE" {
				t.Setenv("BLUEGREEN_TEST_"+name, "s3cret")
			}
		}
		said = i.apply(t.Context(), t, configured(t, traffic.Green, needing()))
		wantMissed(t, textOf(said, tfprotov6.DiagnosticSeverityError))
		wantSaid(t, said, "Notification Cannot Be Sent", "Notification Not Delivered", "The cutover went on without it")
		if m.Live() != traffic.All(traffic.Green) {
			t.Fatalf("traffic is %s", m.Live())
		}
		for _, name := range secrets {
			t.Setenv("BLUEGREEN_TEST_"+name, "")
		}
		wantMissed(t, textOf(i.apply(t.Context(), t, configured(t, traffic.Blue, needing())), tfprotov6.DiagnosticSeverityError), "GUARD")
		t.Setenv("BLUEGREEN_TEST_GUARD", "s3cret")
		said = i.apply(t.Context(), t, configured(t, traffic.Blue, needing()))
		wantMissed(t, textOf(said, tfprotov6.DiagnosticSeverityError))
		wantMissed(t, textOf(said, tfprotov6.DiagnosticSeverityWarning), "NOTICE")
		if m.Live() != traffic.All(traffic.Blue) || !strings.Contains(i.attribute(t, "cutover"), atOnce) {
			t.Errorf("traffic is %s after %s", m.Live(), i.attribute(t, "cutover"))
		}
	})
}

// TestPrewarmThatIsNotNeeded: the incoming color has traffic already.
func TestPrewarmThatIsNotNeeded(t *testing.T) {
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, needing())))
	m.Interfere(traffic.Split(traffic.Green, 50))
	wantClean(t, i.refresh(t))
	_, said := i.plannedAs(t, configured(t, traffic.Green, needing()))
	wantMissed(t, textOf(said, tfprotov6.DiagnosticSeverityError), "GATE", "GUARD", "METRIC", "CHECK")
}

// TestSecretGoneSincePlan is missed by the apply as well, before traffic moves.
func TestSecretGoneSincePlan(t *testing.T) {
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, needing())))
	for _, name := range secrets {
		t.Setenv("BLUEGREEN_TEST_"+name, "s3cret")
	}
	config := value(t, i.typ, configured(t, traffic.Green, needing()))
	planned := i.plan(t, config)
	wantClean(t, planned.Diagnostics)
	for _, name := range secrets {
		t.Setenv("BLUEGREEN_TEST_"+name, "")
	}
	said := i.applied(t.Context(), t, config, planned.PlannedState, planned.PlannedPrivate)
	wantMissed(t, textOf(said, tfprotov6.DiagnosticSeverityError), "GATE", "GUARD", "METRIC", "CHECK", "PREWARM")
	if m.Live() != traffic.All(traffic.Blue) {
		t.Errorf("traffic is %s", m.Live())
	}
}
