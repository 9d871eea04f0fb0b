package gcplb

import (
	"context"
	"errors"
	"fmt"
)

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
// that are asked for at about the same time, or while a write is under way, go
// into one write together: a fingerprint lets one write at a time through.
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

// write makes writes until nobody asks for any. Each waits a moment for those
// who ask at about the same time.
func (u *urlMap) write() {
	for {
		_ = wait(context.Background(), gathering) // whoever leaves takes back what was asked for
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
