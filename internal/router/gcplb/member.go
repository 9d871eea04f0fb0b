package gcplb

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// member is one URL map, divided at one place or at several, which move together.
type member struct {
	name     string
	urls     *urlMap
	places   []place
	pairs    []pair            // each place goes to one of them
	services map[link]*service // of the pairs
	at       path.Path         // where the switch names the URL map
	listed   bool              // whether it names path_matchers
}

var (
	_ traffic.Router       = (*member)(nil)
	_ traffic.Refresher    = (*member)(nil)
	_ traffic.Inspector    = (*member)(nil)
	_ traffic.Attacher     = (*member)(nil)
	_ traffic.Verifier     = (*member)(nil)
	_ traffic.Restorer     = (*member)(nil)
	_ traffic.Claimer      = (*member)(nil)
	_ traffic.HealthReader = (*member)(nil)
)

// Weights implements traffic.Router.
func (m *member) Weights(ctx context.Context) (traffic.Weights, error) {
	return m.weights(m.urls.read(ctx))
}

// Refresh implements traffic.Refresher.
func (m *member) Refresh(ctx context.Context) (traffic.Weights, error) {
	return m.weights(m.urls.recent(ctx, m.name))
}

func (m *member) weights(doc document, err error) (traffic.Weights, error) {
	d, err := m.divided(doc, err)
	if err != nil {
		return traffic.Weights{}, m.wrap("reading", err)
	}
	w, err := d.weights()
	return w, m.wrap("reading", err)
}

// divided reads a document, to be looked at.
func (m *member) divided(doc document, err error) (splits, error) {
	if err != nil {
		return nil, err
	}
	root, err := doc.shown()
	if err != nil {
		return nil, err
	}
	return m.divide(root)
}

func (m *member) divide(root object) (splits, error) {
	d := make(splits, len(m.places))
	for i, at := range m.places {
		var err error
		if d[i], err = splitAt(root, at, m.pairs); err != nil {
			return nil, fmt.Errorf("%s: %w", at.words(), err)
		}
	}
	return d, nil
}

// SetWeights implements traffic.Router. The map is written as it was last
// read, without reading it once more: its fingerprint makes Google refuse the
// write when it has changed since. When from and to are the same the map is
// written as it is: Google carries out one write after the other, so that none
// which came before is still to come.
func (m *member) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if err := to.Validate(); err != nil {
		return pkg.Errorf("%w", err)
	}
	return m.edit(ctx, "setting the weights of", func(d splits, tried bool) (effect, error) {
		if tried && d.all(to) {
			return unchanged, nil // it was our own write that changed the fingerprint
		}
		if err := d.expect(from); err != nil {
			return unchanged, err
		}
		did, err := d.set(to)
		if from == to {
			did = max(did, numbers)
		}
		return did, err
	})
}

// Attach implements traffic.Attacher: Google looks at the health of services
// that a URL map names. It makes no call when both were named when weights were
// last read. What has no weights has no weight 0 either, and is not attached.
func (m *member) Attach(ctx context.Context, _ traffic.Color) error {
	if doc, known := m.urls.last(); known {
		if d, err := m.divided(doc, nil); err == nil && d.attached() {
			return nil
		}
	}
	return m.edit(ctx, "attaching a backend service to", func(d splits, _ bool) (effect, error) { return d.attach(), nil })
}

// Verify implements traffic.Verifier. With one place the weights say it all.
func (m *member) Verify(ctx context.Context, w traffic.Weights) error {
	if len(m.places) == 1 {
		return nil
	}
	d, err := m.divided(m.urls.read(ctx))
	if err == nil && !d.all(w) {
		err = fmt.Errorf("%w: not all of %s have %s", traffic.ErrNotInEffect, placesText(m.places), w)
	}
	return m.wrap("reading", err)
}

// edit edits the splits of the URL map and writes it, unless nothing changed.
func (m *member) edit(ctx context.Context, doing string, change func(d splits, tried bool) (effect, error)) error {
	if err := ctx.Err(); err != nil {
		return pkg.Errorf("%w", context.Cause(ctx))
	}
	classic, err := m.classic(ctx)
	if err != nil {
		return m.wrap(doing, err)
	}
	return m.wrap(doing, m.urls.apply(ctx, func(root object, tried bool) (effect, error) {
		d, err := m.divide(root)
		if err != nil {
			return unchanged, err
		}
		d.swapIn(classic)
		return change(d, tried)
	}))
}

// swapIn notes which of the services that get everything are classic ones.
func (d splits) swapIn(classic map[link]bool) {
	for i, s := range d {
		if s.plain != "" && classic[side(s.pair, traffic.Blue)] {
			d[i].swaps = true
		}
	}
}

// classic tells which of the services, by the blue one of their pair, are those
// of the classic Application Load Balancer. A route with weights cannot be one
// of those, which saves the calls.
func (m *member) classic(ctx context.Context) (map[link]bool, error) {
	doc, known := m.urls.last()
	if !known {
		var err error
		if doc, err = m.urls.read(ctx); err != nil {
			return nil, err
		}
	}
	d, err := m.divided(doc, nil)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // it may have passed by now: whoever edits the map sees
	}
	return m.classicIn(ctx, d)
}

func (m *member) classicIn(ctx context.Context, d splits) (map[link]bool, error) {
	classic := make(map[link]bool)
	for _, s := range d {
		if s.plain == "" || isBucket(s.pair) {
			continue
		}
		for _, c := range traffic.Colors() {
			found, err := m.services[side(s.pair, c)].settings(ctx, m.name)
			if err != nil {
				return nil, m.backendError(side(s.pair, c), c, err)
			}
			if found.Scheme == schemeClassic {
				classic[side(s.pair, traffic.Blue)] = true
			}
		}
	}
	return classic, nil
}
