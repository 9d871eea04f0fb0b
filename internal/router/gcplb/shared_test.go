package gcplb_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// calm is a lab that looks at its services seldom: each look goes through all
// the places of all its maps, and there are many here.
var calm = lab.Options{HealthInterval: 250 * time.Millisecond}

// many is a URL map with many path matchers, and a member for each.
func many(t *testing.T, n int) (*world, []traffic.Member) {
	t.Helper()
	w := newWorld(t, calm, lab.ScenarioOptions{Map: func(s *lab.Scenario) map[string]any {
		s.Weighted = true
		body := s.Route(true)
		var matchers []any
		for i := range n {
			m := s.Route(true)
			m["name"] = fmt.Sprintf("m%d", i)
			matchers = append(matchers, m)
		}
		body["pathMatchers"] = matchers
		return body
	}})
	k, sessions := gcplb.New(), w.sessions(t, "")
	var members []traffic.Member
	for i := range n {
		a := w.asked()
		name := fmt.Sprintf("m%d", i)
		a.matcher = &name
		opened, err := k.Open(context.WithoutCancel(t.Context()), sessions, a.blocks(k))
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, opened...)
	}
	w.Lab.ForgetCalls()
	return w, members
}

// limited runs f for each member, so many at a time, as Terraform does.
func limited(members []traffic.Member, atOnce int, f func(traffic.Member)) {
	var wg sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for _, m := range members {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			f(m)
		})
	}
	wg.Wait()
}

func TestRefreshOfManyPlacesIsOneCall(t *testing.T) {
	t.Parallel()
	w, members := many(t, 200)
	start := time.Now()
	limited(members, 10, func(m traffic.Member) {
		if got, err := m.Router.(traffic.Refresher).Refresh(t.Context()); err != nil || got != traffic.All(traffic.Blue) {
			t.Errorf("%s: %s, %v", m.Name, got, err)
		}
	})
	most := 1 + int(time.Since(start)/(5*time.Second)) // an answer is good for five seconds
	if got := w.Lab.CallCounts(); got["urlMaps.get"] > most || len(got) != 1 {
		t.Errorf("calls: %v", got)
	}
}

// TestPlanOfOneMapReadsTheLeast asks for the map once, and for no outgoing
// service that Google has taken already.
func TestPlanOfOneMapReadsTheLeast(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Weighted: true})
	m := w.one(t, w.asked())
	w.Lab.ForgetCalls()
	if _, err := m.Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green); err != nil {
		t.Fatal(err)
	}
	if got := w.Lab.CallCounts(); total(got) != 2 || got["backendServices.get"] != 1 {
		t.Errorf("calls: %v", got)
	}
}

func TestRefreshOfManyMapsIsAList(t *testing.T) {
	t.Parallel()
	w, members := manyMaps(t, 90, calm)
	limited(members, 10, func(m traffic.Member) {
		if _, err := m.Router.(traffic.Refresher).Refresh(t.Context()); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
	})
	got := w.Lab.CallCounts()
	if total := got["urlMaps.get"] + got["urlMaps.list"]; total > 30 {
		t.Errorf("calls: %v", got)
	}
	t.Log(got)
}

// TestListIsNotNeeded has credentials that may read, but not list.
func TestListIsNotNeeded(t *testing.T) {
	t.Parallel()
	w, members := manyMaps(t, 20, lab.Options{Tokens: map[string]lab.Token{"t": {Denied: []string{"urlMaps.list"}}}})
	limited(members, 20, func(m traffic.Member) {
		if _, err := m.Weights(t.Context()); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
	})
	if got := w.Lab.CallCounts(); got["urlMaps.get"] != 20 || got["urlMaps.list"] > 1 {
		t.Errorf("calls: %v", got)
	}
}

// manyMaps are many URL maps with the same two services, and a member for each.
func manyMaps(t *testing.T, n int, opts lab.Options) (*world, []traffic.Member) {
	t.Helper()
	w := newWorld(t, opts, lab.ScenarioOptions{Weighted: true})
	k, sessions := gcplb.New(), w.sessions(t, "t")
	var members []traffic.Member
	for i := range n {
		a := w.asked()
		a.maps = []string{fmt.Sprintf("%s-%d", w.URLMap, i)}
		if err := w.Lab.Insert(a.maps[0], w.Route(true)); err != nil {
			t.Fatal(err)
		}
		opened, err := k.Open(context.WithoutCancel(t.Context()), sessions, a.blocks(k))
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, opened...)
	}
	w.Lab.ForgetCalls()
	return w, members
}

// TestWritesOfOneMapAreGathered cuts many places of one map over at once, as
// the switches of one apply do.
func TestWritesOfOneMapAreGathered(t *testing.T) {
	t.Parallel()
	w, members := many(t, 100)
	w.Lab.SetOperationTime(50 * time.Millisecond)
	limited(members, 10, func(m traffic.Member) { run(t, m) })
	for i := range members {
		weights := w.Lab.Weights(w.URLMap, fmt.Sprintf("#m%d", i))
		if weights[0].Weight != 0 || weights[1].Weight != 100 {
			t.Errorf("m%d: %v", i, weights)
		}
	}
	got := w.Lab.CallCounts()
	if got["urlMaps.update"] > 60 {
		t.Errorf("calls: %v", got)
	}
	t.Log(total(got), got)
}

