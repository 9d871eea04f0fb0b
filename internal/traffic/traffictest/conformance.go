package traffictest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Fixture is one router under test, and what the suite does around it. The
// functions reach the router's other side: the double's state or the real
// thing, never the code under test.
type Fixture struct {
	// Router is the router under test. It sends everything to blue.
	Router traffic.Router
	// Live tells the weights as the other side has them.
	Live func() traffic.Weights
	// Interfere changes the weights as somebody else would.
	Interfere func(traffic.Weights)
	// Rest is all that the router has besides our two weights, in a form that
	// can be compared.
	Rest func() string
	// Remove makes the router, or the place in it, not exist.
	Remove func()
	// SetHealthy makes all targets of a color healthy, or none, and returns
	// when the other side sees it so. Nil when the router reads no health.
	SetHealthy func(c traffic.Color, healthy bool)
	// Uneven makes the raw weights such that percent cannot say them, 999 beside 1,
	// and Raw tells them, in a form that can be compared. Both are needed for a
	// traffic.Restorer; nil otherwise.
	Uneven func()
	Raw    func() string
	// Silence takes all weight from both colors, as somebody else would. Nil only
	// with NeverSilent.
	Silence func()
	// NeverSilent says why the router always serves one of the colors. Empty when
	// it need not.
	NeverSilent string
	// AllOrNothing is set when the router has no weights between 0 and 100.
	AllOrNothing bool
}

// Conformance runs the suite that every router passes. newFixture makes a new
// router for each test, and cleans up with t.Cleanup.
func Conformance(t *testing.T, newFixture func(t *testing.T) Fixture) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(t *testing.T, f Fixture)
	}{
		{"reads what is there", testRead},
		{"round trip", testRoundTrip},
		{"idempotent", testIdempotent},
		{"only ours changes", testOnlyOurs},
		{"conflict", testConflict},
		{"not found", testNotFound},
		{"canceled", testCanceled},
		{"refuses bad weights", testBadWeights},
		{"attach moves nothing", testAttach},
		{"health", testHealth},
		{"probe", testProbe},
		{"inspect", testInspect},
		{"refresh", testRefresh},
		{"reads side by side", testSideBySide},
		{"goes back to what was found", testRestore},
		{"no weight for either", testSilent},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, newFixture(t)) })
	}
}

// percents are the weights that the suite sets for green, ending at 0.
func (f Fixture) percents() []int {
	if f.AllOrNothing {
		return []int{100, 0}
	}
	return []int{1, 10, 33, 50, 99, 100, 99, 0}
}

func testRead(t *testing.T, f Fixture) {
	f.wantWeights(t, traffic.All(traffic.Blue))
	f.Interfere(traffic.All(traffic.Green))
	f.wantWeights(t, traffic.All(traffic.Green))
	if !f.AllOrNothing {
		f.Interfere(traffic.Split(traffic.Green, 25))
		f.wantWeights(t, traffic.Split(traffic.Green, 25))
	}
}

func testRoundTrip(t *testing.T, f Fixture) {
	from := traffic.All(traffic.Blue)
	for _, percent := range f.percents() {
		to := traffic.Split(traffic.Green, percent)
		f.mustSet(t, from, to)
		f.wantWeights(t, to)
		from = to
	}
}

func testIdempotent(t *testing.T, f Fixture) {
	to := traffic.All(traffic.Green)
	f.mustSet(t, traffic.All(traffic.Blue), to)
	f.mustSet(t, to, to)
	f.wantWeights(t, to)
}

func testOnlyOurs(t *testing.T, f Fixture) {
	f.attach(t)
	before, from := f.Rest(), traffic.All(traffic.Blue)
	for _, percent := range f.percents() {
		to := traffic.Split(traffic.Green, percent)
		f.mustSet(t, from, to)
		if after := f.Rest(); after != before {
			t.Fatalf("at %s the rest changed\nfrom %s\nto   %s", to, before, after)
		}
		from = to
	}
}

func testConflict(t *testing.T, f Fixture) {
	f.Interfere(traffic.All(traffic.Green))
	err := f.Router.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.All(traffic.Green))
	var conflict *traffic.ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("SetWeights from weights that are not there = %v, want a ConflictError", err)
	}
	if conflict.Got != traffic.All(traffic.Green) || conflict.Want != traffic.All(traffic.Blue) {
		t.Errorf("conflict = %v", conflict)
	}
	f.wantWeights(t, traffic.All(traffic.Green))
}

func testNotFound(t *testing.T, f Fixture) {
	f.Remove()
	if _, err := f.Router.Weights(t.Context()); !errors.Is(err, traffic.ErrNotFound) {
		t.Errorf("Weights = %v, want ErrNotFound", err)
	}
	err := f.Router.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.All(traffic.Green))
	if !errors.Is(err, traffic.ErrNotFound) {
		t.Errorf("SetWeights = %v, want ErrNotFound", err)
	}
}

func testCanceled(t *testing.T, f Fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Router.Weights(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Weights = %v, want context.Canceled", err)
	}
	err := f.Router.SetWeights(ctx, traffic.All(traffic.Blue), traffic.All(traffic.Green))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("SetWeights = %v, want context.Canceled", err)
	}
	f.wantLive(t, traffic.All(traffic.Blue))
}

