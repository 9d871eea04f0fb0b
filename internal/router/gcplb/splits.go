package gcplb

import (
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// splits are how a URL map divides traffic at all places of a member.
type splits []split

// weights are the shares of the two colors: where places differ, their mean, which
// is 0 or 100 only when it is so everywhere. It is ErrNoWeight when there is a
// place at which neither color has any weight.
func (d splits) weights() (traffic.Weights, error) {
	sum, first, same := 0, traffic.Weights{}, true
	for i, s := range d {
		w, err := s.weights()
		if err != nil {
			return traffic.Weights{}, fmt.Errorf("%s: %w", s.at.words(), err)
		}
		if i == 0 {
			first = w
		}
		same = same && w == first
		sum += w.Blue
	}
	if same {
		return first, nil
	}
	return traffic.Split(traffic.Blue, min(max(sum/len(d), 1), 99)), nil
}

// expect returns a *traffic.ConflictError unless the weights are from, whose
// zero value stands for no weight at all.
func (d splits) expect(from traffic.Weights) error {
	live, err := d.weights()
	if err != nil && !errors.Is(err, traffic.ErrNoWeight) {
		return err
	}
	return traffic.Expect(from, live)
}

// all tells whether the weights are so at every place.
func (d splits) all(want traffic.Weights) bool {
	for _, s := range d {
		if w, err := s.weights(); err != nil || w != want {
			return false
		}
	}
	return true
}

// set gives both colors their weights at all places. When it fails, nothing was
// changed.
func (d splits) set(w traffic.Weights) (effect, error) {
	next := make([]parts, len(d))
	for i, s := range d {
		var err error
		if next[i], err = s.partsFor(w); err != nil {
			return unchanged, err
		}
	}
	return d.put(next), nil
}

func (d splits) put(next []parts) effect {
	did := unchanged
	for i, s := range d {
		did = max(did, s.put(next[i]))
	}
	return did
}

func (d splits) attach() effect {
	did := unchanged
	for _, s := range d {
		did = max(did, s.attach())
	}
	return did
}

// attached tells whether there is nothing to attach.
func (d splits) attached() bool {
	for _, s := range d {
		if !s.attached() && !s.swaps {
			return false
		}
	}
	return true
}

// parts are what the two colors have at each place.
func (d splits) parts() []parts {
	all := make([]parts, len(d))
	for i, s := range d {
		all[i] = s.parts()
	}
	return all
}

// backends are those of a color that the places go to, each once.
func (d splits) backends(c traffic.Color) []link {
	var all []link
	seen := make(map[link]bool, len(d))
	for _, s := range d {
		if l := side(s.pair, c); !seen[l] {
			seen[l] = true
			all = append(all, l)
		}
	}
	return all
}
