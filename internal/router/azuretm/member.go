package azuretm

import (
	"context"
	"sync"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// member is one profile, with its pair of endpoints.
type member struct {
	api   api
	reads *router.Reads[tm.Profile]
	id    profileID
	at    path.Path
	pair  router.Pair[endpointID]

	mu sync.Mutex
	// served are the colors that were seen in service through this value, and
	// can therefore be returned to at once.
	served map[traffic.Color]bool
	// kept is the total that our two endpoints keep beside others; 0 when it
	// was not needed yet.
	kept int64
}

var (
	_ traffic.Router       = (*member)(nil)
	_ traffic.Refresher    = (*member)(nil)
	_ traffic.Inspector    = (*member)(nil)
	_ traffic.Prober       = (*member)(nil)
	_ traffic.Verifier     = (*member)(nil)
	_ traffic.HealthReader = (*member)(nil)
	_ traffic.Restorer     = (*member)(nil)
	_ traffic.Claimer      = (*member)(nil)
)

// Weights implements traffic.Router.
func (m *member) Weights(ctx context.Context) (traffic.Weights, error) {
	s, err := m.read(ctx)
	if err != nil {
		return traffic.Weights{}, err
	}
	return m.weights(s)
}

// Refresh implements traffic.Refresher. A plan refreshes and inspects, and
// reads once for both.
func (m *member) Refresh(ctx context.Context) (traffic.Weights, error) {
	s, err := m.recent(ctx)
	if err != nil {
		return traffic.Weights{}, err
	}
	return m.weights(s)
}

// SetWeights implements traffic.Router. The API has no precondition: what is
// there is read directly before each write. A color that is disabled and was
// not seen in service before gets the least share first, and more only when
// Traffic Manager finds it online. An error of a movement that needs several
// writes wraps a *traffic.PartialError.
func (m *member) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if err := to.Validate(); err != nil {
		return pkg.Errorf("%w", err)
	}
	s, err := m.expect(ctx, from)
	if err != nil {
		return err
	}
	in := s.levels().gaining(to)
	served := s.levels().total() > 0 // else whatever is enabled is better than nothing
	if served && to.Of(in) > 0 && !s.of(in).enabled && !m.hasServed(in) {
		return m.wrap("changing", m.prove(ctx, s, in, to))
	}
	return m.wrap("changing", m.lead(ctx, s, to))
}

// Probe implements traffic.Prober: the color is enabled at 1 against 1000, or
// against all that our two endpoints have beside others. When neither is
// enabled, the color gets everything.
func (m *member) Probe(ctx context.Context, from traffic.Weights, c traffic.Color) error {
	s, err := m.expect(ctx, from)
	if err != nil {
		return err
	}
	return m.wrap("probing with", m.probe(ctx, s, c))
}

// Verify implements traffic.Verifier. An endpoint that is being checked is
// served already, but whether it stays is not yet known.
func (m *member) Verify(ctx context.Context, w traffic.Weights) error {
	s, err := m.read(ctx)
	if err != nil {
		return err
	}
	live, err := m.weights(s)
	if err != nil {
		return err
	}
	if live != w {
		return pkg.Errorf("profile %s: %w: it has %s", m.id, traffic.ErrNotInEffect, live)
	}
	for _, c := range traffic.Colors() {
		if e := s.of(c); w.Of(c) > 0 && !s.settled(e) {
			return pkg.Errorf("profile %s: %w: %s", m.id, traffic.ErrNotInEffect, m.status(c, e))
		}
	}
	return nil
}

// expect reads the profile, and fails with a *traffic.ConflictError when its
// weights are not from. The zero from stands for two disabled endpoints.
func (m *member) expect(ctx context.Context, from traffic.Weights) (state, error) {
	s, err := m.read(ctx)
	if err != nil {
		return s, err
	}
	live, err := m.weights(s)
	if err != nil && from != (traffic.Weights{}) {
		return s, err
	}
	if err := traffic.Expect(from, live); err != nil {
		return s, pkg.Errorf("profile %s: %w", m.id, err)
	}
	return s, nil
}

func (m *member) weights(s state) (traffic.Weights, error) {
	w, err := s.levels().weights()
	return w, m.wrap("reading", err)
}

// read asks the API for the profile now.
func (m *member) read(ctx context.Context) (state, error) {
	s, err := m.fetch(ctx)
	return s, m.wrap("reading", err)
}

func (m *member) fetch(ctx context.Context) (state, error) {
	profile, err := m.api.profile(ctx, m.id)
	if err != nil {
		return state{}, err
	}
	s, err := newState(profile, m.pair)
	if err == nil {
		m.remember(s)
	}
	return s, err
}

// recent returns the profile as a read shared with others had it.
func (m *member) recent(ctx context.Context) (state, error) {
	profile, err := m.shared(ctx, m.id)
	if err != nil {
		return state{}, m.wrap("reading", err)
	}
	s, err := newState(profile, m.pair)
	return s, m.wrap("reading", err)
}

// shared returns a profile, this one or one below it, from a read that is
// shared with others.
func (m *member) shared(ctx context.Context, id profileID) (tm.Profile, error) {
	question := router.Question{Parent: id.Key(), Child: id.Key(), For: m.id.Key()}
	return m.reads.Get(ctx, question, func(ctx context.Context) (tm.Profile, error) { return m.api.profile(ctx, id) })
}

// ours is the endpoint of a color.
func (m *member) ours(c traffic.Color) endpointID { return m.pair.Of(c).ID }

func (m *member) remember(s state) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range traffic.Colors() {
		if s.of(c).inService() {
			m.served[c] = true
		}
	}
}

func (m *member) hasServed(c traffic.Color) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.served[c]
}
