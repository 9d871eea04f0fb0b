package cutover_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// chaos makes a cutover out of a seed: any fleet, any order, any faults.
type chaos struct{ *rand.Rand }

func (c chaos) scene(t *testing.T) *scene {
	found := make([]traffic.Weights, 1+c.IntN(3))
	mixed := c.IntN(3) == 0
	for i := range found {
		found[i] = allBlue
		if mixed {
			found[i] = green(pick(c, 0, 10, 33, 50, 99))
		}
		if c.IntN(8) == 0 {
			found[i] = nobody
		}
	}
	s := newScene(t, found...)
	switch c.IntN(4) {
	case 0:
		s.cool(c.IntN(len(found)))
	case 1:
		if i := c.IntN(len(found)); !found[i].None() {
			s.exact(pick(c, Raw{Blue: 999, Green: 1}, Raw{Blue: 999}, Raw{Blue: 2, Green: 1}, Raw{Blue: 1, Green: 999}), i)
		}
	}
	s.order.Steps = s.order.Steps[:c.IntN(3)]
	s.order.Bake = pick(c, 0, 10*time.Second)
	s.order.Facts = []traffic.Facts{{StickyFor: pick(c, 0, 5*time.Second, time.Minute)}}
	if c.IntN(4) == 0 {
		s.order.Facts[0].EffectLimit, s.order.Facts[0].LateWrite = 3*time.Minute, 10*time.Second
	}
	s.order.AtOnce = c.IntN(5) == 0
	s.order.Health.FailureLimit = c.IntN(2)
	s.order.Health.StableFor = pick(c, 0, 5*time.Second)
	s.order.Watches = []cutover.Watch{{
		Monitor: &script{name: "error_rate", letters: c.letters()}, Interval: 3 * time.Second, FailureLimit: c.IntN(2), InconclusiveLimit: c.IntN(3),
		Holds: c.IntN(4) == 0,
	}}
	for range c.IntN(5) {
		s.faults = append(s.faults, c.fault(len(found)))
	}
	switch c.IntN(4) {
	case 0:
		time.AfterFunc(c.moment(), s.cancel)
	case 1:
		s.within(c.moment())
	}
	return s
}

func (c chaos) moment() time.Duration { return time.Duration(c.Int64N(int64(90 * time.Second))) }

// letters are mostly passes.
func (c chaos) letters() string {
	letters := ""
	for range 8 {
		letters += pick(c, "p", "p", "p", "p", "p", "p", "f", "i")
	}
	return letters + "p"
}

// fault is any fault that the engine promises to cope with. Somebody else's
// change is made where there is still a read to notice it; and a write whose
// reply was lost arrives within the time that a rollback waits for it.
func (c chaos) fault(routers int) fault {
	f := fault{router: c.IntN(routers+1) - 1, first: 1 + c.IntN(4)}
	f.last = pick(c, 0, f.first, f.first, f.first+c.IntN(5))
	f.place = pick(c, "gates", "probe", "step 10", "step 50", "promote", "bake", "drain", "rollback", "rollback", "rollback", "")
	f.call = pick(c, CallWeights, CallSetWeights, CallVerify, CallHealth, CallAttach, CallInFlight, CallProbe, CallFound, CallRestored)
	f.effect = pick(c, refuse, refuse, lose, lose, hang, hangAfter, interrupt, interruptAfter, sicken, burst)
	if f.call == CallWeights && c.IntN(4) == 0 {
		f.effect = silence
	}
	if f.call == CallSetWeights {
		f.effect = pick(c, refuse, lose, hang, hangAfter, drop, interrupt, silence, burst)
		if f.place != "rollback" && f.place != "" && c.IntN(2) == 0 {
			f.effect = pick(c, late(time.Millisecond), late(time.Second), late(1900*time.Millisecond))
		}
	}
	return f
}

func pick[T interface{}](c chaos, from ...T) T { return from[c.IntN(len(from))] }

// run checks, besides what must hold for every cutover, that it ended in a way
// that its faults allow.
func (c chaos) run(t *testing.T) cutover.Result {
	s := c.scene(t)
	outcome, abort := s.run()
	if outcome.Result == cutover.Stopped {
		t.Errorf("nobody else was there: %v", abort)
	}
	if outcome.Result == cutover.RollbackFailed {
		c.wantExcuse(t, s)
	}
	<-time.After(time.Hour) // of virtual time, for whatever may still be on its way
	synctest.Wait()
	s.checkPositions(outcome)
	return outcome.Result
}

// wantExcuse: a rollback fails only when a fault strikes it without end, or as
// often as uses up its time: a movement without effect takes a minute of five.
func (c chaos) wantExcuse(t *testing.T, s *scene) {
	t.Helper()
	for k, f := range s.faults {
		if (f.place == "" || f.place == "rollback" || s.silent()) && (f.last == 0 && s.hit[k] > 0 || s.hit[k] >= 4) {
			return
		}
	}
	t.Error("no fault explains that the rollback failed")
}

// TestChaos runs many cutovers with random faults.
func TestChaos(t *testing.T) {
	const runs = 1000
	results := map[cutover.Result]int{}
	for seed := range uint64(runs) {
		inBubble(t, fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			results[chaos{rand.New(rand.NewPCG(seed, 0))}.run(t)]++
		})
	}
	t.Logf("%d runs: %v", runs, results)
	for _, r := range []cutover.Result{cutover.Promoted, cutover.Refused, cutover.RolledBack, cutover.RollbackFailed, cutover.Held} {
		if results[r] < runs/200 {
			t.Errorf("only %d runs ended %s", results[r], r)
		}
	}
}

// FuzzChaos goes on from there.
func FuzzChaos(f *testing.F) {
	f.Add(uint64(1), uint64(1))
	f.Add(uint64(82), uint64(184)) // a router that is there already does not say whether it obeys
	f.Add(uint64(61), uint64(175)) // a lost write lands after somebody else took all weight away
	f.Fuzz(func(t *testing.T, a, b uint64) {
		synctest.Test(t, func(t *testing.T) { chaos{rand.New(rand.NewPCG(a, b))}.run(t) })
	})
}
