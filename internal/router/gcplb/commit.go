package gcplb

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/retry"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// rewrites is how a write is made anew that somebody else overtook, or whose
// operation failed in passing.
var rewrites = retry.Policy{First: 20 * time.Millisecond, Last: time.Second, Tries: 50}

// errStale reports edits that do not fit a map which was read a while ago.
var errStale = pkg.New("read again")

// change edits a URL map, or says why it must not; then it has changed nothing.
// It may be called again with the map as it is then. Tried says that a write
// with the edit was begun whose fate is not known.
type change func(root object, tried bool) (effect, error)

// edit is a change that somebody waits for.
type edit struct {
	ctx    context.Context //nolint:containedctx // of whoever waits
	change change
	tried  bool
	done   chan error
}

// apply makes an edit in the next write, and returns when that is done. Edits
// that are asked for while a write is under way go into the next one together:
// Google carries out one write of a URL map at a time, each takes seconds, and
// ten switches that share a map must not wait for ten of them. Measured side by
// side, 100 switches over one map that takes a second to write: 28 s and 288
// calls; each on its own, read again when another one was faster, 127 s and
// 1,667 calls, and 7 were refused in the end. Where each has a map of its own,
// both take the same.
func (u *urlMap) apply(ctx context.Context, change change) error {
	e := &edit{ctx: ctx, change: change, done: make(chan error, 1)}
	u.mu.Lock()
	u.queue = append(u.queue, e)
	if !u.writing {
		u.writing = true
		go u.write() //nolint:contextcheck // a write has edits of many callers, and ends when all of them have
	}
	u.mu.Unlock()
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		u.mu.Lock()
		u.unsettled = u.current
		u.mu.Unlock()
		return pkg.Errorf("waiting for a write: %w", context.Cause(ctx))
	}
}

// write makes writes until nobody asks for any.
func (u *urlMap) write() {
	for {
		u.mu.Lock()
		edits := u.queue
		u.queue, u.current = nil, make(chan struct{})
		u.writing = len(edits) > 0
		done := u.current
		u.mu.Unlock()
		u.together(edits)
		close(done)
		if len(edits) == 0 {
			return
		}
	}
}

// together makes edits in one write, and tells each how it went. One that spoils
// the write of all is found by making each alone.
func (u *urlMap) together(edits []*edit) {
	edits = awaited(edits)
	if len(edits) == 0 {
		return
	}
	ctx, cancel := whileAny(edits)
	defer cancel()
	edits, err := u.commit(ctx, edits)
	if err != nil && len(edits) > 1 && ctx.Err() == nil {
		for _, e := range edits {
			u.together([]*edit{e})
		}
		return
	}
	for _, e := range edits {
		e.done <- err
	}
}

// awaited are the edits that somebody still waits for.
func awaited(edits []*edit) (rest []*edit) {
	for _, e := range edits {
		if e.ctx.Err() == nil {
			rest = append(rest, e)
		}
	}
	return rest
}

// whileAny is a context that ends when those of all edits have.
func whileAny(edits []*edit) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(edits[0].ctx))
	var left atomic.Int64
	stops := make([]func() bool, len(edits))
	for i, e := range edits {
		stops[i] = context.AfterFunc(e.ctx, func() {
			if left.Add(1) == int64(len(edits)) {
				cancel()
			}
		})
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}

// commit reads, compares, edits and writes until the map is as the edits want
// it. Edits that must not be made are answered, and left out of what it returns.
// A map that was read before is tried first.
func (u *urlMap) commit(ctx context.Context, edits []*edit) ([]*edit, error) {
	doc, known := u.last()
	_, err := retry.Do(ctx, rewrites, func() (struct{}, error) {
		err := errStale
		if known {
			err = u.once(ctx, doc, &edits, false)
		}
		if known = false; errors.Is(err, errStale) {
			if doc, err = u.get(ctx); err == nil {
				err = u.once(ctx, doc, &edits, true)
			}
		}
		if !again(err) {
			err = retry.Final(err)
		}
		return struct{}{}, err
	})
	return edits, err
}

// once makes the edits in a map, and writes it.
func (u *urlMap) once(ctx context.Context, doc document, edits *[]*edit, now bool) error {
	root, did, err := edited(doc, edits, now)
	if err != nil || did == unchanged {
		return err
	}
	// A map without tests in which only numbers change has nothing that could
	// be invalid, and Google checks every write as well.
	if did == services || hasTests(root) {
		if err := u.validate(ctx, root); err != nil {
			return err
		}
	}
	err = u.put(ctx, doc, root)
	for _, e := range *edits {
		e.tried = true
	}
	return err
}

// edited returns the map with all edits made. Only a map that was read just
// now can tell that an edit must not be made, or is made already.
func edited(doc document, edits *[]*edit, now bool) (object, effect, error) {
	root, err := doc.tree()
	if err != nil {
		return nil, unchanged, err
	}
	did := unchanged
	var rest []*edit
	for _, e := range *edits {
		one, err := e.change(root, e.tried)
		switch {
		case !now && (err != nil || one == unchanged):
			return nil, unchanged, errStale
		case err != nil:
			e.done <- err
			continue
		}
		did = max(did, one)
		rest = append(rest, e)
	}
	*edits = rest
	return root, did, nil
}

// again tells whether to read and try anew: somebody else wrote in between,
// or an operation failed in passing.
func again(err error) bool {
	var (
		api *gcpcloud.APIError
		op  *operationError
	)
	switch {
	case errors.As(err, &api):
		return api.Status == http.StatusPreconditionFailed || api.Has("conditionNotMet")
	case errors.As(err, &op):
		return op.status == http.StatusPreconditionFailed || op.has("CONDITION_NOT_MET") || op.passing()
	default:
		return false
	}
}
