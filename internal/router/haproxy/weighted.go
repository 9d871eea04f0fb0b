package haproxy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// undoLimit is how long an undo may take after its cutover was cancelled.
const undoLimit = 5 * time.Second

// weighted is one HAProxy in server-weight mode: each color has servers in the
// same backends, and gets traffic by the weights of its servers.
//
// Weights set at run time end with the process: a reload brings those of the
// configuration back, unless HAProxy is given the state of the old process
// (server-state-file, load-server-state-from-file), which keeps weights and
// states alike. Without that the next plan shows the drift.
type weighted struct {
	socket haproxyapi.Socket
	index  int // of the socket in the configuration
	pools  []pool
	shares bool   // the user says that all pools take shares
	pid    string // of the worker that took the last weights
}

var (
	_ traffic.Router          = (*weighted)(nil)
	_ traffic.Inspector       = (*weighted)(nil)
	_ traffic.Verifier        = (*weighted)(nil)
	_ traffic.HealthReader    = (*weighted)(nil)
	_ traffic.InFlightCounter = (*weighted)(nil)
	_ traffic.Restorer        = (*weighted)(nil)
	_ traffic.Claimer         = (*weighted)(nil)
)

// Weights implements traffic.Router. Weights are the sums of the servers'
// weights, without those that are drained or in maintenance. A server that
// fails its check keeps its weight: that is a matter of health.
func (r *weighted) Weights(ctx context.Context) (traffic.Weights, error) {
	view, err := r.look(ctx)
	if err != nil {
		return traffic.Weights{}, err
	}
	return view.weights()
}

// SetWeights implements traffic.Router. All servers are set on one connection.
// When HAProxy refuses any of it, what it took is put back; where the
// connection breaks in between, it may stay half-way.
func (r *weighted) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if err := to.Validate(); err != nil {
		return pkg.Errorf("%w", err)
	}
	return r.move(ctx, from, func(v view) ([]change, error) { return v.changes(to, v.fixed(r.shares)) })
}

// move compares, and carries out what plan says of what was seen.
func (r *weighted) move(ctx context.Context, from traffic.Weights, plan func(view) ([]change, error)) error {
	view, err := r.survey(ctx)
	if err != nil {
		return err
	}
	if err := view.allows(r.socket.Name, from); err != nil {
		return err
	}
	changes, err := plan(view)
	if err != nil {
		return err
	}
	r.pid = view.pid
	to, left := view.way(changes)
	if err := r.carryOut(ctx, changes, to, left); err != nil {
		return &traffic.PartialError{Left: left, Err: err}
	}
	return nil
}

// carryOut sends changes, and reads back what became of them.
func (r *weighted) carryOut(ctx context.Context, changes []change, to traffic.Weights, left []traffic.Weights) error {
	err := r.apply(ctx, changes)
	if err != nil && !isTransport(err) {
		return err
	}
	if unseen := r.confirm(ctx, to, left); unseen != nil {
		return errors.Join(err, unseen)
	}
	return nil
}

// apply sends changes, and takes them back when HAProxy refuses one. A
// connection that broke is no refusal: what is read back decides.
func (r *weighted) apply(ctx context.Context, changes []change) error {
	err := r.socket.Do(ctx, commands(changes)...)
	var refused *haproxyapi.CommandError
	if !errors.As(err, &refused) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	return errors.Join(err, r.socket.Do(ctx, commands(undo(changes))...))
}

// confirm reads back what was set. Left are the weights on the way there,
// which are nobody else's.
func (r *weighted) confirm(ctx context.Context, to traffic.Weights, left []traffic.Weights) error {
	live, err := r.Weights(ctx)
	switch {
	case errors.Is(err, traffic.ErrNoWeight) && to == traffic.Weights{}:
		return nil
	case err != nil || live == to:
		return err
	case slices.Contains(left, live):
		return pkg.Errorf("%s: stopped on the way, at %s: %w", r.socket.Name, live, traffic.ErrNotInEffect)
	default:
		return pkg.Errorf("%s: read back: %w", r.socket.Name, traffic.Expect(to, live))
	}
}

// Verify implements traffic.Verifier. HAProxy obeys a weight from the next
// request on; what can undo it is a reload, which the worker's pid tells.
func (r *weighted) Verify(ctx context.Context, w traffic.Weights) error {
	view, err := r.look(ctx)
	if err != nil {
		return err
	}
	live, err := view.weights()
	if err != nil {
		return err
	}
	if live != w {
		return pkg.Errorf("%s has %s, not %s%s: %w",
			r.socket.Name, live, w, reloaded(r.pid, view.pid), traffic.ErrNotInEffect)
	}
	return nil
}

// reloaded is a remark for messages when another worker answers than before.
func reloaded(before, now string) string {
	if before == "" || before == now {
		return ""
	}
	return fmt.Sprintf(" (it was reloaded: worker %s answers in place of %s)", now, before)
}
