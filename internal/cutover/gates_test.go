package cutover_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// gate is a gate of a test's.
type gate struct {
	name  string
	limit time.Duration
	check func(ctx context.Context) error
}

func (g gate) Name() string                    { return g.name }
func (g gate) Limit() time.Duration            { return g.limit }
func (g gate) Check(ctx context.Context) error { return g.check(ctx) }

func openGate(name string) gate {
	return gate{name, time.Minute, func(context.Context) error { return nil }}
}

func closedGate(name string, err error) gate {
	return gate{name, time.Minute, func(context.Context) error { return err }}
}

func hungGate(name string) gate {
	return gate{name, 20 * time.Second, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
}

func slowGate(name string, d time.Duration) gate {
	return gate{name, time.Hour, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d):
			return nil
		}
	}}
}

var errSchema, errSmoke = errors.New("schema is at 41, not 42"), errors.New("smoke got 500")

func TestGates(t *testing.T) {
	sick := once("gates", CallHealth, 1, sicken)
	for _, test := range []struct {
		name   string
		gates  []cutover.Gate
		faults []fault
		atOnce bool
		want   cutover.Result
		is     []error
		says   []string
	}{
		{name: "none", want: cutover.Promoted},
		{name: "open", gates: []cutover.Gate{openGate("schema"), openGate("smoke")}, want: cutover.Promoted},
		{name: "slow", gates: []cutover.Gate{slowGate("prewarm", 10*time.Minute)}, want: cutover.Promoted},
		{
			name: "closed", gates: []cutover.Gate{openGate("smoke"), closedGate("schema", errSchema)},
			want: cutover.Refused, is: []error{errSchema}, says: []string{"refused at gates", "gate schema: schema is at 41", "blue 100, green 0"},
		},
		{
			name: "all failures are told", gates: []cutover.Gate{closedGate("schema", errSchema), closedGate("smoke", errSmoke)}, faults: []fault{sick},
			want: cutover.Refused, is: []error{errSchema, errSmoke, cutover.ErrUnhealthy},
			says: []string{"gate schema", "gate smoke", "health did not hold within 1m", "0 of 1 targets are healthy", "10.0.0.7:80 is unhealthy", "lb-0"},
		},
		{
			name: "hangs", gates: []cutover.Gate{hungGate("schema")},
			want: cutover.Refused, is: []error{context.DeadlineExceeded}, says: []string{"gate schema"},
		},
		{
			name: "interrupted", gates: []cutover.Gate{hungGate("schema")}, faults: []fault{once("gates", CallHealth, 1, interrupt)},
			want: cutover.Refused, is: []error{context.Canceled},
		},
		{
			name: "not as planned while a gate hangs", gates: []cutover.Gate{hungGate("schema")},
			faults: []fault{once("gates", CallWeights, 1, interfere(green(theirs)))},
			want:   cutover.Refused, is: []error{traffic.ErrConflict},
			says: []string{"since the plan was made", "expected blue 100, green 0, found blue 70, green 30"},
		},
		{name: "at once asks no gate", gates: []cutover.Gate{closedGate("schema", errSchema)}, atOnce: true, want: cutover.Promoted},
		{
			name: "at once asks health", faults: []fault{sick}, atOnce: true,
			want: cutover.Refused, is: []error{cutover.ErrUnhealthy},
		},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Gates, s.faults, s.order.AtOnce = test.gates, test.faults, test.atOnce
			outcome, abort := s.run()
			if outcome.Result != test.want {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			for _, err := range test.is {
				if !errors.Is(abort, err) {
					t.Errorf("error %q is not %q", abort, err)
				}
			}
			for _, text := range test.says {
				if !strings.Contains(abort.Error(), text) {
					t.Errorf("error %q does not say %q", abort, text)
				}
			}
		})
	}
}

// TestWhileGatesTakeTime: what held when a slow gate began must hold when it ends.
func TestWhileGatesTakeTime(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault fault // after the first look
		want  cutover.Result
		is    error
	}{
		{"nothing", fault{}, cutover.Promoted, nil},
		{"gets unfit", once("gates", CallHealth, 2, sicken), cutover.Refused, cutover.ErrUnhealthy},
		{"somebody else moves it", once("gates", CallWeights, 2, interfere(green(theirs))), cutover.Refused, traffic.ErrConflict},
		{"gives no answer once", once("gates", CallHealth, 2, refuse), cutover.Promoted, nil},
		{"gives no answer", from("gates", CallHealth, 2, refuse), cutover.Refused, errRefused},
		{"is interrupted", once("gates", CallHealth, 2, interrupt), cutover.Refused, context.Canceled},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Gates = []cutover.Gate{slowGate("prewarm", 10*time.Minute)}
			s.order.Steps, s.order.Bake = nil, 0
			s.faults = []fault{test.fault}
			if outcome, abort := s.run(); outcome.Result != test.want || (abort != nil && !errors.Is(abort, test.is)) {
				t.Errorf("%s: %v", outcome.Result, abort)
			}
		})
	}
}