func testBadWeights(t *testing.T, f Fixture) {
	for _, to := range []traffic.Weights{{}, {Blue: 50, Green: 49}, {Blue: 101, Green: -1}} {
		err := f.Router.SetWeights(t.Context(), traffic.All(traffic.Blue), to)
		if !errors.Is(err, traffic.ErrWeights) {
			t.Errorf("SetWeights to %s = %v, want ErrWeights", to, err)
		}
	}
	f.wantLive(t, traffic.All(traffic.Blue))
}

func testAttach(t *testing.T, f Fixture) {
	f.attach(t)
	f.wantWeights(t, traffic.All(traffic.Blue))
	before := f.Rest()
	f.attach(t)
	if after := f.Rest(); after != before {
		t.Errorf("a second attach changed the router\nfrom %s\nto   %s", before, after)
	}
}

func testHealth(t *testing.T, f Fixture) {
	reader, ok := f.Router.(traffic.HealthReader)
	if !ok {
		if f.SetHealthy != nil {
			t.Fatal("the fixture can set health that the router cannot read")
		}
		return
	}
	f.attach(t)
	if prober, ok := f.Router.(traffic.Prober); ok {
		if err := prober.Probe(t.Context(), traffic.All(traffic.Blue), traffic.Green); err != nil {
			t.Fatal(err)
		}
	}
	for _, healthy := range []bool{true, false, true} {
		f.SetHealthy(traffic.Green, healthy)
		h, err := reader.Health(t.Context(), traffic.Green)
		if err != nil {
			t.Fatal(err)
		}
		if h.Total == 0 || (h.Healthy == h.Total) != healthy || len(h.Unhealthy) != h.Total-h.Healthy {
			t.Errorf("healthy %t: Health = %+v", healthy, h)
		}
	}
}

func testProbe(t *testing.T, f Fixture) {
	prober, ok := f.Router.(traffic.Prober)
	if !ok {
		return
	}
	f.attach(t)
	all, least := traffic.All(traffic.Blue), traffic.Split(traffic.Green, 1)
	var conflict *traffic.ConflictError
	if err := prober.Probe(t.Context(), least, traffic.Green); !errors.As(err, &conflict) {
		t.Errorf("Probe from weights that are not there = %v, want a ConflictError", err)
	}
	before := f.Rest()
	for _, from := range []traffic.Weights{all, least} {
		if err := prober.Probe(t.Context(), from, traffic.Green); err != nil {
			t.Fatalf("Probe from %s: %v", from, err)
		}
		f.wantWeights(t, least)
	}
	f.mustSet(t, least, least)
	f.wantWeights(t, least)
	f.mustSet(t, least, all)
	f.wantWeights(t, all)
	if after := f.Rest(); after != before {
		t.Errorf("a probe changed the rest\nfrom %s\nto   %s", before, after)
	}
}

func testInspect(t *testing.T, f Fixture) {
	inspector, ok := f.Router.(traffic.Inspector)
	if !ok {
		if f.AllOrNothing {
			t.Fatal("a router without partial weights must be an Inspector to say so")
		}
		return
	}
	facts, err := inspector.Inspect(t.Context(), traffic.Green)
	if err != nil {
		t.Fatal(err)
	}
	if facts.AllOrNothing != f.AllOrNothing {
		t.Errorf("AllOrNothing = %t, want %t", facts.AllOrNothing, f.AllOrNothing)
	}
	f.wantLive(t, traffic.All(traffic.Blue))
}

func testRefresh(t *testing.T, f Fixture) {
	refresher, ok := f.Router.(traffic.Refresher)
	if !ok {
		return
	}
	got, err := refresher.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := f.Live(); got != want {
		t.Errorf("Refresh = %s, want %s", got, want)
	}
}

// testSideBySide is worth most under the race detector.
func testSideBySide(t *testing.T, f Fixture) {
	calls := []func() error{func() error { _, err := f.Router.Weights(t.Context()); return err }}
	if r, ok := f.Router.(traffic.Attacher); ok {
		calls = append(calls, func() error { return r.Attach(t.Context(), traffic.Green) })
	}
	if r, ok := f.Router.(traffic.HealthReader); ok {
		calls = append(calls, func() error { _, err := r.Health(t.Context(), traffic.Green); return err })
	}
	if r, ok := f.Router.(traffic.InFlightCounter); ok {
		calls = append(calls, func() error { _, err := r.InFlight(t.Context(), traffic.Blue); return err })
	}
	f.attach(t)
	var wg sync.WaitGroup
	for _, call := range append(calls, calls...) {
		wg.Go(func() {
			if err := call(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	f.wantLive(t, traffic.All(traffic.Blue))
}

func (f Fixture) attach(t *testing.T) {
	t.Helper()
	attacher, ok := f.Router.(traffic.Attacher)
	if !ok {
		return
	}
	if err := attacher.Attach(t.Context(), traffic.Green); err != nil {
		t.Fatal(err)
	}
}

func (f Fixture) mustSet(t *testing.T, from, to traffic.Weights) {
	t.Helper()
	if err := f.Router.SetWeights(t.Context(), from, to); err != nil {
		t.Fatalf("SetWeights(%s to %s): %v", from, to, err)
	}
}

// wantWeights fails the test unless the router reads want, and the other side
// has it.
func (f Fixture) wantWeights(t *testing.T, want traffic.Weights) {
	t.Helper()
	got, err := f.Router.Weights(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Fatalf("Weights = %s, want %s", got, want)
	}
	f.wantLive(t, want)
}

func (f Fixture) wantLive(t *testing.T, want traffic.Weights) {
	t.Helper()
	if got := f.Live(); got != want {
		t.Fatalf("the other side has %s, want %s", got, want)
	}
}
