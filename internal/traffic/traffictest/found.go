package traffictest

import (
	"errors"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// away are weights that the suite moves to, to come back from.
func (f Fixture) away() traffic.Weights {
	if f.AllOrNothing {
		return traffic.All(traffic.Green)
	}
	return traffic.Split(traffic.Green, 50)
}

// testRestore: a rollback makes the router as it was found: exactly, if it can
// say more than percent.
func testRestore(t *testing.T, f Fixture) {
	f.attach(t)
	restorer, ok := f.Router.(traffic.Restorer)
	if !ok {
		f.testPercentComesBack(t)
		return
	}
	if f.Raw == nil || f.Uneven == nil {
		t.Fatal("the router is a Restorer, and its fixture lacks Uneven or Raw")
	}
	f.Uneven()
	before, rest, from := f.Raw(), f.Rest(), f.Live()
	f.wantWeights(t, from)
	found, err := restorer.Found(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.wantRestored(t, found, before)
	f.mustSet(t, from, f.away())
	if err := found.Restored(t.Context()); !errors.Is(err, traffic.ErrNotInEffect) {
		t.Errorf("Restored elsewhere = %v, want ErrNotInEffect", err)
	}
	if err := found.Restore(t.Context(), traffic.All(traffic.Blue)); !errors.Is(err, traffic.ErrConflict) {
		t.Errorf("Restore from weights that are not there = %v, want ErrConflict", err)
	}
	f.mustRestore(t, found, f.away())
	f.wantRestored(t, found, before)
	f.mustRestore(t, found, from) // what is there already
	f.wantRestored(t, found, before)
	if f.Silence != nil {
		f.Silence()
		f.mustRestore(t, found, traffic.Weights{})
		f.wantRestored(t, found, before)
	}
	if after := f.Rest(); after != rest {
		t.Errorf("the way there and back changed the rest\nfrom %s\nto   %s", rest, after)
	}
}

func (f Fixture) testPercentComesBack(t *testing.T) {
	t.Helper()
	found := traffic.All(traffic.Blue)
	if !f.AllOrNothing {
		found = traffic.Split(traffic.Green, 25)
		f.Interfere(found)
	}
	f.mustSet(t, found, f.away())
	f.mustSet(t, f.away(), found)
	f.wantWeights(t, found)
}

func (f Fixture) mustRestore(t *testing.T, found traffic.Found, from traffic.Weights) {
	t.Helper()
	if err := found.Restore(t.Context(), from); err != nil {
		t.Fatalf("Restore from %s: %v", from, err)
	}
}

func (f Fixture) wantRestored(t *testing.T, found traffic.Found, want string) {
	t.Helper()
	if err := found.Restored(t.Context()); err != nil {
		t.Errorf("Restored = %v", err)
	}
	if got := f.Raw(); got != want {
		t.Errorf("the raw weights are %s, want %s", got, want)
	}
}

// testSilent: whoever takes the weight from both colors, there is a way out to
// either.
func testSilent(t *testing.T, f Fixture) {
	f.attach(t)
	if f.Silence == nil {
		if f.NeverSilent == "" {
			t.Fatal("the fixture has neither Silence nor NeverSilent")
		}
		return
	}
	for _, to := range traffic.Colors() {
		f.Silence()
		if w, err := f.Router.Weights(t.Context()); !errors.Is(err, traffic.ErrNoWeight) {
			t.Fatalf("Weights = %s, %v, want ErrNoWeight", w, err)
		}
		err := f.Router.SetWeights(t.Context(), traffic.All(to.Other()), traffic.All(to))
		if !errors.Is(err, traffic.ErrConflict) && !errors.Is(err, traffic.ErrNoWeight) {
			t.Errorf("SetWeights from weights that are not there = %v, want ErrConflict or ErrNoWeight", err)
		}
		f.mustSet(t, traffic.Weights{}, traffic.All(to))
		f.wantWeights(t, traffic.All(to))
		if err := f.Router.SetWeights(t.Context(), traffic.Weights{}, traffic.All(to.Other())); !errors.Is(err, traffic.ErrConflict) {
			t.Errorf("SetWeights from none where %s has all = %v, want ErrConflict", to, err)
		}
		f.wantWeights(t, traffic.All(to))
	}
}