// TestStableHealth turns green's health on and off while its gate waits.
func TestStableHealth(t *testing.T) {
	const stable, timeout = 20 * time.Second, time.Minute
	type turn struct {
		at      time.Duration
		healthy bool
	}
	for _, test := range []struct {
		name  string
		turns []turn // health at the beginning is bad
		want  cutover.Result
		says  string
	}{
		{"never healthy", nil, cutover.Refused, "0 of 1 targets"},
		{"at once", []turn{{0, true}}, cutover.Promoted, ""},
		{"in time", []turn{{30 * time.Second, true}}, cutover.Promoted, ""},
		{"too late to be stable", []turn{{50 * time.Second, true}}, cutover.Refused, "not healthy for long enough: for "},
		{"breaks once", []turn{{0, true}, {12 * time.Second, false}, {18 * time.Second, true}}, cutover.Promoted, ""},
		{"flaps", []turn{
			{0, true},
			{12 * time.Second, false},
			{18 * time.Second, true},
			{30 * time.Second, false},
			{36 * time.Second, true},
			{48 * time.Second, false},
			{54 * time.Second, true},
		}, cutover.Refused, "health did not hold within 1m"},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Health.StableFor, s.order.Health.Timeout = stable, timeout
			bad, good := traffic.Health{Total: 1, Unhealthy: []string{"down"}}, traffic.Health{Healthy: 1, Total: 1}
			var broke time.Time
			s.routers[0].SetHealth(traffic.Green, bad)
			for _, turn := range test.turns {
				time.AfterFunc(turn.at, func() {
					if turn.healthy {
						s.routers[0].SetHealth(traffic.Green, good)
						return
					}
					broke = time.Now()
					s.routers[0].SetHealth(traffic.Green, bad)
				})
			}
			outcome, abort := s.run()
			if outcome.Result != test.want || (abort != nil && !strings.Contains(abort.Error(), test.says)) {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			if outcome.Result != cutover.Promoted {
				return
			}
			if moved := s.first(cutover.EventWeights).Time; moved.Before(broke.Add(stable)) {
				t.Errorf("traffic moved %s after health broke", moved.Sub(broke))
			}
		})
	}
}

// first returns the first event of a type.
func (s *scene) first(kind cutover.EventType) cutover.Event {
	s.Helper()
	for _, e := range s.events {
		if e.Type == kind {
			return e
		}
	}
	s.Fatalf("no event %s", kind)
	return cutover.Event{}
}

// TestErrorsBreakStableHealth: no answer is not a good answer.
func TestErrorsBreakStableHealth(t *testing.T) {
	inBubble(t, "every third look fails", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Health.StableFor = 15 * time.Second
		for n := 3; n < 30; n += 3 {
			s.faults = append(s.faults, once("gates", CallHealth, n, refuse))
		}
		if outcome, abort := s.run(); outcome.Result != cutover.Refused {
			t.Errorf("%s: %v", outcome.Result, abort)
		}
	})
}

// TestDeadlineInGates: the apply's own end is not said to be the gate's.
func TestDeadlineInGates(t *testing.T) {
	inBubble(t, "deadline", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.faults = []fault{once("gates", CallHealth, 1, sicken)}
		s.within(10 * time.Second)
		outcome, abort := s.run()
		if outcome.Result != cutover.Refused || !errors.Is(abort, context.DeadlineExceeded) || strings.Contains(abort.Error(), "did not hold within") {
			t.Errorf("%s: %v", outcome.Result, abort)
		}
	})
}

// within gives the whole cutover a deadline.
func (s *scene) within(d time.Duration) {
	s.ctx, s.cancel = context.WithTimeout(s.ctx, d)
}

// TestAttach: a backend whose health can be read only once it is attached.
func TestAttach(t *testing.T) {
	inBubble(t, "detached", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.routers[0].Detach(traffic.Green)
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted || !s.routers[0].Attached(traffic.Green) {
			t.Errorf("%s: %v", outcome.Result, abort)
		}
	})
}

// bare hides every optional power of a router.
type bare struct{ traffic.Router }

// TestBareRouter: weights alone are enough for a cutover.
func TestBareRouter(t *testing.T) {
	inBubble(t, "bare", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Routers[0].Router = bare{s.routers[0]}
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted || len(outcome.Warnings) > 0 {
			t.Errorf("%s: %v, %v", outcome.Result, abort, outcome.Warnings)
		}
	})
}

// TestWhileHealthTakesTime: of a fleet that waited for health, none moves when
// somebody else has moved one meanwhile.
func TestWhileHealthTakesTime(t *testing.T) {
	inBubble(t, "two routers", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.faults = []fault{
			{1, "gates", CallHealth, 6, 6, interfere(green(theirs))},
			{every, "gates", CallHealth, 1, 5, refuse}, // for longer than a look is good for
		}
		outcome, abort := s.run()
		if outcome.Result != cutover.Refused || !errors.Is(abort, traffic.ErrConflict) {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
		if journal := s.routers[0].Journal(); len(journal) > 1 {
			t.Errorf("the other router moved: %v", journal)
		}
	})
}

// TestGatesThatEndLate leave the last look no more time than the timetable says.
func TestGatesThatEndLate(t *testing.T) {
	late := slowGate("slow", 50*time.Second)
	late.limit = time.Minute
	for _, test := range []struct {
		place string
		look  int // the last one
		order func(o *cutover.Order)
	}{
		{"gates", 2, func(o *cutover.Order) { o.Gates = []cutover.Gate{late} }},
		{"prewarm", 1, func(o *cutover.Order) { o.Prewarm = late }},
	} {
		inBubble(t, test.place, func(t *testing.T) {
			s := newScene(t, allBlue)
			test.order(&s.order)
			s.faults = []fault{from(test.place, CallWeights, test.look, hang)}
			outcome, abort := s.run()
			if outcome.Result != cutover.Refused || !strings.Contains(abort.Error(), "health and weights gave no answer before the time was over") {
				t.Errorf("%s: %v", outcome.Result, abort)
			}
		})
	}
}
