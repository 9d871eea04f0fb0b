package main

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// sample is what a piece of work cost.
type sample struct {
	took      time.Duration
	calls     map[string]int // that were answered, by action
	throttled int            // that were not
	errors    int            // that reached whoever asked for the work
}

// total is how many calls were answered.
func (s sample) total() int {
	total := 0
	for _, n := range s.calls {
		total += n
	}
	return total
}

// measure has the lab answer slowly and throttle, from full buckets, while work
// is done, and returns what that cost. The work returns how many errors it saw,
// and an error only when there is nothing to measure.
func (w *world) measure(work func() (seen int, err error)) (sample, error) {
	w.lab.SetLatency(latency)
	w.lab.SetThrottling(awselb.PublishedThrottling())
	w.lab.ForgetCalls()
	start := time.Now()
	seen, err := work()
	took := time.Since(start)
	w.lab.SetLatency(0)
	w.lab.SetThrottling(nil)
	s := count(w.lab.Calls(), func(awselb.Call) bool { return true })
	s.took, s.errors = took, seen
	return s, err
}

// count counts the calls that are to be counted.
func count(calls []awselb.Call, counts func(awselb.Call) bool) sample {
	s := sample{calls: map[string]int{}}
	for _, c := range calls {
		switch {
		case !counts(c):
		case c.Code == awselb.Throttled().Code:
			s.throttled++
		default:
			s.calls[c.Action]++
		}
	}
	return s
}

// typicalOf is typical of a part of each round.
func typicalOf[R any](rounds []R, part func(R) sample) sample {
	var samples []sample
	for _, r := range rounds {
		samples = append(samples, part(r))
	}
	return typical(samples)
}

// typical is the sample with the median time; what was throttled and failed is
// that of all.
func typical(samples []sample) sample {
	if len(samples) == 0 {
		return sample{}
	}
	byTime := slices.SortedFunc(slices.Values(samples), func(a, b sample) int { return cmp.Compare(a.took, b.took) })
	middle := byTime[(len(byTime)-1)/2]
	if len(byTime)%2 == 0 {
		middle.took = (middle.took + byTime[len(byTime)/2].took) / 2
	}
	middle.throttled, middle.errors = 0, 0
	for _, s := range samples {
		middle.throttled += s.throttled
		middle.errors += s.errors
	}
	return middle
}

// actions are the actions of a sample, in order.
func (s sample) actions() []string { return slices.Sorted(maps.Keys(s.calls)) }
