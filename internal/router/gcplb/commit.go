package gcplb

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// tries is how often an operation that failed in passing is begun anew.
const tries = 5

// overtakings is how often others may be faster before an edit gives up.
const overtakings = 50

// commit reads, compares, edits and writes until the map is as the edits want
// it. Edits that must not be made are answered and taken out.
func (u *urlMap) commit(edits *[]*edit) error {
	ctx, cancel := joint(*edits)
	defer cancel()
	doc, known := u.all.last(u.link.name)
	for attempt := 1; ; attempt++ {
		err := errStale
		if known {
			err = u.once(ctx, doc, edits, false)
		}
		if errors.Is(err, errStale) {
			if doc, err = u.current(ctx); err != nil {
				return left(ctx, err)
			}
			err = u.once(ctx, doc, edits, true)
		}
		if !again(err, attempt) {
			return left(ctx, err)
		}
		if waitErr := pause(ctx, attempt); waitErr != nil {
			return left(ctx, errors.Join(waitErr, err))
		}
		known = false
	}
}

// once makes the edits in a map, and writes it.
func (u *urlMap) once(ctx context.Context, doc document, edits *[]*edit, now bool) error {
	root, did, err := u.edited(doc, edits, now)
	if err != nil || did == unchanged {
		return err
	}
	err = u.store(ctx, doc, root, did)
	for _, e := range *edits {
		e.tried = true
	}
	return err
}

// store validates and writes. A map without tests in which only numbers change
// has nothing that could be invalid, and Google checks every write as well.
func (u *urlMap) store(ctx context.Context, doc document, root object, did effect) error {
	if did == services || hasTests(root) {
		if err := u.validate(ctx, root); err != nil {
			return err
		}
	}
	return u.put(ctx, doc, root)
}

// errStale reports edits that do not fit a map which was read a while ago.
var errStale = errors.New("gcplb: read again")

// edited returns the map with all edits made. Only a map that was read just
// now can tell that an edit must not be made, or is made already.
func (u *urlMap) edited(doc document, edits *[]*edit, now bool) (object, effect, error) {
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
func again(err error, attempt int) bool {
	var (
		api *gcpcloud.APIError
		op  *operationError
	)
	switch {
	case errors.As(err, &api):
		return attempt < overtakings && (api.Status == http.StatusPreconditionFailed || api.Has("conditionNotMet"))
	case errors.As(err, &op):
		overtaken := op.status == http.StatusPreconditionFailed || op.has("CONDITION_NOT_MET")
		return (overtaken && attempt < overtakings) || (op.passing() && attempt < tries)
	default:
		return false
	}
}

// joint is a context that ends with that of any edit.
func joint(edits []*edit) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(edits[0].ctx))
	stops := make([]func() bool, len(edits))
	for i, e := range edits {
		stops[i] = context.AfterFunc(e.ctx, func() { cancel(errLeft) })
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel(nil)
	}
}

// left says that a write ended since somebody left.
func left(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errors.Join(errLeft, err)
	}
	return err
}

// pause lets the other writer, or Google, get on.
func pause(ctx context.Context, attempt int) error {
	return wait(ctx, min(time.Duration(attempt)*20*time.Millisecond, time.Second))
}

// wait returns after d, or with the cause of ctx when that ends before.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
