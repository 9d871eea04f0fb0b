package gcplb

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

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
	next, err := d.split(w)
	if err != nil {
		return unchanged, err
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

// split returns what stands for shares: what stood for them before, or parts of
// the sum.
func (d division) split(w traffic.Weights) (parts, error) {
	sum := d.sum()
	if was, ok := d.found[w]; ok && (d.foreign == 0 || was.sum() == sum) {
		return was, nil
	}
	next := make(parts, 2)
	for _, c := range traffic.Colors() {
		if sum*int64(w.Of(c))%100 != 0 {
			return nil, fmt.Errorf("%w: %d", errInexact, sum)
		}
		next[c] = sum * int64(w.Of(c)) / 100
	}
	return next, nil
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
