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
	errInexact  = errors.New("the share is no whole number of the weight that both environments have there beside other backend services")
	errWhole    = errors.New("a classic Application Load Balancer has no weights: it takes 0 and 100 only")
)

// pair are the backend services of the two environments.
type pair struct{ blue, green link }

func (p pair) of(c traffic.Color) link {
	if c == traffic.Blue {
		return p.blue
	}
	return p.green
}

// division is how traffic is divided at a spot.
type division struct {
	spot
	pair pair
	// entries are those of weightedBackendServices that are ours; nil when the
	// color is not there.
	entries map[traffic.Color]object
	// plain is the service that gets everything; empty when there are weights.
	plain string
	// foreign is the weight of all other backend services together.
	foreign int64
	// found are parts that stood for shares before. They need not be percent,
	// and a rollback has to bring back the same.
	found map[traffic.Weights]parts
}

// parts are the weights of the two colors as Google has them.
type parts map[traffic.Color]int64

func (p parts) sum() int64 { return p[traffic.Blue] + p[traffic.Green] }

// parts are those of the two colors now.
func (d division) parts() parts {
	return parts{traffic.Blue: d.weight(traffic.Blue), traffic.Green: d.weight(traffic.Green)}
}

// divide reads the division at a place of a URL map.
func divide(root object, at place, pair pair) (division, error) {
	s, err := at.find(root)
	if err != nil {
		return division{}, err
	}
	d := division{spot: s, pair: pair, entries: make(map[traffic.Color]object)}
	if s.node[s.redirect] != nil {
		return division{}, errRedirect
	}
	action, _ := s.node[s.action].(object)
	list, _ := action[weightedServices].([]any)
	if len(list) == 0 {
		d.plain, _ = s.node[s.service].(string)
		return d, d.checkPlain()
	}
	d.readEntries(list)
	if len(d.entries) == 0 {
		return division{}, errNotOurs
	}
	return d, nil
}

func (d *division) readEntries(list []any) {
	for _, item := range list {
		entry, _ := item.(object)
		service, _ := entry["backendService"].(string)
		color, ours := d.color(service)
		if ours {
			d.entries[color] = entry
			continue
		}
		d.foreign += integer(entry["weight"])
	}
}

func (d division) checkPlain() error {
	if _, ours := d.color(d.plain); ours {
		return nil
	}
	if strings.Contains(d.plain, "/"+backendBuckets+"/") {
		return fmt.Errorf("%w: %s", errBucket, d.plain)
	}
	return fmt.Errorf("%w, but to %q", errNotOurs, d.plain)
}

// color tells whose backend service a link means.
func (d division) color(text string) (traffic.Color, bool) {
	for _, c := range traffic.Colors() {
		if d.pair.of(c).same(text) {
			return c, true
		}
	}
	return "", false
}

// weights are the shares of the two colors in what both get together.
func (d division) weights() (traffic.Weights, error) {
	if d.plain != "" {
		c, _ := d.color(d.plain)
		return traffic.All(c), nil
	}
	blue, green := d.weight(traffic.Blue), d.weight(traffic.Green)
	return traffic.Shares(uint64(max(blue, 0)), uint64(max(green, 0)))
}

func (d division) weight(c traffic.Color) int64 { return integer(d.entries[c]["weight"]) }

// attached tells whether both backend services are named.
func (d division) attached() bool { return d.plain == "" && len(d.entries) == len(traffic.Colors()) }

// sum is what the weights of both colors make together. Beside other services
// it stays as it is, so that their share does.
func (d division) sum() int64 {
	if d.foreign > 0 {
		return d.parts().sum()
	}
	return 100
}

// whole tells whether only 0 and 100 can be set, whatever the scheme.
func (d division) whole() bool { return d.sum()%100 != 0 }
