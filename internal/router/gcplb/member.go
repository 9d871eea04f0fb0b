package gcplb

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// member is one place in one URL map, with its pair of backend services.
type member struct {
	name string
	urls *urlMap
	site place
	pair pair
	// services has those of the pair, by color.
	services map[traffic.Color]*service
	// found are the parts that traffic was moved from, touched by one edit at a
	// time.
	found map[traffic.Weights]parts
	// at is where the switch names the URL map; serviceAt where the
	// environments name the services.
	at        path.Path
	serviceAt map[traffic.Color]path.Path
}

var (
	_ traffic.Router       = (*member)(nil)
	_ traffic.Refresher    = (*member)(nil)
	_ traffic.Inspector    = (*member)(nil)
	_ traffic.Attacher     = (*member)(nil)
	_ traffic.HealthReader = (*member)(nil)
)

// Weights implements traffic.Router. Members of one URL map share one call,
// which begins after they asked.
func (m *member) Weights(ctx context.Context) (traffic.Weights, error) {
	return m.weights(m.urls.read(ctx))
}

// Refresh implements traffic.Refresher.
func (m *member) Refresh(ctx context.Context) (traffic.Weights, error) {
	return m.weights(m.urls.recent(ctx))
}

func (m *member) weights(root object, err error) (traffic.Weights, error) {
	d, err := m.divide(root, err)
	if err != nil {
		return traffic.Weights{}, m.wrap("reading", err)
	}
	w, err := d.weights()
	return w, m.wrap("reading", err)
}

func (m *member) divide(root object, err error) (division, error) {
	if err != nil {
		return division{}, err
	}
	return divide(root, m.site, m.pair)
}

// SetWeights implements traffic.Router. The map is written as it was last
// read, without reading it once more: its fingerprint makes Google refuse the
// write when it has changed since.
func (m *member) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if err := to.Validate(); err != nil {
		return fmt.Errorf("gcplb: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("gcplb: %w", err)
	}
	classic, err := m.classic(ctx)
	if err != nil {
		return m.wrap("setting the weights of", err)
	}
	err = m.urls.apply(ctx, func(root object, tried bool) (effect, error) {
		return m.move(root, from, to, classic, tried)
	})
	return m.wrap("setting the weights of", err)
}

// move edits a URL map so that traffic goes from weights to weights.
func (m *member) move(root object, from, to traffic.Weights, classic, tried bool) (effect, error) {
	d, err := divide(root, m.site, m.pair)
	if err != nil {
		return unchanged, err
	}
	live, err := d.weights()
	if err != nil {
		return unchanged, err
	}
	if tried && live == to {
		return unchanged, nil // it was our own write that changed the fingerprint
	}
	if err := traffic.Expect(from, live); err != nil {
		return unchanged, err
	}
	d.found = m.found
	if d.plain == "" {
		m.found[live] = d.parts()
	}
	if from == to {
		// The map is written as it is: Google carries out one write after the
		// other, so that none which came before is still to come.
		return numbers, nil
	}
	return d.change(to, classic)
}

// change sets weights in the way that the scheme has.
func (d division) change(to traffic.Weights, classic bool) (effect, error) {
	if classic && d.plain != "" {
		return d.swap(to)
	}
	return d.set(to)
}

// classic tells whether traffic is divided by the classic Application Load
// Balancer. A map with weights cannot be one of those, which saves the call.
func (m *member) classic(ctx context.Context) (bool, error) {
	root, known := m.urls.last()
	if !known {
		var err error
		if root, err = m.urls.read(ctx); err != nil {
			return false, err
		}
	}
	d, err := divide(root, m.site, m.pair)
	if err != nil || d.plain == "" {
		// An error may have passed by now; whoever edits the map sees.
		return false, nil //nolint:nilerr // said again by the edit
	}
	return m.classicScheme(ctx)
}

// Attach implements traffic.Attacher: Google looks at the health of services
// that a URL map names. It makes no call when both were named when weights were
// last read. The classic scheme has no weight 0, and nothing is attached.
func (m *member) Attach(ctx context.Context, _ traffic.Color) error {
	if root, known := m.urls.last(); known {
		if d, err := divide(root, m.site, m.pair); err == nil && d.attached() {
			return nil
		}
	}
	classic, err := m.classic(ctx)
	if err != nil || classic {
		return m.wrap("attaching a backend service to", err)
	}
	err = m.urls.apply(ctx, func(root object, _ bool) (effect, error) {
		d, err := divide(root, m.site, m.pair)
		if err != nil {
			return unchanged, err
		}
		return d.attach()
	})
	return m.wrap("attaching a backend service to", err)
}
