package main

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

func all(awselb.Call) bool { return true }

func TestBareCutoverMakesTheLeastCalls(t *testing.T) {
	tests := map[string]struct {
		open func(context.Context) (*world, error)
		want map[string]int
	}{
		"listener": {listeners, map[string]int{"DescribeListeners": 2, "DescribeTargetHealth": 1, "ModifyListener": 1}},
		"rule": {
			func(ctx context.Context) (*world, error) { return rules(ctx, 2) },
			map[string]int{"DescribeRules": 2, "DescribeTargetHealth": 1, "ModifyRule": 1},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w, err := test.open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = w.close() }()
			w.lab.ForgetCalls()
			if err := newBare(w).cutover(t.Context(), w.sites[1], "green"); err != nil {
				t.Fatal(err)
			}
			if got := count(w.lab.Calls(), all).calls; !maps.Equal(got, test.want) {
				t.Errorf("made the calls %v, want %v", got, test.want)
			}
			if err := w.check("green", w.sites[1]); err != nil {
				t.Error(err)
			}
			if err := w.check("blue", w.sites[0]); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBareCutoverRefusesAsAnyoneWould(t *testing.T) {
	w, err := listeners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close() }()
	s := w.sites[0]
	if err := newBare(w).cutover(t.Context(), s, "blue"); err == nil || !strings.Contains(err.Error(), "does not send everything to green") {
		t.Errorf("where traffic was not as expected: %v", err)
	}
	w.scenario.Green.SetHealthy(false)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := w.lab.WaitHealth(ctx, s.green, func(h awselb.HealthCounts) bool { return h.Unhealthy == 1 }); err != nil {
		t.Fatal(err)
	}
	if err := newBare(w).cutover(t.Context(), s, "green"); err == nil || !strings.Contains(err.Error(), "unhealthy") {
		t.Errorf("where green was unhealthy: %v", err)
	}
	if err := w.check("blue", s); err != nil {
		t.Error(err)
	}
}

func TestBareTriesWhatIsThrottledAgain(t *testing.T) {
	w, err := listeners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close() }()
	w.lab.Inject(awselb.Fault{Action: "DescribeListeners", Times: 4, Err: awselb.Throttled()})
	script := newBare(w)
	if err := script.expect(t.Context(), w.sites[0], "blue"); err != nil {
		t.Fatal(err)
	}
	if script.errors() != 1 {
		t.Errorf("the script saw %d errors, want 1: the SDK tries three times", script.errors())
	}
}

func TestRulesAreSpreadOverListeners(t *testing.T) {
	w, err := rules(t.Context(), rulesPerListener+1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close() }()
	found := map[string]int{}
	for _, s := range w.sites {
		found[s.arn[:strings.LastIndex(s.arn, "/")]]++
	}
	if len(found) != 2 || len(w.sites) != rulesPerListener+1 {
		t.Errorf("%d rules by listener: %v", len(w.sites), found)
	}
	if err := w.check("blue", w.sites...); err != nil {
		t.Error(err)
	}
}
