package awslb_test

import (
	"errors"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestRestoresExactly finds weights of which percent say too little, moves on,
// and goes back.
func TestRestoresExactly(t *testing.T) {
	for name, found := range map[string]struct {
		blue, green int32
		reads       traffic.Weights // zero: no weight
	}{
		"next to nothing": {999, 1, traffic.Split(traffic.Green, 1)},
		"a third":         {2, 1, traffic.Split(traffic.Green, 33)},
		"nothing":         {0, 0, traffic.Weights{}},
		"everything":      {1, 0, traffic.All(traffic.Blue)},
	} {
		t.Run(name, func(t *testing.T) {
			w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
			w.modify(t, w.forward(share{w.Blue.GroupARN, found.blue}, share{w.Green.GroupARN, found.green}))
			r := w.powers(t, a)
			was, err := r.Found(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			step := traffic.Split(traffic.Green, 10)
			if err := r.SetWeights(t.Context(), found.reads, step); err != nil {
				t.Fatal(err)
			}
			if err := was.Restored(t.Context()); !errors.Is(err, traffic.ErrNotInEffect) {
				t.Errorf("Restored = %v, want ErrNotInEffect", err)
			}
			var conflict *traffic.ConflictError
			if err := was.Restore(t.Context(), found.reads); !errors.As(err, &conflict) || conflict.Got != step {
				t.Errorf("Restore from what is not there = %v", err)
			}
			for range 2 { // the second has nothing to do
				if err := was.Restore(t.Context(), live(t, r)); err != nil {
					t.Fatal(err)
				}
			}
			if err := was.Restored(t.Context()); err != nil {
				t.Error(err)
			}
			if got := w.Lab.Weights(w.ListenerARN); got[w.Blue.GroupARN] != int(found.blue) || got[w.Green.GroupARN] != int(found.green) {
				t.Errorf("weights are %v", got)
			}
		})
	}
}

// live reads the weights; without any they are zero.
func live(t *testing.T, r traffic.Router) traffic.Weights {
	t.Helper()
	w, err := r.Weights(t.Context())
	if err != nil && !errors.Is(err, traffic.ErrNoWeight) {
		t.Fatal(err)
	}
	return w
}

// TestLeadsOutOfNoWeight has another hand take all weight from both colors.
func TestLeadsOutOfNoWeight(t *testing.T) {
	for _, to := range traffic.Colors() {
		w, a := onListenerOf(still, awselb.ScenarioOptions{Attach: true})(t)
		if err := w.Lab.SetWeights(w.ListenerARN, map[string]int{w.Blue.GroupARN: 0, w.Green.GroupARN: 0}); err != nil {
			t.Fatal(err)
		}
		r := w.powers(t, a)
		var attribute *router.AttributeError // says that there is no way but to change the configuration
		if _, err := r.Refresh(t.Context()); !errors.Is(err, traffic.ErrNoWeight) || errors.As(err, &attribute) {
			t.Errorf("Refresh = %v, want ErrNoWeight", err)
		}
		if _, err := r.Inspect(t.Context(), to); err != nil {
			t.Errorf("Inspect = %v: a plan must lead out", err)
		}
		var conflict *traffic.ConflictError
		if err := r.SetWeights(t.Context(), traffic.All(to.Other()), traffic.All(to)); !errors.As(err, &conflict) {
			t.Errorf("SetWeights from what is not there = %v, want a ConflictError", err)
		}
		if err := r.SetWeights(t.Context(), traffic.Weights{}, traffic.All(to)); err != nil {
			t.Fatal(err)
		}
		if got := w.live(t, w.ListenerARN); got != traffic.All(to) {
			t.Errorf("weights are %s", got)
		}
		if err := r.SetWeights(t.Context(), traffic.Weights{}, traffic.All(to.Other())); !errors.As(err, &conflict) {
			t.Errorf("SetWeights from no weight where there is some = %v, want a ConflictError", err)
		}
	}
}