func TestManyMapsTogether(t *testing.T) {
	t.Parallel()
	w, members := manyMaps(t, 90, calm)
	w.Lab.SetOperationTime(50 * time.Millisecond)
	w.Lab.SetLatency(50 * time.Millisecond)
	limited(members, 10, func(m traffic.Member) {
		if _, err := m.Router.(traffic.Refresher).Refresh(t.Context()); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
	})
	start := time.Now()
	limited(members, 10, func(m traffic.Member) { run(t, m) })
	got := w.Lab.CallCounts()
	if total(got) > 5*len(members) {
		t.Errorf("%d calls for %d changes: %v", total(got), len(members), got)
	}
	t.Log(time.Since(start), total(got), got)
}

func total(counts map[string]int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}

func run(t *testing.T, m traffic.Member) {
	t.Helper()
	o := cutover.Order{
		To: traffic.Green, Routers: []traffic.Member{m}, Found: []traffic.Weights{traffic.All(traffic.Blue)},
		Health: cutover.HealthRule{MinHealthy: 1, MinPercent: 100, Timeout: 30 * time.Second},
	}
	if _, err := cutover.Run(t.Context(), o, nil); err != nil {
		t.Error(err)
	}
}

// TestOneSpoiledEdit has one of several edits in one write conflict: it alone
// fails.
func TestOneSpoiledEdit(t *testing.T) {
	t.Parallel()
	w, members := many(t, 8)
	w.Lab.SetOperationTime(20 * time.Millisecond)
	errs := make([]error, len(members))
	var wg sync.WaitGroup
	for i, m := range members {
		wg.Go(func() {
			from := traffic.All(traffic.Blue)
			if i == 3 {
				from = traffic.Split(traffic.Blue, 70)
			}
			errs[i] = m.SetWeights(t.Context(), from, traffic.All(traffic.Green))
		})
	}
	wg.Wait()
	for i, err := range errs {
		if (i == 3) != errors.Is(err, traffic.ErrConflict) || (i != 3 && err != nil) {
			t.Errorf("m%d: %v", i, err)
		}
		want := traffic.All(traffic.Green)
		if i == 3 {
			want = traffic.All(traffic.Blue)
		}
		if got, err := members[i].Weights(t.Context()); got != want || err != nil {
			t.Errorf("m%d: %s, %v", i, got, err)
		}
	}
}

// TestOneThatLeaves cancels one of several edits while its write is under way:
// the others go on.
func TestOneThatLeaves(t *testing.T) {
	t.Parallel()
	w, members := many(t, 5)
	w.Lab.SetOperationTime(20 * time.Millisecond)
	leaving, leave := context.WithCancel(t.Context())
	var once sync.Once
	w.Lab.AddHook(lab.Hook{Before: func(c lab.Call) {
		if c.Action == "globalOperations.wait" && c.Nth == 2 {
			once.Do(leave)
		}
	}})
	contexts := []context.Context{t.Context(), t.Context(), leaving, t.Context(), t.Context()}
	errs := make([]error, len(members))
	var wg sync.WaitGroup
	for i, m := range members {
		wg.Go(func() {
			errs[i] = m.SetWeights(contexts[i], traffic.All(traffic.Blue), traffic.Split(traffic.Green, 40))
		})
	}
	wg.Wait()
	for i, err := range errs {
		if i != 2 && err != nil {
			t.Errorf("m%d: %v", i, err)
		}
		if got, err := members[i].Weights(t.Context()); i != 2 && (got != traffic.Split(traffic.Green, 40) || err != nil) {
			t.Errorf("m%d: %s, %v", i, got, err)
		}
	}
}

// TestOvertaken has somebody else change the map between a read and the write.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	from, to := traffic.All(traffic.Blue), traffic.All(traffic.Green)
	for name, test := range map[string]struct {
		meanwhile func(body object)
		conflict  bool
	}{
		"something else": {func(body object) { body["description"] = "changed" }, false},
		"the weights": {func(body object) {
			body["defaultRouteAction"].(object)["weightedBackendServices"].([]any)[0].(object)["weight"] = 60
			body["defaultRouteAction"].(object)["weightedBackendServices"].([]any)[1].(object)["weight"] = 40
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Weighted: true})
			m := w.one(t, w.asked())
			if _, err := m.Weights(t.Context()); err != nil {
				t.Fatal(err)
			}
			remove := w.Lab.AddHook(lab.Hook{Before: func(c lab.Call) {
				if c.Action == "urlMaps.update" && c.Nth == 1 {
					if err := w.Lab.Edit(w.URLMap, test.meanwhile); err != nil {
						t.Error(err)
					}
				}
			}})
			defer remove()
			err := m.SetWeights(t.Context(), from, to)
			if test.conflict != errors.Is(err, traffic.ErrConflict) || (!test.conflict && err != nil) {
				t.Fatalf("SetWeights: %v", err)
			}
			if !test.conflict && (w.live(t) != to || w.Lab.Get(w.URLMap)["description"] != "changed") {
				t.Errorf("live %s, %v", w.live(t), w.Lab.Get(w.URLMap))
			}
			if test.conflict && w.live(t) != traffic.Split(traffic.Green, 40) {
				t.Errorf("live %s", w.live(t))
			}
		})
	}
}
