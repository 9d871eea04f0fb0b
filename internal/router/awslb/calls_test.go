package awslb_test

import (
	"fmt"
	"maps"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// powers is all that a member of this kind can do.
type powers interface {
	traffic.Router
	traffic.Refresher
	traffic.Inspector
	traffic.Attacher
	traffic.HealthReader
	traffic.Restorer
	traffic.Claimer
}

func (w *world) powers(t *testing.T, a ask) powers {
	t.Helper()
	return w.one(t, a).Router.(powers)
}

func wantCalls(t *testing.T, lab *awselb.Lab, want map[string]int) {
	t.Helper()
	if got := lab.CallCounts(); !maps.Equal(got, want) {
		t.Errorf("calls = %v, want %v", got, want)
	}
}

// TestInstantCutoverMakesTheLeastCalls holds the budget of a cutover without
// steps: what the bare SDK needs, and one read to see that it is done.
func TestInstantCutoverMakesTheLeastCalls(t *testing.T) {
	w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true})
	r := w.powers(t, w.asked())
	w.setHealthy(t, traffic.Green, true)
	w.Lab.ForgetCalls()

	from, to := traffic.All(traffic.Blue), traffic.All(traffic.Green)
	got, err := r.Weights(t.Context())
	if err != nil || got != from {
		t.Fatalf("Weights = %s, %v", got, err)
	}
	if err := r.Attach(t.Context(), traffic.Green); err != nil {
		t.Fatal(err)
	}
	if h, err := r.Health(t.Context(), traffic.Green); err != nil || h.Healthy != 1 {
		t.Fatalf("Health = %+v, %v", h, err)
	}
	if err := r.SetWeights(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	if got, err = r.Weights(t.Context()); err != nil || got != to {
		t.Fatalf("Weights = %s, %v", got, err)
	}
	wantCalls(t, w.Lab, map[string]int{"DescribeListeners": 3, "DescribeTargetHealth": 1, "ModifyListener": 1})
}

func TestAttachTwiceWritesOnce(t *testing.T) {
	w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{ForgetAfter: true})
	r := w.powers(t, w.asked())
	for range 2 {
		if err := r.Attach(t.Context(), traffic.Green); err != nil {
			t.Fatal(err)
		}
	}
	wantCalls(t, w.Lab, map[string]int{"DescribeListeners": 1, "ModifyListener": 1})
}

func TestSetToWhatIsThereWritesNothing(t *testing.T) {
	w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true})
	r := w.powers(t, w.asked())
	if err := r.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.All(traffic.Blue)); err != nil {
		t.Fatal(err)
	}
	wantCalls(t, w.Lab, map[string]int{"DescribeListeners": 1})
	if changes := w.Lab.Journal(); len(changes) > 0 {
		t.Errorf("changes = %+v", changes)
	}
}

// TestOnePlanMakesNoMoreCallsThanOneByOne looks at one switch in a new
// process: sharing must cost nothing when there is nobody to share with.
func TestOnePlanMakesNoMoreCallsThanOneByOne(t *testing.T) {
	for name, opts := range map[string]awselb.ScenarioOptions{
		"both attached":      {Attach: true, ForgetAfter: true},
		"green not attached": {ForgetAfter: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, awselb.Options{}, opts)
			plan(t, w.powers(t, w.asked()))
			// The rules tell what else keeps traffic on the color that is left.
			wantCalls(t, w.Lab, map[string]int{"DescribeListeners": 1, "DescribeTargetGroups": 1, "DescribeRules": 1})
		})
	}
}

func plan(t *testing.T, r powers) {
	t.Helper()
	ctx := router.ForPlan(t.Context())
	if _, err := r.Refresh(ctx); err != nil {
		t.Error(err)
	}
	if _, err := r.Inspect(ctx, traffic.Green); err != nil {
		t.Error(err)
	}
}

