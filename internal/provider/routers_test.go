package provider_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// spared is a switch's configuration with a second kind of router.
func spared() map[string]any {
	spare := map[string]any{"name": "s"}
	more := map[string]any{"spare": spare}
	for _, c := range traffic.Colors() {
		e := environment(c, "1", c.String())
		e["spare"] = spare
		more[c.String()] = e
	}
	return more
}

// TestRefusedWithoutARouter takes a router out of the switch together with a
// cutover that is refused: the next refresh must not look for what is in
// neither environment any more.
func TestRefusedWithoutARouter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, s := traffictest.NewMemory(traffic.All(traffic.Blue)), traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m, memoryKind("spare", s))
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, spared())))
		m.SetHealth(traffic.Green, traffic.Health{Total: 1})
		wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Green, nil)), "Cutover Refused")
		wantClean(t, i.refresh(t))
		if w := i.weights(t); w != traffic.All(traffic.Blue) {
			t.Errorf("state has %s", w)
		}
		m.SetHealth(traffic.Green, traffic.Health{Healthy: 1, Total: 1})
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, nil)))
		if m.Live() != traffic.All(traffic.Green) || s.Live() != traffic.All(traffic.Blue) {
			t.Errorf("memory %s, spare %s", m.Live(), s.Live())
		}
	})
}

// TestRefusedBeforeARouterAnswered adds a router that does not say where it
// sends traffic. State must not say so by what the others have.
func TestRefusedBeforeARouterAnswered(t *testing.T) {
	t.Parallel()
	m, s := traffictest.NewMemory(traffic.All(traffic.Green)), traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m, memoryKind("spare", s))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, nil)))
	s.Before = func(_ context.Context, call string) error {
		if call == traffictest.CallWeights {
			return errs.Package("memory").New("nobody answers")
		}
		return nil
	}
	wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Green, spared())), "Cutover Refused")
	s.Before = nil
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, spared()))) // as with -refresh=false
	if s.Live() != traffic.All(traffic.Green) {
		t.Errorf("the added router has %s", s.Live())
	}
}

// TestDeadRouterIsTakenOut has a router that answers nobody any more. It stops
// a plan that is for it, but not one that leaves it out: whoever does that
// may be in a hurry to move what still lives.
func TestDeadRouterIsTakenOut(t *testing.T) {
	t.Parallel()
	m, s := traffictest.NewMemory(traffic.All(traffic.Blue)), traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m, memoryKind("spare", s))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, spared())))
	s.Before = func(_ context.Context, call string) error {
		dead := errs.Package("memory").New("nobody answers")
		if call != traffictest.CallInspect {
			return dead
		}
		return &router.AttributeError{In: router.InRouter, Path: path.Root("name"), Summary: "Router Unreachable", Err: dead}
	}
	wantSaid(t, i.refresh(t), "Weights Not Read", "Router Unreachable: Nobody answers", "The attribute is spare.name")
	wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Blue, spared())), "Router Unreachable")
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, nil)))
	if w := i.weights(t); w != traffic.All(traffic.Green) {
		t.Errorf("state has %s", w)
	}
}

// TestRouterNotRead has one that fails for reasons of its own, as a region whose
// API is down: a refresh warns, and state does not say what nobody knows.
func TestRouterNotRead(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	m.Before = func(context.Context, string) error { return errs.Package("memory").New("too many calls") }
	said := i.refresh(t)
	wantSaid(t, said, "Weights Not Read", "Router Not Read")
	if said[0].Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Error("it is an error")
	}
	if w := i.attribute(t, "weights"); !strings.HasSuffix(w, "<null>") {
		t.Errorf("state has the weights %s", w)
	}
	wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)), "Router Not Read")
	m.Before = nil
	wantClean(t, i.refresh(t))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	if w := i.weights(t); w != traffic.All(traffic.Blue) {
		t.Errorf("state has %s", w)
	}
}
