package gcplb_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// order is a cutover of members from where they are.
func order(t *testing.T, to traffic.Color, steps []int, members ...traffic.Member) cutover.Order {
	t.Helper()
	o := cutover.Order{
		To: to, Routers: members,
		Health: cutover.HealthRule{MinHealthy: 1, MinPercent: 100, Timeout: 30 * time.Second},
	}
	for _, s := range steps {
		o.Steps = append(o.Steps, cutover.Step{Weight: s})
	}
	for _, m := range members {
		w, err := m.Weights(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		o.Found = append(o.Found, w)
	}
	return o
}

// TestCutoversUnderLoad loses no request. A soak of the whole provider carries
// the big counts.
func TestCutoversUnderLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{OperationTime: -1}, lab.ScenarioOptions{Targets: 2})
	m := w.one(t, w.asked())
	l, err := load.Start(t.Context(), load.Options{URL: w.URL, Concurrency: 4, Rate: 200})
	if err != nil {
		t.Fatal(err)
	}
	to := traffic.Green
	for range 30 {
		outcome, err := cutover.Run(t.Context(), order(t, to, []int{10, 50}, m), nil)
		if err != nil || outcome.Result != cutover.Promoted {
			t.Fatalf("%s: %v", outcome.Result, err)
		}
		to = to.Other()
	}
	totals := l.Stop()
	if totals.Failures != 0 || totals.Requests == 0 {
		t.Errorf("%d of %d requests failed: %v", totals.Failures, totals.Requests, totals.Errors)
	}
	if totals.Colors["blue"] == 0 || totals.Colors["green"] == 0 {
		t.Errorf("requests by color: %v", totals.Colors)
	}
	checkJournal(t, w)
	t.Logf("%d requests, %d failed, by color %v", totals.Requests, totals.Failures, totals.Colors)
}

// checkJournal sees that at no time nothing or an unfit service got traffic.
func checkJournal(t *testing.T, w *world) {
	t.Helper()
	for _, c := range w.Lab.JournalOf(w.URLMap, w.place) {
		if c.Sum() == 0 {
			t.Errorf("call %d left all weights at zero", c.Call)
		}
		for _, s := range c.Weights {
			if s.Weight > 0 && s.Service == w.Green.Service && s.Healthy == 0 {
				t.Errorf("call %d gave %d to green, which has no healthy endpoint", c.Call, s.Weight)
			}
		}
	}
}

// TestMapsMoveTogether has a global and a regional URL map in one switch, and
// refuses the write of one at the second step: both go back.
func TestMapsMoveTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{})
	regional := w.Lab.ScenarioT(t, lab.ScenarioOptions{Name: "regional", Region: "europe-west1"})
	a := w.asked()
	a.maps, a.blue, a.green = append(a.maps, regional.URLMap), append(a.blue, regional.Blue.Service), append(a.green, regional.Green.Service)
	members, err := w.open(t, a)
	if err != nil {
		t.Fatal(err)
	}
	both := &world{Scenario: regional}
	remove := w.Lab.Inject(lab.Fault{Action: "regionUrlMaps.update", Nth: 3, Times: -1, Err: lab.Denied("regionUrlMaps.update", regional.URLMap)})
	outcome, err := cutover.Run(t.Context(), order(t, traffic.Green, []int{10, 50}, members...), func(e cutover.Event) {
		if e.Type == cutover.EventRollback {
			remove()
		}
	})
	if err == nil || outcome.Result != cutover.RolledBack {
		t.Errorf("%s: %v", outcome.Result, err)
	}
	for _, w := range []*world{w, both} {
		if got := w.live(t); got != traffic.All(traffic.Blue) {
			t.Errorf("%s: live %s", w.URLMap, got)
		}
	}
	if _, err := cutover.Run(t.Context(), order(t, traffic.Green, nil, members...), nil); err != nil {
		t.Error(err)
	}
	for _, w := range []*world{w, both} {
		if got := w.live(t); got != traffic.All(traffic.Green) {
			t.Errorf("%s: live %s", w.URLMap, got)
		}
	}
}

func TestClassicCutover(t *testing.T) {
	t.Parallel()
	w := onClassic(t)
	m := w.one(t, w.asked())
	for _, to := range []traffic.Color{traffic.Green, traffic.Blue} {
		if _, err := cutover.Run(t.Context(), order(t, to, nil, m), nil); err != nil {
			t.Fatal(err)
		}
		if got := w.live(t); got != traffic.All(to) {
			t.Errorf("live %s", got)
		}
	}
}

func TestRichMapIsTheSameAfterwards(t *testing.T) {
	t.Parallel()
	w := onDefault(lab.ScenarioOptions{Weighted: true})(t)
	before := w.Lab.Get(w.URLMap)
	m := w.one(t, w.asked())
	for _, to := range []traffic.Color{traffic.Green, traffic.Blue} {
		if _, err := cutover.Run(t.Context(), order(t, to, []int{10, 50}, m), nil); err != nil {
			t.Fatal(err)
		}
	}
	after := w.Lab.Get(w.URLMap)
	delete(before, "fingerprint")
	delete(after, "fingerprint")
	if !reflect.DeepEqual(before, after) {
		was, _ := json.Marshal(before)
		is, _ := json.Marshal(after)
		t.Errorf("the map was\n%s\nand is\n%s", was, is)
	}
}

