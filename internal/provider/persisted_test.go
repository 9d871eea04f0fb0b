package provider_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// unpersisted is a router that would forget its weights, until they are set anew.
type unpersisted struct {
	*traffictest.Memory
	set atomic.Bool
}

// SetWeights implements traffic.Router.
func (u *unpersisted) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	err := u.Memory.SetWeights(ctx, from, to)
	u.set.Store(err == nil)
	return err
}

// Persisted implements traffic.Persister.
func (u *unpersisted) Persisted(context.Context, traffic.Weights) error {
	if u.set.Load() {
		return nil
	}
	return traffic.ErrNotPersisted
}

// Verify implements traffic.Verifier.
func (u *unpersisted) Verify(ctx context.Context, w traffic.Weights) error {
	if u.Persisted(ctx, w) != nil {
		return traffic.ErrNotInEffect
	}
	return nil
}

// TestCreateThatOnlyKeeps moves no traffic, so there is no cutover to tell of.
func TestCreateThatOnlyKeeps(t *testing.T) {
	t.Parallel()
	u := &unpersisted{Memory: traffictest.NewMemory(traffic.All(traffic.Blue))}
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)), memoryKind("spare", u))
	more := spared()
	more["memory"] = nil
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
	if last := i.attribute(t, "last_cutover"); !u.set.Load() || !strings.HasSuffix(last, "]<null>") {
		t.Errorf("set anew: %t; the last cutover is %s", u.set.Load(), last)
	}
}
