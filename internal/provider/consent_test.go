package provider_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// readyGate is a gate that always holds.
type readyGate struct{}

type readyConfig struct {
	URL types.String `tfsdk:"url"`
}

func (readyGate) Limit() time.Duration                     { return time.Second }
func (readyGate) Run(context.Context, check.Subject) error { return nil }

func readyKind(name string) block.Kind[check.Check] {
	attribute := schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"url": schema.StringAttribute{Required: true}}}
	return block.New(name, attribute, func(context.Context, *session.Sessions, readyConfig) (check.Check, error) { return readyGate{}, nil })
}

// replaced is a configuration with an unknown value in place of an attribute's.
func (i *instance) replaced(t *testing.T, config *tfprotov6.DynamicValue, path *tftypes.AttributePath) *tfprotov6.DynamicValue {
	t.Helper()
	v, err := config.Unmarshal(i.typ)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	v, err = tftypes.Transform(v, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if !at.Equal(path) {
			return v, nil
		}
		found = true
		return tftypes.NewValue(v.Type(), tftypes.UnknownValue), nil
	})
	if err != nil || !found {
		t.Fatal(path, err)
	}
	return dynamic(t, i.typ, v)
}

// attribute is the text of an attribute in state.
func (i *instance) attribute(t *testing.T, name string) string {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := i.state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes[name].String()
}

// TestGateKnownLater has a gate whose URL is known only in the apply: the plan
// must not show a timetable without it.
func TestGateKnownLater(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	text := configured(t, traffic.Green, map[string]any{"gates": map[string]any{"one": map[string]any{"ready": map[string]any{"url": "x"}}}})
	url := tftypes.NewAttributePath().WithAttributeName("gates").WithElementKeyString("one").WithAttributeName("ready").WithAttributeName("url")
	for what, path := range map[string]*tftypes.AttributePath{"the URL": url, "all gates": tftypes.NewAttributePath().WithAttributeName("gates")} {
		if lines := i.plans(t, i.replaced(t, value(t, i.typ, text), path))["cutover"]; lines.IsKnown() {
			t.Errorf("%s unknown: the plan has the timetable %s", what, lines)
		}
	}
	wantClean(t, i.apply(t.Context(), t, text))
	if lines := i.attribute(t, "cutover"); !strings.Contains(lines, "gates.one") {
		t.Errorf("the timetable is %s", lines)
	}
}

// applyKnownLater plans without blue's version, which only the apply knows, as
// that of a launch template is. Meanwhile happens in between.
func (i *instance) applyKnownLater(t *testing.T, text string, meanwhile func()) []*tfprotov6.Diagnostic {
	t.Helper()
	config := value(t, i.typ, text)
	version := tftypes.NewAttributePath().WithAttributeName("blue").WithAttributeName("version")
	unknown := i.replaced(t, config, version)
	planned := i.plan(t, unknown)
	if len(planned.Diagnostics) != 1 || planned.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Fatalf("want one warning, got %v", planned.Diagnostics)
	}
	wantSaid(t, planned.Diagnostics, "Version Known Too Late: blue has")
	whole, err := config.Unmarshal(i.typ)
	if err != nil {
		t.Fatal(err)
	}
	known, _, err := tftypes.WalkAttributePath(whole, version)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := planned.PlannedState.Unmarshal(i.typ)
	if err != nil {
		t.Fatal(err)
	}
	plan, err = tftypes.Transform(plan, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if at.Equal(version) {
			v, _ = known.(tftypes.Value)
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	meanwhile()
	return i.applied(t.Context(), t, config, dynamic(t, i.typ, plan), planned.PlannedPrivate)
}

// TestVersionKnownLater gives the active color a version that only the apply
// knows.
func TestVersionKnownLater(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	second := configured(t, traffic.Blue, map[string]any{"blue": environment(traffic.Blue, "2", "blue")})
	wantSaid(t, i.applyKnownLater(t, second, func() {}), "Active Environment Protected", `version "2"`)
}

// TestReturnKnownLater goes back to blue, whose version only the apply knows:
// whether it is what served is not known before.
func TestReturnKnownLater(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	version := tftypes.NewAttributePath().WithAttributeName("blue").WithAttributeName("version")
	for window, known := range map[string]bool{"1h": false, "0s": true} {
		more := map[string]any{"rollback_window": window}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, more)))
		back := i.replaced(t, value(t, i.typ, configured(t, traffic.Blue, more)), version)
		if lines := i.plans(t, back)["cutover"]; lines.IsFullyKnown() != known {
			t.Errorf("within %s the plan has the timetable %s", window, lines)
		}
	}
}

const atOnce = "was active a short while ago"

// TestReturnAfterAnEndElsewhere has a cutover end with all traffic on the color
// that it went to, although it did not promote: the other one was active until
// then.
func TestReturnAfterAnEndElsewhere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m)
		more := map[string]any{"rollback_window": "1h", "steps": []any{map[string]any{"weight": 50}}}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		var once atomic.Bool
		m.Before = func(_ context.Context, call string) error {
			if call == traffictest.CallWeights && once.CompareAndSwap(false, true) {
				m.Interfere(traffic.All(traffic.Green))
			}
			return nil
		}
		wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Green, more)), "Cutover Refused", "green 100")
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		if lines := i.attribute(t, "cutover"); !strings.Contains(lines, atOnce) {
			t.Errorf("the timetable is %s", lines)
		}
	})
}

// TestReturnIsToTheSameBackend gives blue another backend behind the same
// version: nobody has tried that one.
func TestReturnIsToTheSameBackend(t *testing.T) {
	t.Parallel()
	for what, between := range map[string]bool{"with the cutover": false, "before it": true} {
		i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
		more := map[string]any{"rollback_window": "1h", "steps": []any{map[string]any{"weight": 50}}}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, more)))
		more["blue"] = environment(traffic.Blue, "1", "other")
		if between {
			wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, more)))
		}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		if lines := i.attribute(t, "cutover"); strings.Contains(lines, atOnce) || !strings.Contains(lines, "step: blue 50") {
			t.Errorf("%s: the timetable is %s", what, lines)
		}
	}
}
