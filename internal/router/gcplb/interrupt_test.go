package gcplb_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestInterruptedWhileGoogleIsAtWork ends a cutover while Google carries a write
// out, which takes longer than the engine waits for one. When the rollback is
// done no write is left that could still move traffic.
func TestInterruptedWhileGoogleIsAtWork(t *testing.T) {
	t.Parallel()
	for name, hook := range map[string]func(cancel func()) lab.Hook{
		"before the write is answered": func(cancel func()) lab.Hook {
			return lab.Hook{After: on("urlMaps.update", cancel)}
		},
		"while it is waited for": func(cancel func()) lab.Hook {
			return lab.Hook{Before: on("globalOperations.wait", cancel)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, lab.Options{OperationTime: 3 * time.Second}, lab.ScenarioOptions{Weighted: true})
			m := w.one(t, w.asked())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w.Lab.AddHook(hook(cancel))
			outcome, err := cutover.Run(ctx, order(t, traffic.Green, []int{10}, m), nil)
			if outcome.Result != cutover.RolledBack {
				t.Fatalf("%s: %v", outcome.Result, err)
			}
			w.Lab.SetOperationTime(-1)
			if err := m.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.Split(traffic.Green, 50)); err != nil {
				t.Errorf("after the rollback: %v", err)
			}
		})
	}
}

// on calls do at the first call of an action.
func on(action string, do func()) func(lab.Call) {
	return func(c lab.Call) {
		if c.Action == action && c.Nth == 1 {
			do()
		}
	}
}

// TestReadWaitsForOurOwnWrite has a write that nobody waits for any more: until
// it is done the map does not say where traffic will be.
func TestReadWaitsForOurOwnWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{OperationTime: 300 * time.Millisecond}, lab.ScenarioOptions{Weighted: true})
	m := w.one(t, w.asked())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.Lab.AddHook(lab.Hook{Before: on("globalOperations.wait", cancel)})
	from, to := traffic.All(traffic.Blue), traffic.Split(traffic.Green, 10)
	if err := m.SetWeights(ctx, from, to); err == nil {
		t.Fatal("the write was waited for")
	}
	if got, err := m.Weights(t.Context()); got != to || err != nil {
		t.Errorf("read %s, %v", got, err)
	}
}

// TestReadWaitsForALaterWriteToo leaves two writes, one after the other, while
// somebody waits for the first: a read that comes then waits for both.
func TestReadWaitsForALaterWriteToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{OperationTime: 300 * time.Millisecond}, lab.ScenarioOptions{Weighted: true})
	m := w.one(t, w.asked())
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	later, leaveLater := context.WithCancel(t.Context())
	defer leaveLater()
	w.Lab.AddHook(lab.Hook{Before: func(c lab.Call) {
		switch {
		case c.Action == "globalOperations.wait" && c.Nth == 1:
			leave()
		case c.Action == "globalOperations.wait" && c.Nth == 2:
			leaveLater()
		}
	}})
	first, second := traffic.Split(traffic.Green, 10), traffic.Split(traffic.Green, 50)
	if err := m.SetWeights(ctx, traffic.All(traffic.Blue), first); err == nil {
		t.Fatal("the first write was waited for")
	}
	var reader sync.WaitGroup
	reader.Go(func() {
		if _, err := m.Weights(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if err := m.SetWeights(later, first, second); err == nil {
		t.Fatal("the second write was waited for")
	}
	if got, err := m.Weights(t.Context()); got != second || err != nil {
		t.Errorf("read %s, %v", got, err)
	}
	reader.Wait()
}
