package gcplb

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Why weights cannot be set at a place.
var (
	errInexact = errors.New("the share is no whole part of the weight that both environments have there beside other backend services")
	errWhole   = errors.New("there can be no weights: a color takes 0 or 100")
)

// effect is what an edit did to a URL map.
type effect int

const (
	unchanged effect = iota
	// numbers: nothing but weights of services that were there.
	numbers
	// services: other services are named than before.
	services
)

// partsFor returns what stands for shares: parts of the sum.
func (s split) partsFor(w traffic.Weights) (parts, error) {
	to, whole := w.Active()
	sum := s.sum()
	switch {
	case s.swaps && !whole:
		return nil, fmt.Errorf("%w (%s)", errWhole, s.plain)
	case whole:
		return parts{to: sum, to.Other(): 0}, nil
	}
	next := make(parts, 2)
	for _, c := range traffic.Colors() {
		if sum*int64(w.Of(c))%100 != 0 {
			return nil, fmt.Errorf("%w: %s", errInexact, s.beside())
		}
		next[c] = sum * int64(w.Of(c)) / 100
	}
	return next, nil
}

// beside says what the two environments share the route with, and how.
func (s split) beside() string {
	verb := "has"
	if len(s.others) > 1 {
		verb = "have"
	}
	return fmt.Sprintf("%s %s the weight %d at %s, and the two environments have %d together", strings.Join(s.others, " and "), verb, s.othersSum, s.at.words(), s.sum())
}

// put gives both colors what stands for their shares. Weights of 0 are written
// out, since nobody promises how one that is left out is read.
func (s split) put(next parts) effect {
	live := s.parts()
	switch {
	case live[traffic.Blue] == next[traffic.Blue] && live[traffic.Green] == next[traffic.Green]:
		return unchanged
	case s.swaps:
		return s.swap(next)
	case s.plain != "":
		return s.spread(next)
	}
	did := numbers
	for _, c := range traffic.Colors() {
		if s.entries[c] == nil {
			s.add(c)
			did = services
		}
		s.entries[c]["weight"] = number(next[c])
	}
	return did
}

// attach names both backend services, the one that is not there at weight 0.
// Where there cannot be weights it does nothing.
func (s split) attach() effect {
	switch {
	case s.swaps || s.attached():
		return unchanged
	case s.plain != "":
		return s.spread(s.parts())
	}
	for _, c := range traffic.Colors() {
		if s.entries[c] == nil {
			s.add(c)
		}
	}
	return services
}

// add appends an entry at weight 0 to the list.
func (s split) add(c traffic.Color) {
	action, _ := s.node[s.action].(object)
	list, _ := action[weightedServices].([]any)
	like, _ := s.entries[c.Other()]["backendService"].(string)
	s.entries[c] = object{"backendService": side(s.pair, c).like(like), "weight": number(0)}
	action[weightedServices] = append(list, s.entries[c])
}

// spread turns a plain service into two with weights. All else that the route
// action says stays.
func (s split) spread(next parts) effect {
	action, ok := s.node[s.action].(object)
	if !ok {
		action = object{}
		s.node[s.action] = action
	}
	list := make([]any, 0, 2)
	for _, c := range traffic.Colors() {
		list = append(list, object{"backendService": side(s.pair, c).like(s.plain), "weight": number(next[c])})
	}
	action[weightedServices] = list
	delete(s.node, s.service)
	return services
}

// swap gives everything to the color that has it next.
func (s split) swap(next parts) effect {
	for _, c := range traffic.Colors() {
		if next[c] > 0 {
			s.node[s.service] = side(s.pair, c).like(s.plain)
		}
	}
	return services
}

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }
