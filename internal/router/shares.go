package router

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// ErrInexact reports a share that cannot be set beside other backends.
var ErrInexact = errors.New("the share is not a whole number of the weight that the two environments have together")

// Shares are the relative weights of a list of backends, two of which are ours.
// All are 0 or more.
type Shares struct {
	Blue, Green int64
	// Others are the backends with any weight that are none of ours.
	Others []Share
	// Most is the largest weight that the API takes.
	Most int64
}

// Share is the weight of a backend by its name.
type Share struct {
	Name   string
	Weight int64
}

// String names the backend with its weight.
func (s Share) String() string { return fmt.Sprintf("%s with weight %d", s.Name, s.Weight) }

// Weights returns the percentages of our two backends. It fails with
// traffic.ErrNoWeight when both are at 0.
func (s Shares) Weights() (traffic.Weights, error) {
	return traffic.Shares(uint64(max(s.Blue, 0)), uint64(max(s.Green, 0)))
}

// Total is what our two weights make together once weights are set. Beside
// others it stays, so that their share of traffic does; alone, or where ours have
// none, it is 100.
func (s Shares) Total() int64 {
	if ours := s.Blue + s.Green; ours > 0 && len(s.Others) > 0 {
		return ours
	}
	return 100
}

// Step is the least percentage whose multiples are whole numbers of Total: 1 when
// every share can be set, 100 when a color gets all or nothing.
func (s Shares) Step() int {
	step := int64(1)
	for s.Total()*step%100 != 0 {
		step++
	}
	return int(step)
}

// Are tells whether the weights are exactly w.
func (s Shares) Are(w traffic.Weights) bool {
	ours := s.Blue + s.Green
	return ours > 0 && s.Blue*100 == int64(w.Blue)*ours
}

// Divide returns the two weights that read as to. Beside others they need not be
// exact, or a rollback could not put back 1 of 3, which reads as 33 percent; steps
// must be (Step). Errors wrap ErrInexact.
func (s Shares) Divide(to traffic.Weights) (blue, green int64, err error) {
	total := s.Total()
	divided := Shares{Blue: (total*int64(to.Blue) + 50) / 100}
	divided.Green = total - divided.Blue
	if reads, err := divided.Weights(); err != nil || reads != to || max(divided.Blue, divided.Green) > s.Most {
		return 0, 0, fmt.Errorf("%w: %s of %d cannot be set beside %s", ErrInexact, to, total, s.Beside())
	}
	return divided.Blue, divided.Green, nil
}

// Beside names the others with their weights, for messages.
func (s Shares) Beside() string {
	texts := make([]string, len(s.Others))
	for i, o := range s.Others {
		texts[i] = o.String()
	}
	return strings.Join(texts, ", ")
}

// LimitedBy says for traffic.Facts what keeps shares from being set exactly, and
// the cure; it is empty when nothing does.
func (s Shares) LimitedBy() string {
	if s.Step() == 1 {
		return ""
	}
	example := ""
	if sum, scaled := s.scaled(); sum > 0 {
		example = fmt.Sprintf(" (the same shares are %d for blue and green, and %s)", sum, scaled.Beside())
	}
	return fmt.Sprintf("It sends traffic to %s too, so that the weights of blue and green stay %d together. "+
		"Set these weights so that those two make a multiple of 100%s, or take out what is none of ours.", s.Beside(), s.Total(), example)
}

// scaled returns weights that keep all shares, in which ours make a multiple of
// 100; the sum is 0 when there are none in range.
func (s Shares) scaled() (sum int64, scaled Shares) {
	total := s.Total()
	for sum = 100; sum <= s.Most; sum += 100 {
		scaled.Others = slices.Clone(s.Others)
		fits := true
		for i, o := range s.Others {
			fits = fits && o.Weight*sum%total == 0 && o.Weight*sum/total <= s.Most
			scaled.Others[i].Weight = o.Weight * sum / total
		}
		if fits {
			return sum, scaled
		}
	}
	return 0, Shares{}
}
