package main

import (
	"maps"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

func samplesOf(times ...time.Duration) []sample {
	var samples []sample
	for _, took := range times {
		samples = append(samples, sample{took: took, throttled: 1, errors: 2})
	}
	return samples
}

func TestTypicalIsTheMedian(t *testing.T) {
	tests := map[string]struct {
		times []time.Duration
		want  time.Duration
	}{
		"none": {nil, 0},
		"one":  {[]time.Duration{7}, 7},
		"odd":  {[]time.Duration{900, 1, 5}, 5},
		"even": {[]time.Duration{10, 900, 1, 20}, 15},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := typical(samplesOf(test.times...))
			if got.took != test.want {
				t.Errorf("took %d, want %d", got.took, test.want)
			}
			if n := len(test.times); got.throttled != n || got.errors != 2*n {
				t.Errorf("throttled %d and errors %d, want those of all %d", got.throttled, got.errors, n)
			}
		})
	}
}

func TestCountSetsThrottledCallsApart(t *testing.T) {
	calls := []awselb.Call{
		{Action: "DescribeRules"},
		{Action: "DescribeRules", Code: awselb.Throttled().Code},
		{Action: "ModifyRule"},
		{Action: "DescribeRules"},
		{Action: "DescribeTags"},
	}
	s := count(calls, func(c awselb.Call) bool { return c.Action != "DescribeTags" })
	if want := map[string]int{"DescribeRules": 2, "ModifyRule": 1}; !maps.Equal(s.calls, want) {
		t.Errorf("counted %v, want %v", s.calls, want)
	}
	if s.total() != 3 || s.throttled != 1 {
		t.Errorf("%d calls and %d throttled, want 3 and 1", s.total(), s.throttled)
	}
	if got, want := s.byAction(), "DescribeRules 2, ModifyRule 1"; got != want {
		t.Errorf("shown as %q, want %q", got, want)
	}
}

func TestMeasureThrottlesOnlyWhatIsMeasured(t *testing.T) {
	w, err := listeners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close() }()
	script := newBare(w)
	s, err := w.measure(func() (int, error) { return 3, script.expect(t.Context(), w.sites[0], "blue") })
	if err != nil {
		t.Fatal(err)
	}
	if s.took < latency {
		t.Errorf("took %s, less than the latency of its one call", s.took)
	}
	if s.total() != 1 || s.errors != 3 {
		t.Errorf("%d calls and %d errors, want 1 and 3", s.total(), s.errors)
	}
}
