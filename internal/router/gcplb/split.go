package gcplb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// weightedServices is the list of backend services with weights in a route
// action.
const weightedServices = "weightedBackendServices"

// Why the traffic at a place cannot be divided.
var (
	errRedirect = errors.New("requests are redirected there")
	errBucket   = errors.New("a backend bucket serves there")
	errNotOurs  = fmt.Errorf("requests go to neither environment: %w", traffic.ErrNoWeight)
	errTwoPairs = errors.New("requests go to backend services that are not of one pair")
	errTwice    = errors.New("one backend service has several weights")
)

// split is how traffic is divided at one place.
type split struct {
	spot
	at   place
	pair pair
	// entries are those of weightedBackendServices that are ours; nil when the
	// color is not there.
	entries map[traffic.Color]object
	// plain is the backend that gets everything; empty when there are weights.
	plain string
	// swaps is set when there cannot be weights: a plain backend is swapped for
	// the other one.
	swaps bool
	// others are the links of other backend services that have a weight above 0,
	// and othersSum their weights together.
	others    []string
	othersSum int64
}

// parts are the weights of the two colors as Google has them.
type parts map[traffic.Color]int64

func (p parts) sum() int64 { return p[traffic.Blue] + p[traffic.Green] }

// splitAt reads how traffic is divided at a place of a URL map, between one of
// the pairs.
func splitAt(root object, at place, pairs []pair) (split, error) {
	spot, err := at.find(root)
	if err != nil {
		return split{}, err
	}
	s := split{spot: spot, at: at, entries: make(map[traffic.Color]object)}
	if s.node[s.redirect] != nil {
		return split{}, errRedirect
	}
	action, _ := s.node[s.action].(object)
	list, _ := action[weightedServices].([]any)
	if len(list) == 0 {
		s.plain, _ = s.node[s.service].(string)
		return s, s.readPlain(pairs)
	}
	return s, s.readEntries(list, pairs)
}

func (s *split) readPlain(pairs []pair) error {
	for _, p := range pairs {
		if _, ours := colorIn(p, s.plain); ours {
			s.pair, s.swaps = p, isBucket(p)
			return nil
		}
	}
	if strings.Contains(s.plain, "/"+backendBuckets+"/") {
		return fmt.Errorf("%w: %s", errBucket, s.plain)
	}
	return fmt.Errorf("%w, but to %q", errNotOurs, s.plain)
}

func (s *split) readEntries(list []any, pairs []pair) error {
	found := -1
	for _, item := range list {
		entry, _ := item.(object)
		service, _ := entry["backendService"].(string)
		i, color := owner(pairs, service)
		weight := integer(entry["weight"])
		switch {
		case i < 0 && weight > 0:
			s.others, s.othersSum = append(s.others, service), s.othersSum+weight
		case i < 0:
		case found >= 0 && found != i:
			return fmt.Errorf("%w: %s and %s", errTwoPairs, side(pairs[found], color), service)
		case s.entries[color] != nil:
			return fmt.Errorf("%w: %s", errTwice, service)
		default:
			found, s.pair, s.entries[color] = i, pairs[i], entry
		}
	}
	if found < 0 {
		return errNotOurs
	}
	return nil
}

// owner tells which pair, and whose side of it, a link means; -1 for none.
func owner(pairs []pair, text string) (int, traffic.Color) {
	for i, p := range pairs {
		if c, ours := colorIn(p, text); ours {
			return i, c
		}
	}
	return -1, ""
}

// colorIn tells whose side of a pair a link means.
func colorIn(p pair, text string) (traffic.Color, bool) {
	for _, c := range traffic.Colors() {
		if side(p, c).same(text) {
			return c, true
		}
	}
	return "", false
}

// weights are the shares of the two colors in what both get together.
func (s split) weights() (traffic.Weights, error) {
	p := s.parts()
	return traffic.Shares(uint64(max(p[traffic.Blue], 0)), uint64(max(p[traffic.Green], 0)))
}

// parts are what the two colors have. A plain backend has all of 100.
func (s split) parts() parts {
	if s.plain != "" {
		c, _ := colorIn(s.pair, s.plain)
		return parts{c: 100, c.Other(): 0}
	}
	return parts{traffic.Blue: integer(s.entries[traffic.Blue]["weight"]), traffic.Green: integer(s.entries[traffic.Green]["weight"])}
}

// attached tells whether both backend services are named.
func (s split) attached() bool { return s.plain == "" && len(s.entries) == len(traffic.Colors()) }

// sum is what the weights of both colors make together. Beside other services
// it stays as it is, so that their share does; alone, or where ours have none, it
// is 100.
func (s split) sum() int64 {
	if ours := s.parts().sum(); s.plain == "" && s.othersSum > 0 && ours > 0 {
		return ours
	}
	return 100
}

// step is what all shares that can be set are multiples of, in percent: 100 for
// all or nothing.
func (s split) step() int {
	if s.swaps {
		return 100
	}
	return 100 / gcd(int(s.sum()%100), 100)
}

func gcd(a, b int) int {
	for a != 0 {
		a, b = b%a, a
	}
	return b
}
