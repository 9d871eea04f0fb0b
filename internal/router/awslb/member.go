package awslb

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// member is one listener or one rule, with its pair of target groups.
type member struct {
	name   string
	self   resource
	site   site
	region *region
	groups groups
	// at is where the switch names the member; groupAt where the environments
	// name the groups.
	at      path.Path
	groupAt paths
	// bothAttached says that both groups were named when this was last read or
	// written. The engine reads weights directly before it attaches, which
	// then needs no call.
	bothAttached atomic.Bool
	// attaching lets one goroutine at a time attach.
	attaching sync.Mutex
}

var (
	_ traffic.Router       = (*member)(nil)
	_ traffic.Refresher    = (*member)(nil)
	_ traffic.Inspector    = (*member)(nil)
	_ traffic.Attacher     = (*member)(nil)
	_ traffic.HealthReader = (*member)(nil)
)

// Weights implements traffic.Router.
func (m *member) Weights(ctx context.Context) (traffic.Weights, error) {
	d, err := m.read(ctx)
	if err != nil {
		return traffic.Weights{}, err
	}
	return m.weights(d)
}

// Refresh implements traffic.Refresher.
func (m *member) Refresh(ctx context.Context) (traffic.Weights, error) {
	d, err := m.recent(ctx)
	if err != nil {
		return traffic.Weights{}, err
	}
	return m.weights(d)
}

// SetWeights implements traffic.Router. The API has no precondition: between
// the read and the write somebody else's change would be lost.
func (m *member) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if err := to.Validate(); err != nil {
		return fmt.Errorf("awslb: %w", err)
	}
	d, err := m.read(ctx)
	if err != nil {
		return err
	}
	live, err := m.weights(d)
	if err != nil {
		return err
	}
	if err := traffic.Expect(from, live); err != nil {
		return fmt.Errorf("awslb: %s %s: %w", m.site.noun(), m.name, err)
	}
	actions, changed, err := d.set(to)
	if err != nil || !changed {
		return m.wrap("setting the weights of", err)
	}
	return m.write(ctx, actions)
}

// Attach implements traffic.Attacher. It attaches both groups, and makes no
// call when both were attached when weights were last read.
func (m *member) Attach(ctx context.Context, _ traffic.Color) error {
	m.attaching.Lock()
	defer m.attaching.Unlock()
	if m.bothAttached.Load() {
		return nil
	}
	d, err := m.read(ctx)
	if err != nil || d.attached() {
		return err
	}
	next, err := d.attach()
	if err != nil {
		return m.wrap("attaching a target group to", err)
	}
	return m.write(ctx, next.rewritten())
}

func (m *member) read(ctx context.Context) (division, error) {
	d, err := m.divide(m.site.read(ctx))
	m.bothAttached.Store(err == nil && d.attached())
	return d, err
}

// recent is read from a shared answer.
func (m *member) recent(ctx context.Context) (division, error) {
	return m.divide(m.site.recent(ctx))
}

func (m *member) divide(actions []types.Action, err error) (division, error) {
	if err != nil {
		return division{}, m.wrap("reading", err)
	}
	d, err := divide(actions, m.groups)
	return d, m.wrap("reading", err)
}

func (m *member) weights(d division) (traffic.Weights, error) {
	w, err := d.weights()
	return w, m.wrap("reading the weights of", err)
}

// write replaces the actions by those with both groups in them.
func (m *member) write(ctx context.Context, actions []types.Action) error {
	if !m.bothAttached.Swap(false) {
		defer m.forgetGroups()
	}
	if err := m.site.write(ctx, actions); err != nil {
		return m.wrap("changing", err)
	}
	m.bothAttached.Store(true)
	return nil
}

// forgetGroups drops what is known of the groups when they are attached, which
// changes what load balancer they are used with. Weights do not.
func (m *member) forgetGroups() {
	for _, c := range traffic.Colors() {
		m.region.groups.forget(m.self.loadBalancer(), m.groups.of(c))
	}
}
