package cutover

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestUndosInReverse: what stages did is taken back last one first, all of it,
// whatever becomes of the others, and on a context that outlives the run's.
func TestUndosInReverse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		r := newRun(Order{
			To: traffic.Green, Routers: []traffic.Member{{Name: "lb", Router: m}}, Found: []traffic.Weights{traffic.All(traffic.Blue)},
		}, nil)
		var done []string
		errScale := errors.New("not scaled down")
		push := func(name string, end func() (Result, error)) {
			r.undos = append(r.undos, func(ctx context.Context) (Result, error) {
				if ctx.Err() != nil {
					t.Errorf("%s: %v", name, ctx.Err())
				}
				done = append(done, name)
				return end()
			})
		}
		push("capacity", func() (Result, error) { return "", errScale })
		r.beginMoving()
		r.beginMoving()
		push("preview", func() (Result, error) { panic("no preview") })
		result, err := r.abort(ctx, errors.New("unhealthy"))
		var bug *PanicError
		if result != RollbackFailed || !errors.Is(err, errScale) || !errors.As(err, &bug) {
			t.Errorf("%s: %v", result, err)
		}
		if !slices.Equal(done, []string{"preview", "capacity"}) || len(r.undos) != 3 {
			t.Errorf("%v of %d", done, len(r.undos))
		}
		if calls := m.Calls(); !slices.Contains(calls, traffictest.CallWeights) {
			t.Errorf("the router was asked %v", calls)
		}
	})
}
