package cutover

import (
	"context"
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// least is the weight that a probed color reads.
const least = 1

// cold tells whether a router cannot know the health of the incoming color yet:
// it does only while that serves, and that does not.
func (o Order) cold(i int, w traffic.Weights) bool {
	_, ok := o.Routers[i].Router.(traffic.Prober)
	return ok && w.Of(o.To) == 0
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

func (o Order) probeStage() Stage {
	return Stage{
		Name: StageProbe, Weights: traffic.Split(o.To, least), Limit: EffectLimit + o.Health.Timeout,
		note: fmt.Sprintf("the least share to %s until its health is known, up to %s", o.To, Text(EffectLimit+o.Health.Timeout)),
	}
}

// probe gives the incoming color the least share in every cold router, and
// lets the cutover go on when the health gate holds in all routers then. It is
// the first movement: all other gates hold by now, and whatever fails from here
// on is rolled back.
func (r *run) probe(ctx context.Context) error {
	r.moved = true
	err := r.each(func(i int) error {
		from, to := r.current[i], traffic.Split(r.order.To, least)
		if !r.order.cold(i, from) {
			return nil
		}
		prober, ok := r.order.Routers[i].Router.(traffic.Prober)
		if !ok {
			return errors.ErrUnsupported
		}
		r.probed[i] = true
		return r.makeMovement(ctx, i, movement{from, to, func(ctx context.Context) error {
			return prober.Probe(ctx, from, r.order.To)
		}, unverified})
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
