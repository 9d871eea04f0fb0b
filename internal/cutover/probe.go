package cutover

import (
	"context"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// StageProbe gives the incoming color the least share, so that its health gets
// known.
const StageProbe StageName = "probe"

// least is the weight that a probed color reads.
const least = 1

// cold tells whether a router cannot know the health of the incoming color yet:
// it does only while that serves, and that does not.
func (o Order) cold(i int, w traffic.Weights) bool {
	_, ok := o.Routers[i].Router.(traffic.Prober)
	return ok && w.Of(o.To) == 0 && o.fact(i).HealthUnknown == ""
}

// colds counts the routers that are cold as they were found.
func (o Order) colds() int {
	n := 0
	for i := range o.Routers {
		if o.cold(i, o.Found[i]) {
			n++
		}
	}
	return n
}

func (o Order) probeStages() []Stage {
	if o.colds() == 0 {
		return nil
	}
	limit := o.movementLimit() + o.Health.Timeout
	share := "the least share"
	if o.lowest() == 100 {
		share = "everything"
	}
	return []Stage{{
		Name: StageProbe, Weights: traffic.Split(o.To, least), Limit: limit,
		line: fmt.Sprintf("%s to %s until its health is known, up to %s", share, o.To, Text(limit)),
		run:  func(ctx context.Context, r *run) error { return r.probe(ctx) },
	}}
}

// probe gives the incoming color the least share in every cold router, and
// lets the cutover go on when the health gate holds in all routers then. It is
// the first movement: all other gates hold by now, and whatever fails from here
// on is rolled back. Where nobody is served no share is too much.
func (r *run) probe(ctx context.Context) error {
	r.beginMoving()
	err := r.each(func(i int) error {
		from, to := r.current[i], traffic.Split(r.order.To, least)
		prober, ok := r.order.Routers[i].Router.(traffic.Prober)
		switch {
		case !ok || !r.order.cold(i, from):
			return nil
		case from.None():
			return r.set(ctx, i, traffic.All(r.order.To))
		}
		err := r.makeMovement(ctx, i, movement{from, to, func(ctx context.Context) error {
			return prober.Probe(ctx, from, r.order.To)
		}, unverified})
		r.probed[i] = err == nil
		return err
	})
	if err != nil {
		return err
	}
	err = r.healthGate(ctx)
	r.tellGate("health", "", err)
	return err
}

// unverified stands for what tells whether weights are in effect: after a probe
// the health gate does.
func unverified(context.Context, int, traffic.Weights) error { return nil }
