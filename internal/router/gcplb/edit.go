package gcplb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cloud/gcpcloud"
)

// tries is how often an operation that failed in passing is begun anew.
const tries = 5

// overtakings is how often others may be faster before an edit gives up.
const overtakings = 50

// edit is a change of a URL map that somebody waits for.
type edit struct {
	ctx context.Context //nolint:containedctx // of whoever waits
	// change edits the map, or says why it must not; then it has changed
	// nothing. It may be called again with the map as it is then.
	change func(root object, tried bool) (effect, error)
	// tried says that a write with the edit was begun whose fate is not known.
	tried bool
	// begun is set while a write has the edit, left when nobody waits for it
	// any more; at most one of them. Guarded by urlMap.mu.
	begun, left bool
	done        chan error
}

// apply makes an edit in the next write, and returns when that is done. Edits
// that are asked for while a write is under way go into the next one together:
// a fingerprint lets one write at a time through.
func (u *urlMap) apply(ctx context.Context, change func(root object, tried bool) (effect, error)) error {
	e := &edit{ctx: ctx, change: change, done: make(chan error, 1)}
	u.mu.Lock()
	u.queue = append(u.queue, e)
	if !u.writing {
		u.writing = true
		go u.write() //nolint:contextcheck // a write has edits of many callers, and ends with any of their contexts
	}
	u.mu.Unlock()
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		if u.withdraw(e) {
			return fmt.Errorf("gcplb: waiting for another write: %w", context.Cause(ctx))
		}
		return <-e.done // the write that has it ends with ctx, which is now
	}
}

// withdraw takes back an edit that no write has, and tells whether it did.
func (u *urlMap) withdraw(e *edit) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	e.left = !e.begun
	return e.left
}

// take begins those of the edits that somebody waits for.
func (u *urlMap) take(edits []*edit) []*edit {
	u.mu.Lock()
	defer u.mu.Unlock()
	var begun []*edit
	for _, e := range edits {
		if e.begun = !e.left; e.begun {
			begun = append(begun, e)
		}
	}
	return begun
}

// giveBack lets edits be withdrawn again.
func (u *urlMap) giveBack(edits []*edit) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, e := range edits {
		e.begun = false
	}
}

// write makes writes until nobody asks for any.
func (u *urlMap) write() {
	for {
		u.mu.Lock()
		edits := u.queue
		u.queue = nil
		u.writing = len(edits) > 0
		u.mu.Unlock()
		if len(edits) == 0 {
			return
		}
		u.together(u.take(edits))
	}
}

// together makes edits in one write, and tells each how it went. An edit that
// spoils the write of all is found by making each alone.
func (u *urlMap) together(edits []*edit) {
	for len(edits) > 0 {
		err := u.commit(&edits)
		if edits = drop(edits, err); len(edits) == 0 {
			return
		}
		switch {
		case err == nil:
			for _, e := range edits {
				e.done <- nil
			}
			return
		case errors.Is(err, errLeft):
			continue // by one of them; the others go on
		case len(edits) == 1:
			edits[0].done <- err
			return
		default:
			u.giveBack(edits)
			for _, e := range edits {
				u.together(u.take([]*edit{e}))
			}
			return
		}
	}
}

// errLeft ends a write one of whose edits nobody waits for any more.
var errLeft = errors.New("gcplb: canceled by whoever asked")

// drop answers the edits whose context has ended, with what came last of their
// write, and returns the others.
func drop(edits []*edit, last error) []*edit {
	var rest []*edit
	for _, e := range edits {
		if err := context.Cause(e.ctx); err != nil {
			e.done <- fmt.Errorf("gcplb: %w", errors.Join(err, last))
			continue
		}
		rest = append(rest, e)
	}
	return rest
}

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
			if doc, err = u.all.read(ctx, u.link.name); err != nil {
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
	tests, _ := root["tests"].([]any)
	if did == services || len(tests) > 0 {
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
	timer := time.NewTimer(min(time.Duration(attempt)*20*time.Millisecond, time.Second))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