func TestPropagationLag(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{Propagation: 50 * time.Millisecond, OperationTime: 50 * time.Millisecond}, lab.ScenarioOptions{})
	m := w.one(t, w.asked())
	if _, err := cutover.Run(t.Context(), order(t, traffic.Green, []int{50}, m), nil); err != nil {
		t.Fatal(err)
	}
	checkJournal(t, w)
}

func TestUnhealthyGreenIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{})
	w.SetHealthy(w.Green, false)
	o := order(t, traffic.Green, nil, w.one(t, w.asked()))
	o.Health.Timeout = time.Second
	outcome, err := cutover.Run(t.Context(), o, nil)
	if !errors.Is(err, cutover.ErrUnhealthy) || outcome.Result != cutover.Refused {
		t.Errorf("%s: %v", outcome.Result, err)
	}
	if got := w.live(t); got != traffic.All(traffic.Blue) {
		t.Errorf("live %s", got)
	}
}

// TestFaults makes each call of a cutover fail in turn, in each way. What
// passes is never seen; what stays leaves traffic where it was found, or done.
func TestFaults(t *testing.T) {
	t.Parallel()
	faults := map[string]lab.Fault{
		"error":             {Err: lab.InternalFailure()},
		"unavailable":       {Err: lab.Unavailable(), Times: 2},
		"throttle":          {Err: lab.Throttled(), Times: 3},
		"lost request":      {LoseRequest: true},
		"lost reply":        {LoseReply: true},
		"not ready":         {Err: &lab.APIError{Status: 400, Reason: "resourceNotReady", Message: "not ready"}},
		"failed in passing": {Operation: &lab.OperationError{Status: 503, Code: "INTERNAL_ERROR", Message: "try again"}},
		"overtaken":         {Operation: &lab.OperationError{Status: 412, Code: "CONDITION_NOT_MET", Message: "fingerprint"}},
	}
	calls := callsOfCutover(t)
	if len(calls) < 12 {
		t.Fatalf("a cutover makes %d calls only: %v", len(calls), calls)
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, lab.Options{OperationTime: -1}, lab.ScenarioOptions{})
			if fault.Operation == nil {
				w.Lab.SetOperationTime(time.Millisecond)
			}
			m := w.one(t, w.asked())
			to := traffic.Green
			for _, c := range calls {
				fault.Action, fault.Nth = c.Action, c.Nth
				remove := w.Lab.Inject(fault)
				outcome, err := cutover.Run(t.Context(), order(t, to, []int{10, 50}, m), nil)
				remove()
				if err != nil {
					t.Errorf("%s %d: %s: %v", c.Action, c.Nth, outcome.Result, err)
				}
				if got := w.live(t); got != traffic.All(to) {
					t.Fatalf("%s %d: live %s", c.Action, c.Nth, got)
				}
				to = to.Other()
			}
			checkJournal(t, w)
		})
	}
}

// TestLastingFaults lets each call fail for good from its turn on, until the
// cutover has given up or was interrupted.
func TestLastingFaults(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for _, c := range callsOfCutover(t) {
		w := newWorld(t, lab.Options{OperationTime: time.Millisecond}, lab.ScenarioOptions{})
		o := order(t, traffic.Green, []int{10, 50}, w.one(t, w.asked()))
		w.Lab.ForgetCalls()
		wg.Go(func() { lasting(t, w, o, c) }) // it waits most of the time
	}
	wg.Wait()
}

func lasting(t *testing.T, w *world, o cutover.Order, c lab.Call) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	remove := w.Lab.Inject(lab.Fault{Action: c.Action, Nth: c.Nth, Times: -1, Err: lab.Denied(c.Action, w.URLMap)})
	outcome, err := cutover.Run(ctx, o, func(e cutover.Event) {
		if e.Type == cutover.EventRollback {
			remove()
		}
	})
	want := traffic.All(traffic.Blue)
	switch {
	case outcome.Result == cutover.Promoted && err == nil:
		want = traffic.All(traffic.Green)
	case (outcome.Result == cutover.Refused || outcome.Result == cutover.RolledBack) && err != nil:
	default:
		t.Errorf("%s %d: %s: %v", c.Action, c.Nth, outcome.Result, err)
	}
	if got := w.live(t); got != want {
		t.Errorf("%s %d: %s, but live %s: %v", c.Action, c.Nth, outcome.Result, got, err)
	}
}

// callsOfCutover are the calls of a cutover that nothing disturbs.
func callsOfCutover(t *testing.T) []lab.Call {
	t.Helper()
	w := newWorld(t, lab.Options{OperationTime: time.Millisecond}, lab.ScenarioOptions{})
	m := w.one(t, w.asked())
	o := order(t, traffic.Green, []int{10, 50}, m)
	w.Lab.ForgetCalls()
	if _, err := cutover.Run(context.WithoutCancel(t.Context()), o, nil); err != nil {
		t.Fatal(err)
	}
	return w.Lab.Calls()
}
