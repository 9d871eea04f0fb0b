package gcplb

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
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
		return d.weight(traffic.Blue) + d.weight(traffic.Green)
	}
	return 100
}

// whole tells whether only 0 and 100 can be set, whatever the scheme.
func (d division) whole() bool { return d.sum()%100 != 0 }

// set gives both colors their weights. Weights of 0 are written out, since
// nobody promises how one that is left out is read. When it fails, nothing was
// changed.
func (d division) set(w traffic.Weights) (effect, error) {
	if d.plain == "" {
		return d.setWeights(w)
	}
	if active, _ := d.color(d.plain); w == traffic.All(active) {
		return unchanged, nil
	}
	return d.spread(w)
}

func (d division) setWeights(w traffic.Weights) (effect, error) {
	sum, next := d.sum(), make(map[traffic.Color]int64, 2)
	for _, c := range traffic.Colors() {
		if sum*int64(w.Of(c))%100 != 0 {
			return unchanged, fmt.Errorf("%w: %d", errInexact, sum)
		}
		next[c] = sum * int64(w.Of(c)) / 100
	}
	live, err := d.weights()
	if err != nil {
		return unchanged, err
	}
	if live == w {
		return unchanged, nil
	}
	did := numbers
	for _, c := range traffic.Colors() {
		if d.entries[c] == nil {
			d.add(c)
			did = services
		}
		d.entries[c]["weight"] = json.Number(strconv.FormatInt(next[c], 10))
	}
	return did, nil
}

// attach names both backend services, the one that is not there at weight 0.
func (d division) attach() (effect, error) {
	if d.attached() {
		return unchanged, nil
	}
	if d.plain != "" {
		active, _ := d.color(d.plain)
		return d.spread(traffic.All(active))
	}
	for _, c := range traffic.Colors() {
		if d.entries[c] == nil {
			d.add(c)
		}
	}
	return services, nil
}

// add appends an entry at weight 0 to the list.
func (d division) add(c traffic.Color) {
	action, _ := d.node[d.action].(object)
	list, _ := action[weightedServices].([]any)
	d.entries[c] = entryOf(d.pair.of(c).like(d.anyLink()), 0)
	action[weightedServices] = append(list, d.entries[c])
}

// spread turns a plain service into two with weights. All else that the route
// action says stays.
func (d division) spread(w traffic.Weights) (effect, error) {
	action, ok := d.node[d.action].(object)
	if !ok {
		action = object{}
		d.node[d.action] = action
	}
	list := make([]any, 0, 2)
	for _, c := range traffic.Colors() {
		list = append(list, entryOf(d.pair.of(c).like(d.plain), w.Of(c)))
	}
	action[weightedServices] = list
	delete(d.node, d.service)
	return services, nil
}

// swap gives everything to one color, as the classic scheme can.
func (d division) swap(w traffic.Weights) (effect, error) {
	to, whole := w.Active()
	if !whole {
		return unchanged, errWhole
	}
	if d.pair.of(to).same(d.plain) {
		return unchanged, nil
	}
	d.node[d.service] = d.pair.of(to).like(d.plain)
	return services, nil
}

// anyLink is a link of ours as it is written in the list.
func (d division) anyLink() string {
	for _, entry := range d.entries {
		if text, ok := entry["backendService"].(string); ok {
			return text
		}
	}
	return ""
}

func entryOf(service string, weight int) object {
	return object{"backendService": service, "weight": json.Number(strconv.Itoa(weight))}
}

// effect is what an edit did to a URL map.
type effect int

const (
	unchanged effect = iota
	// numbers: nothing but weights of services that were there.
	numbers
	// services: other services are named than before.
	services
)
