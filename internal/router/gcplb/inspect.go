package gcplb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// effectLimit is how long Google may take for the operation of a write. Most are
// done within half a minute.
const effectLimit = 3 * time.Minute

// Inspect implements traffic.Inspector, with reads that are shared. It fails
// when the first or the last write of a cutover would be refused. A map that
// has tests is shown to Google as it will be, since they may expect the
// outgoing backend service.
func (m *member) Inspect(ctx context.Context, to traffic.Color) (traffic.Facts, error) {
	root, err := m.draft(ctx, to)
	if err != nil {
		return traffic.Facts{}, m.wrap("reading", err)
	}
	d, err := m.divide(root)
	if err != nil {
		return traffic.Facts{}, m.wrap("reading", err)
	}
	if err := m.inspectSchemes(ctx, d, to); err != nil {
		return traffic.Facts{}, err
	}
	facts := traffic.Facts{EffectLimit: effectLimit, Seen: d.seen()}
	facts.AllOrNothing, facts.WeightStep, facts.LimitedBy = d.shares()
	if facts.HealthUnknown, facts.Warning, err = m.inspectHealth(ctx, d, to); err != nil {
		return traffic.Facts{}, err
	}
	facts.Warning = sentences(facts.Warning, d.unserved(), m.elsewhere(root, d, to))
	did, err := d.set(traffic.All(to))
	if err == nil && did != unchanged && hasTests(root) && !router.IsForRefresh(ctx) {
		err = m.urls.validate(ctx, root)
	}
	return facts, m.wrap("inspecting", err)
}

// sentences joins what there is to say.
func sentences(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}

func hasTests(root object) bool {
	tests, _ := root["tests"].([]any)
	return len(tests) > 0
}

// draft reads the URL map, to be changed. Side by side it has the incoming
// backend services read, which are asked for next.
func (m *member) draft(ctx context.Context, to traffic.Color) (root object, err error) {
	var wg sync.WaitGroup
	for _, p := range m.pairs {
		if s := m.services[side(p, to)]; s != nil {
			wg.Go(func() { _, _ = s.settings(ctx, m.name) }) // an error comes again
		}
	}
	doc, err := m.urls.recent(ctx, m.name)
	wg.Wait()
	if err != nil {
		return nil, err
	}
	return doc.tree()
}

// inspectSchemes refuses two services that no load balancer could take together,
// and notes which are classic. Of services that have weights in one route already
// neither needs to be asked for.
func (m *member) inspectSchemes(ctx context.Context, d splits, to traffic.Color) error {
	for i, s := range d {
		if s.attached() || isBucket(s.pair) {
			continue
		}
		var schemes [2]string
		for n, c := range []traffic.Color{to.Other(), to} {
			found, err := m.services[side(s.pair, c)].settings(ctx, m.name)
			if err != nil {
				return m.backendError(side(s.pair, c), c, err)
			}
			schemes[n] = found.Scheme
		}
		if schemes[0] != schemes[1] {
			return m.here(summaryScheme, pkg.Errorf("%s cannot go from one environment to the other: the load balancing scheme of %s is %s, "+
				"and that of %s is %s: give both the same", m.name, side(s.pair, to.Other()), schemes[0], side(s.pair, to), schemes[1]))
		}
		d[i].swaps = s.plain != "" && schemes[0] == schemeClassic
	}
	return nil
}

// inspectHealth refuses a backend service that the health gate could never let
// in, and tells what is not known of the health of a color. That is asked of the
// incoming one only: one that has lost its backends is what people flee from.
func (m *member) inspectHealth(ctx context.Context, d splits, to traffic.Color) (unknown, warning string, err error) {
	var reasons []string
	all := d.backends(to)
	for _, l := range all {
		reason, err := m.healthUnknown(ctx, d, l)
		if err != nil {
			return "", "", m.backendError(l, to, err)
		}
		if reason != "" {
			reasons = append(reasons, l.String()+" "+reason)
		}
	}
	switch text := strings.Join(reasons, ", and "); {
	case len(reasons) == 0:
		return "", "", nil
	case len(reasons) == len(all):
		return text, "", nil
	default:
		return "", fmt.Sprintf("Health is judged by the other backends of %s alone: %s. Add checks to its environment.", to, text), nil
	}
}

func (m *member) healthUnknown(ctx context.Context, d splits, l link) (string, error) {
	if l.collection == backendBuckets {
		return "is a backend bucket, which has no health", nil
	}
	found, err := m.services[l].settings(ctx, m.name)
	switch {
	case err != nil:
		return "", err
	case len(found.Backends) == 0:
		return "", errNoBackends
	case found.unknown() != "" || !d.idleSwap(l):
		return found.unknown(), nil
	}
	for _, b := range found.Backends {
		targets, err := m.services[l].targets(ctx, b.Group)
		if err != nil || len(targets) > 0 {
			return "", err
		}
	}
	return "is looked at by Google only while a URL map names it (give each color a host of its own)", nil
}

// idleSwap tells whether a classic service is the one that does not serve.
func (d splits) idleSwap(l link) bool {
	for _, s := range d {
		if s.swaps && !l.same(s.plain) && (side(s.pair, traffic.Blue) == l || side(s.pair, traffic.Green) == l) {
			return true
		}
	}
	return false
}

// shares are what shares can be set, and why not all.
func (d splits) shares() (allOrNothing bool, step int, limitedBy string) {
	step = 1
	var why []string
	for _, s := range d {
		step = step / gcd(step, s.step()) * s.step()
		switch {
		case s.swaps && len(d) > 1:
			why = append(why, fmt.Sprintf("What serves at %s has no weights: give that place a switch of its own.", s.at.words()))
		case !s.swaps && s.step() > 1:
			why = append(why, capital(s.beside())+": make that 100, and multiply the weights of the others by as much, or take the others out of the route.")
		}
	}
	if step == 100 {
		return true, 0, strings.Join(why, " ")
	}
	if step == 1 {
		step = 0
	}
	return false, step, strings.Join(why, " ")
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// seen is what a cutover rests on besides weights: how the routes are made, and
// what else they divide traffic between.
func (d splits) seen() string {
	var text strings.Builder
	for _, s := range d {
		fmt.Fprintf(&text, "%s weighted=%t swaps=%t others=%d %v;", s.at, s.plain == "", s.swaps, s.othersSum, s.others)
	}
	return text.String()
}
