package cutover

import (
	"context"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// prepare touches no router before all of them are as the plan found them.
func (r *run) prepare(ctx context.Context) error {
	if err := r.each(func(i int) error { return r.compare(ctx, i) }); err != nil {
		return err
	}
	r.compared = true
	return r.each(func(i int) error {
		if err := r.remember(ctx, i); err != nil {
			return err
		}
		return r.attach(ctx, i)
	})
}

// compare compares a router with what the plan found.
func (r *run) compare(ctx context.Context, i int) error {
	live, err := r.read(ctx, i)
	if err != nil {
		return r.of(i, "", err)
	}
	return r.of(i, "since the plan was made", traffic.Expect(r.order.Found[i], live))
}

// attach attaches the backend of the incoming color.
func (r *run) attach(ctx context.Context, i int) error {
	attacher, ok := r.order.Routers[i].Router.(traffic.Attacher)
	if !ok {
		return nil
	}
	err := act(ctx, "attaching", callLimit, func(ctx context.Context) error { return attacher.Attach(ctx, r.order.To) })
	return r.of(i, fmt.Sprintf("attaching %s", r.order.To), err)
}
