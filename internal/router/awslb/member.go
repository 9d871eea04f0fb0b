package awslb

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// member is one listener or one rule, with its pair of target groups.
type member struct {
	name    string
	self    resource
	actions actions
	region  *region
	choice  *choice
	// at is where the switch names the member.
	at path.Path
	// together are the ARNs of all that the switch moves.
	together map[string]bool
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
	_ traffic.Restorer     = (*member)(nil)
	_ traffic.Claimer      = (*member)(nil)
)

// newMember makes a member of a listener or a rule.
func newMember(n named, from *region, backends router.Backends[resource], together map[string]bool) (*member, error) {
	choice, err := newChoice(n.ID, backends)
	if err != nil {
		return nil, err
	}
	return &member{
		name: n.ID.String(), self: n.ID, actions: actionsOf(n.ID, from), region: from, choice: choice, at: n.At, together: together,
	}, nil
}

// Claims implements traffic.Claimer: the listener or the rule.
func (m *member) Claims() []string { return []string{m.name} }

// Weights implements traffic.Router.
func (m *member) Weights(ctx context.Context) (traffic.Weights, error) {
	s, err := m.read(ctx)
	if err != nil {
		return traffic.Weights{}, err
	}
	return m.weights(s)
}

// Refresh implements traffic.Refresher.
func (m *member) Refresh(ctx context.Context) (traffic.Weights, error) {
	s, err := m.recent(ctx)
	if err != nil {
		return traffic.Weights{}, err
	}
	return m.weights(s)
}

// SetWeights implements traffic.Router. The API has no precondition: between
// the read and the write somebody else's change would be lost.
func (m *member) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if err := to.Validate(); err != nil {
		return pkg.Errorf("%w", err)
	}
	s, err := m.expect(ctx, from)
	if err != nil {
		return err
	}
	list, changed, err := s.set(to)
	if err != nil || !changed {
		return m.wrap("setting the weights of", err)
	}
	return m.write(ctx, list)
}

// expect reads, and fails with a *traffic.ConflictError unless the live weights
// are from; the zero weights stand for no weight.
func (m *member) expect(ctx context.Context, from traffic.Weights) (split, error) {
	s, err := m.read(ctx)
	if err != nil {
		return split{}, err
	}
	live, err := s.shares().Weights()
	if err != nil && !errors.Is(err, traffic.ErrNoWeight) {
		return split{}, m.wrap("reading the weights of", err)
	}
	if err := traffic.Expect(from, live); err != nil {
		return split{}, pkg.Errorf("%s %s: %w", m.actions.noun(), m.name, err)
	}
	return s, nil
}

// Attach implements traffic.Attacher. It attaches both groups, and makes no
// call when both were attached when weights were last read.
func (m *member) Attach(ctx context.Context, _ traffic.Color) error {
	m.attaching.Lock()
	defer m.attaching.Unlock()
	if m.bothAttached.Load() {
		return nil
	}
	s, err := m.read(ctx)
	if err != nil || s.attached() {
		return err
	}
	next, err := s.attach()
	if err != nil {
		return m.wrap("attaching a target group to", err)
	}
	return m.write(ctx, next.rewritten())
}

func (m *member) read(ctx context.Context) (split, error) {
	list, err := m.actions.read(ctx)
	s, err := m.split(ctx, list, err)
	m.bothAttached.Store(err == nil && s.attached())
	return s, err
}

// recent is read from a shared answer.
func (m *member) recent(ctx context.Context) (split, error) {
	list, err := m.actions.recent(ctx)
	return m.split(ctx, list, err)
}

// split is what a list of actions, or the error of reading it, says.
func (m *member) split(ctx context.Context, list []types.Action, err error) (split, error) {
	if err == nil {
		err = m.choice.decide(ctx, list, m.region)
	}
	if err != nil {
		return split{}, m.wrap("reading", err)
	}
	s, err := splitOf(list, m.choice.groups())
	return s, m.wrap("reading", err)
}

func (m *member) weights(s split) (traffic.Weights, error) {
	w, err := s.shares().Weights()
	return w, m.wrap("reading the weights of", err)
}

// write replaces the actions by those with both groups in them.
func (m *member) write(ctx context.Context, list []types.Action) error {
	if !m.bothAttached.Swap(false) {
		defer m.forgetGroups()
	}
	if err := m.actions.write(ctx, list); err != nil {
		return m.wrap("changing", err)
	}
	m.bothAttached.Store(true)
	return nil
}

// forgetGroups drops what is known of the groups when they are attached, which
// changes what load balancer they are used with. Weights do not.
func (m *member) forgetGroups() {
	for _, c := range traffic.Colors() {
		m.region.groups.Forget(m.self.loadBalancer(), m.choice.groups().of(c))
	}
}

// here is an error that the member's own attribute causes.
func (m *member) here(summary string, err error) error {
	return &router.AttributeError{In: router.InRouter, Path: m.at, Summary: summary, Err: err}
}
