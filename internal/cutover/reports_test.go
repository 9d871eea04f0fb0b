package cutover_test

import (
	"errors"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestFromTheField plays what users of other tools have reported of theirs, each
// as a cutover of ours.
func TestFromTheField(t *testing.T) {
	for _, test := range []struct {
		name string
		play func(*scene)
		want cutover.Result
		left traffic.Weights
		says error
	}{
		{
			"an autoscaler adds targets every few seconds, for as long as a weight is held", func(s *scene) {
				s.order.Bake = 20 * time.Minute
				grow(s, 4, 10*time.Second)
			}, cutover.Promoted, allGreen, nil,
		},
		{
			"an autoscaler follows the weights, up for green and down for blue", func(s *scene) {
				s.onEvent = func(e cutover.Event) {
					if e.Type == cutover.EventWeights {
						s.routers[0].SetHealth(traffic.Blue, fleet(1+e.Weights.Blue/20, 6))
						s.routers[0].SetHealth(traffic.Green, fleet(1, 1+e.Weights.Green/20))
					}
				}
			}, cutover.Promoted, allGreen, nil,
		},
		{
			"targets restart in a loop while nothing is analyzed", func(s *scene) {
				s.order.Health.FailureLimit = 1
				s.order.Bake = time.Minute
				flap(s, 12*time.Second)
			}, cutover.RolledBack, allBlue, cutover.ErrUnhealthy,
		},
		{
			"the color that serves is the bad one", func(s *scene) {
				s.routers[0].SetHealth(traffic.Blue, fleet(0, 3))
			}, cutover.Promoted, allGreen, nil,
		},
		{
			"a return at once to a color that was scaled to nothing meanwhile", func(s *scene) {
				s.order.AtOnce = true
				s.routers[0].SetHealth(traffic.Green, fleet(0, 0))
			}, cutover.Refused, allBlue, cutover.ErrUnhealthy,
		},
		{
			"a return at once, with a twentieth of the targets up", func(s *scene) {
				s.order.AtOnce = true
				s.routers[0].SetHealth(traffic.Green, fleet(1, 20))
			}, cutover.Refused, allBlue, cutover.ErrUnhealthy,
		},
		{
			"aborted while the share of the new color may not be less than its targets", func(s *scene) {
				s.routers[0].SetHealth(traffic.Green, fleet(3, 3))
				s.faults = []fault{once("step 50", CallHealth, 2, interrupt)}
			}, cutover.RolledBack, allBlue, nil,
		},
		{
			"stuck in the last movement, and then cancelled", func(s *scene) {
				s.faults = []fault{always("promote", CallVerify, hang)}
				time.AfterFunc(50*time.Second, s.cancel)
			}, cutover.RolledBack, allBlue, nil,
		},
		{
			"a hand that scales to zero, in the middle of the rollback", func(s *scene) {
				s.faults = []fault{once("bake", CallHealth, 1, sicken), once("rollback", CallSetWeights, 1, silence)}
			}, cutover.RolledBack, allBlue, cutover.ErrUnhealthy,
		},
		{
			"a controller that writes its own weights back, again and again", func(s *scene) {
				s.faults = []fault{from("step 50", CallWeights, 3, interfere(green(0)))}
			}, cutover.RolledBack, allBlue, traffic.ErrConflict,
		},
		{
			"an analysis that crashes", func(s *scene) {
				s.order.Watches = []cutover.Watch{{Monitor: clumsy{"Measure"}, Interval: time.Second, InconclusiveLimit: 2}}
			}, cutover.RolledBack, allBlue, nil,
		},
		{
			"an analysis that crashes, of which nothing depends", func(s *scene) {
				s.order.Watches = []cutover.Watch{{Monitor: clumsy{"Measure"}, Interval: time.Second, DryRun: true}}
			}, cutover.Promoted, allGreen, nil,
		},
		{
			"new targets fail while those of the gate serve, until the old ones are gone", func(s *scene) {
				s.order.Health.FailureLimit = 1
				s.order.Bake = 5 * time.Minute
				for i, h := range [][2]int{{4, 4}, {4, 6}, {3, 6}} {
					time.AfterFunc(time.Duration(i)*time.Minute, func() { s.routers[0].SetHealth(traffic.Green, fleet(h[0], h[1])) })
				}
				s.routers[0].SetHealth(traffic.Green, fleet(4, 4))
			}, cutover.RolledBack, allBlue, cutover.ErrUnhealthy,
		},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			test.play(s)
			outcome, abort := s.run()
			if outcome.Result != test.want || s.routers[0].Live() != test.left {
				t.Fatalf("%s, live %s: %v", outcome.Result, s.routers[0].Live(), abort)
			}
			if test.says != nil && !errors.Is(abort, test.says) {
				t.Errorf("the error is %v", abort)
			}
		})
	}
}

// grow adds a target that does not serve yet each time, and lets all the earlier
// ones serve.
func grow(s *scene, n int, each time.Duration) {
	s.routers[0].SetHealth(traffic.Green, fleet(n, n))
	for i := 1; i <= 100; i++ {
		time.AfterFunc(time.Duration(i)*each, func() { s.routers[0].SetHealth(traffic.Green, fleet(n+i-1, n+i)) })
	}
}

// flap takes the one target down for so long, and up for as long, again and again,
// once traffic has moved.
func flap(s *scene, each time.Duration) {
	moved := false
	s.onEvent = func(e cutover.Event) {
		if e.Type != cutover.EventWeights || moved {
			return
		}
		moved = true
		for i := range 10 {
			time.AfterFunc(time.Duration(i)*each, func() { s.routers[0].SetHealth(traffic.Green, fleet(i%2, 1)) })
		}
	}
}
