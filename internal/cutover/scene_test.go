package cutover_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// Colors and weights as the tests write them: green's percent.
var allBlue, allGreen = traffic.All(traffic.Blue), traffic.All(traffic.Green)

func green(percent int) traffic.Weights { return traffic.Split(traffic.Green, percent) }

// scene is a cutover from blue to green over routers in memory, and what goes
// wrong with their calls. It must be made and run within one synctest bubble.
type scene struct {
	testing.TB
	order   cutover.Order
	routers []*traffictest.Memory
	ctx     context.Context
	cancel  context.CancelFunc

	mu      sync.Mutex
	place   string                  // where the cutover is: "gates", "step 10", "rollback"
	total   int                     // of calls so far, by all routers
	counts  map[string]int          // calls so far, by router, place and method
	pending map[underWay]effect     // what becomes of the calls under way
	faults  []fault                 // tried in their order
	hit     map[int]int             // how often each fault struck
	events  []cutover.Event         // as they came
	raw     map[int]traffictest.Raw // what exact routers were found with
	marks   []int                   // length of each router's journal when the rollback began
	foreign bool                    // somebody else moved weights
	meddled map[int]bool            // in which routers
	doubted bool                    // a router was asked whether it obeys, and did not say so
	late    bool                    // a write arrived later than its reply
	onEvent func(cutover.Event)     // besides
}

// underWay is a call of a router: side by side there are none of the same
// method.
type underWay struct {
	router int
	call   string
}

// newScene is a cutover with two steps of 10 s, a bake and a drain of 10 s, over
// routers that have the weights found.
func newScene(tb testing.TB, found ...traffic.Weights) *scene {
	tb.Helper()
	s := &scene{TB: tb, raw: map[int]traffictest.Raw{}, counts: map[string]int{}, pending: map[underWay]effect{}, hit: map[int]int{}, meddled: map[int]bool{}}
	s.ctx, s.cancel = context.WithCancel(tb.Context())
	s.order = cutover.Order{
		To:     traffic.Green,
		Health: cutover.HealthRule{MinHealthy: 1, MinPercent: 100, Timeout: time.Minute},
		Steps:  []cutover.Step{{Weight: 10, Pause: 10 * time.Second}, {Weight: 50, Pause: 10 * time.Second}},
		Bake:   10 * time.Second,
		Drain:  10 * time.Second,
	}
	for i, w := range found {
		m := traffictest.NewMemory(w)
		m.Before = func(ctx context.Context, call string) error { return s.before(ctx, i, call) }
		m.After = func(ctx context.Context, call string) error { return s.after(ctx, i, call) }
		m.Land = func(to traffic.Weights, land func()) { s.land(i, to, land) }
		s.routers = append(s.routers, m)
		s.order.Routers = append(s.order.Routers, traffic.Member{Name: fmt.Sprintf("lb-%d", i), Kind: "memory", Router: m})
		s.order.Found = append(s.order.Found, w)
	}
	s.marks = make([]int, len(found))
	return s
}

// exact makes routers of a scene remember raw weights, which percent cannot say.
// Found are the percent that they read as.
func (s *scene) exact(raw traffictest.Raw, routers ...int) {
	for _, i := range routers {
		s.order.Routers[i].Router, s.raw[i] = traffictest.Exact{Memory: s.routers[i]}, raw
		s.routers[i].InterfereRaw(raw)
		s.order.Found[i] = s.routers[i].Live()
		s.routers[i].Forget()
	}
}

// run runs the cutover to its end, and checks what must hold however it ends.
func (s *scene) run() (cutover.Outcome, *cutover.AbortError) {
	s.Helper()
	outcome, err := cutover.Run(s.ctx, s.order, s.see)
	s.cancel()
	s.checkInvariants(outcome, err)
	var abort *cutover.AbortError
	errors.As(err, &abort)
	return outcome, abort
}

// see follows the cutover by its events.
func (s *scene) see(e cutover.Event) {
	s.mu.Lock()
	s.events = append(s.events, e)
	switch e.Type {
	case cutover.EventStage:
		s.place = string(e.Stage)
		if e.Stage == cutover.StageStep {
			s.place = fmt.Sprintf("step %d", e.Weights.Of(s.order.To))
		}
	case cutover.EventRollback:
		s.place = "rollback"
		for i, m := range s.routers {
			s.marks[i] = len(m.Journal())
		}
	}
	s.mu.Unlock()
	if s.onEvent != nil {
		s.onEvent(e)
	}
}

func (s *scene) before(ctx context.Context, i int, call string) error {
	s.mu.Lock()
	if call == traffictest.CallSetWeights && (s.place == "" || s.place == "gates" || s.place == "prewarm") {
		s.Errorf("traffic was moved at %q", s.place)
	}
	if call == traffictest.CallProbe && s.place != "probe" {
		s.Errorf("traffic was probed at %q", s.place)
	}
	e := s.strike(i, call)
	s.pending[underWay{i, call}] = e
	s.mu.Unlock()
	if e.before == nil {
		return nil
	}
	return e.before(ctx, s, i)
}

func (s *scene) after(ctx context.Context, i int, call string) error {
	s.mu.Lock()
	e := s.pending[underWay{i, call}]
	delete(s.pending, underWay{i, call})
	s.mu.Unlock()
	if e.after == nil {
		return nil
	}
	return e.after(ctx, s, i)
}

func (s *scene) land(i int, _ traffic.Weights, land func()) {
	s.mu.Lock()
	e := s.pending[underWay{i, traffictest.CallSetWeights}]
	if e.land == nil {
		e = s.pending[underWay{i, traffictest.CallProbe}]
	}
	s.mu.Unlock()
	if e.land == nil {
		land()
		return
	}
	e.land(s, land)
}

// strike returns the effect of the first fault that is meant for this call.
func (s *scene) strike(i int, call string) effect {
	s.total++
	n := map[string]int{}
	for _, place := range []string{s.place, ""} {
		key := fmt.Sprintf("%d %s %s", i, place, call)
		s.counts[key]++
		n[place] = s.counts[key]
	}
	for k, f := range s.faults {
		if !f.meets(i, s.place, call, n[f.place], s.total) {
			continue
		}
		s.hit[k]++
		s.doubted = s.doubted || call == traffictest.CallVerify
		return f.effect
	}
	return effect{}
}

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}
