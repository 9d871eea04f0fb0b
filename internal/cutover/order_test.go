package cutover_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestValidateSteps(t *testing.T) {
	for _, test := range []struct {
		name    string
		weights []int
		wrong   []int // indices
		says    string
	}{
		{name: "none"},
		{name: "one", weights: []int{1}},
		{name: "rising", weights: []int{1, 2, 50, 98, 99}},
		{name: "zero", weights: []int{0, 10}, wrong: []int{0}, says: "1 to 99, not 0"},
		{name: "hundred", weights: []int{50, 100}, wrong: []int{1}, says: "100 always comes last and needs no step"},
		{name: "negative", weights: []int{-1}, wrong: []int{0}, says: "not -1"},
		{name: "beyond", weights: []int{101}, wrong: []int{0}, says: "not 101"},
		{name: "twice", weights: []int{10, 10}, wrong: []int{1}, says: "10 does not come after 10"},
		{name: "falling", weights: []int{50, 10, 20}, wrong: []int{1, 2}, says: "20 does not come after 50"},
		{name: "all wrong", weights: []int{0, 100, 100, 5}, wrong: []int{0, 1, 2, 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var steps []cutover.Step
			for _, w := range test.weights {
				steps = append(steps, cutover.Step{Weight: w})
			}
			err := cutover.ValidateSteps(steps)
			if (err == nil) != (len(test.wrong) == 0) {
				t.Fatalf("ValidateSteps(%v) = %v", test.weights, err)
			}
			if err == nil {
				return
			}
			if !strings.Contains(err.Error(), test.says) || !errors.Is(err, cutover.ErrOrder) {
				t.Errorf("error %q", err)
			}
			joined, ok := err.(interface{ Unwrap() []error }) // the join itself is tested
			if !ok || len(joined.Unwrap()) != len(test.wrong) {
				t.Fatalf("error %v does not join %d", err, len(test.wrong))
			}
			for i, one := range joined.Unwrap() {
				var step *cutover.StepError
				if !errors.As(one, &step) || step.Index != test.wrong[i] {
					t.Errorf("error %v is not of step %d", one, test.wrong[i])
				}
			}
		})
	}
}

func TestNeeded(t *testing.T) {
	for _, test := range []struct {
		found []traffic.Weights
		to    traffic.Color
		want  bool
	}{
		{nil, traffic.Green, false},
		{[]traffic.Weights{allBlue}, traffic.Green, true},
		{[]traffic.Weights{allBlue}, traffic.Blue, false},
		{[]traffic.Weights{green(99)}, traffic.Green, true},
		{[]traffic.Weights{allGreen, allGreen}, traffic.Green, false},
		{[]traffic.Weights{allGreen, green(99)}, traffic.Green, true},
		{[]traffic.Weights{allGreen, allBlue}, traffic.Blue, true},
	} {
		if got := (cutover.Order{To: test.to, Found: test.found}).Needed(); got != test.want {
			t.Errorf("%v to %s: Needed = %t", test.found, test.to, got)
		}
	}
}

// TestHealthRule tries every rule on every fleet of up to five targets.
func TestHealthRule(t *testing.T) {
	for least := range 5 {
		for _, percent := range []int{0, 1, 50, 67, 99, 100} {
			for total := range 6 {
				for healthy := range total + 1 {
					rule := cutover.HealthRule{MinHealthy: least, MinPercent: percent}
					err := rule.Check(traffic.Health{Healthy: healthy, Total: total})
					want := healthy >= 1 && healthy >= least && 100*healthy >= percent*total
					if (err == nil) != want {
						t.Errorf("%+v: %d of %d: %v", rule, healthy, total, err)
					}
					if err != nil && !errors.Is(err, cutover.ErrUnhealthy) {
						t.Errorf("%v is not ErrUnhealthy", err)
					}
				}
			}
		}
	}
}

func TestHealthRuleSays(t *testing.T) {
	many := []string{"a is down", "b is down", "c is down", "d is down", "e is down", "f is down", "g is down"}
	for _, test := range []struct {
		rule   cutover.HealthRule
		health traffic.Health
		want   string
	}{
		{cutover.HealthRule{}, traffic.Health{}, "not healthy: 0 of 0 targets are healthy, and 1 are needed"},
		{
			cutover.HealthRule{MinHealthy: 2},
			traffic.Health{Healthy: 1, Total: 2, Unhealthy: many[:1]},
			"not healthy: 1 of 2 targets are healthy, and 2 are needed (a is down)",
		},
		{
			cutover.HealthRule{MinPercent: 100},
			traffic.Health{Healthy: 2, Total: 4, Unhealthy: many[:2]},
			"not healthy: 2 of 4 targets are healthy, and 100 % and at least 1 are needed (a is down; b is down)",
		},
		{
			cutover.HealthRule{MinHealthy: 1},
			traffic.Health{Total: 5, Unhealthy: many[:5]},
			"not healthy: 0 of 5 targets are healthy, and 1 are needed (a is down; b is down; c is down; d is down; e is down)",
		},
		{
			cutover.HealthRule{MinHealthy: 1},
			traffic.Health{Total: 7, Unhealthy: many},
			"not healthy: 0 of 7 targets are healthy, and 1 are needed (a is down; b is down; c is down; d is down; e is down; and 2 more)",
		},
	} {
		if err := test.rule.Check(test.health); err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
	}
}