// TestManyShareReads plans switches over all rules and listeners of one load
// balancer, as many at a time as Terraform does.
func TestManyShareReads(t *testing.T) {
	const each = 45
	w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true})
	var asks []ask
	for i := range each {
		a := w.asked()
		arn, err := w.AddListener(t.Context(), int32(1000+i), w.Blue, w.Green)
		if err != nil {
			t.Fatal(err)
		}
		a.listeners = []string{arn}
		asks = append(asks, a)
		if arn, err = w.AddRule(t.Context(), int32(1+i), fmt.Sprintf("/%d/*", i), w.Blue, w.Green); err != nil {
			t.Fatal(err)
		}
		a.listeners, a.rules = nil, []string{arn}
		asks = append(asks, a)
	}
	w.Lab.ForgetCalls()

	var workers errgroup.Group
	workers.SetLimit(10)
	for _, a := range asks {
		r := w.powers(t, a)
		workers.Go(func() error {
			plan(t, r)
			return nil
		})
	}
	if err := workers.Wait(); err != nil {
		t.Fatal(err)
	}
	// Of rules, one for each listener that has any switch.
	wantCalls(t, w.Lab, map[string]int{"DescribeListeners": 1, "DescribeRules": each + 1, "DescribeTargetGroups": 1})
}

func TestRefreshSeesOwnWrites(t *testing.T) {
	for name, place := range map[string]func(t *testing.T) (*world, ask){
		"listener": onListener(awselb.ScenarioOptions{}),
		"rule":     onRule,
	} {
		t.Run(name, func(t *testing.T) {
			w, a := place(t)
			r := w.powers(t, a)
			from := traffic.All(traffic.Blue)
			for _, percent := range []int{10, 50, 100} {
				if got, err := r.Refresh(t.Context()); err != nil || got != from {
					t.Fatalf("Refresh = %s, %v, want %s", got, err, from)
				}
				to := traffic.Split(traffic.Green, percent)
				if err := r.SetWeights(t.Context(), from, to); err != nil {
					t.Fatal(err)
				}
				from = to
			}
			if got, err := r.Refresh(t.Context()); err != nil || got != from {
				t.Fatalf("Refresh = %s, %v, want %s", got, err, from)
			}
		})
	}
}

func TestRefreshReadsAllPages(t *testing.T) {
	w := newWorld(t, awselb.Options{PageSize: 1}, awselb.ScenarioOptions{Attach: true})
	arn, err := w.AddListener(t.Context(), 81, w.Blue, w.Green)
	if err != nil {
		t.Fatal(err)
	}
	a := w.asked()
	a.listeners = []string{w.ListenerARN, arn}
	members, err := w.open(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	w.Lab.ForgetCalls()
	for _, m := range members {
		plan(t, m.Router.(powers))
	}
	wantCalls(t, w.Lab, map[string]int{"DescribeListeners": 2, "DescribeTargetGroups": 2, "DescribeRules": 2})
}

func TestRegionsAreApart(t *testing.T) {
	w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{})
	other := w.Lab.ScenarioT(t, awselb.ScenarioOptions{Region: "us-east-1", ForgetAfter: true})
	a := w.asked()
	a.listeners = append(a.listeners, other.ListenerARN)
	a.blue, a.green = append(a.blue, other.Blue.GroupARN), append(a.green, other.Green.GroupARN)
	members, err := w.open(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if err := m.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.Split(traffic.Green, 30)); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.live(t, w.ListenerARN); got.Green != 30 {
		t.Errorf("in %s: %s", w.Region, got)
	}
	if got := w.Lab.Weights(other.ListenerARN); got[other.Green.GroupARN] != 30 {
		t.Errorf("in %s: %v", other.Region, got)
	}
	called := map[string]bool{}
	for _, c := range w.Lab.Calls() {
		called[c.Region] = true
	}
	if !called[w.Region] || !called[other.Region] || len(called) != 2 {
		t.Errorf("regions called: %v", called)
	}
}
