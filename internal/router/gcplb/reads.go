package gcplb

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	// fresh is how old a shared answer may be.
	fresh = 5 * time.Second
	// gathering is how long reads and edits wait for company. Terraform asks for
	// ten switches at a time, and one call can serve them all.
	gathering = 10 * time.Millisecond
	// sideBySide is how many single reads go on at once.
	sideBySide = 10
)

// reads reads things by name, for all who need them. Reads that are asked for
// at about the same time, or while some are under way, are gathered into one
// batch. It is safe for use by several goroutines.
type reads struct {
	// fetch reads all names; it has an answer for each.
	fetch func(ctx context.Context, names []string) map[string]answer

	mu      sync.Mutex
	next    *batch // whoever asks now joins it
	current *batch // under way; it is the next one too while it gathers
	kept    map[string]answer
	// wrote is when a thing was last written through this process.
	wrote map[string]time.Time
}

// answer is what came of a read.
type answer struct {
	doc   document
	err   error
	asked time.Time
}

// batch are reads that are made together.
type batch struct {
	names   map[string]bool
	answers map[string]answer
	done    chan struct{}
	ctx     context.Context //nolint:containedctx // of all who wait together
	cancel  context.CancelFunc
	waiting int
}

func newReads(fetch func(context.Context, []string) map[string]answer) *reads {
	return &reads{fetch: fetch, kept: make(map[string]answer), wrote: make(map[string]time.Time)}
}

// read reads a thing, by a call that begins after it was asked for.
func (r *reads) read(ctx context.Context, name string) (document, error) {
	if err := context.Cause(ctx); err != nil {
		return document{}, fmt.Errorf("gcplb: %w", err)
	}
	r.mu.Lock()
	b := r.join(ctx, name)
	r.mu.Unlock()
	return r.await(ctx, b, name)
}

// recent returns an answer that is kept, or is on its way, or is asked for now.
func (r *reads) recent(ctx context.Context, name string) (document, error) {
	if err := context.Cause(ctx); err != nil {
		return document{}, fmt.Errorf("gcplb: %w", err)
	}
	r.mu.Lock()
	if kept, ok := r.kept[name]; ok && time.Since(kept.asked) < fresh {
		r.mu.Unlock()
		return kept.doc, nil
	}
	b := r.current
	if b != nil && b.names[name] && b.waiting > 0 {
		b.waiting++
	} else {
		b = r.join(ctx, name)
	}
	r.mu.Unlock()
	return r.await(ctx, b, name)
}

// last returns the latest answer whatever its age, unless a write of ours has
// come after it.
func (r *reads) last(name string) (document, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept, ok := r.kept[name]
	return kept.doc, ok
}

// forget drops what a write has made old.
func (r *reads) forget(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, name)
	r.wrote[name] = time.Now()
}

// join adds a name to the next batch. The caller holds r.mu.
func (r *reads) join(ctx context.Context, name string) *batch {
	if r.next == nil {
		r.next = &batch{names: make(map[string]bool), done: make(chan struct{})}
		// The calls belong to all who wait, and end when nobody does any more.
		r.next.ctx, r.next.cancel = context.WithCancel(context.WithoutCancel(ctx))
	}
	b := r.next
	b.names[name] = true
	b.waiting++
	if r.current == nil {
		r.begin()
	}
	return b
}

// begin starts the next batch, if there is one. The caller holds r.mu.
func (r *reads) begin() {
	r.current = r.next
	if r.current != nil {
		go r.run(r.current)
	}
}

// run makes the calls of a batch, once all who ask at about the same time have
// joined it.
func (r *reads) run(b *batch) {
	_ = wait(b.ctx, gathering) // when nobody waits any more, the calls end at once
	names := r.shut(b)
	asked := time.Now()
	answers := r.fetch(b.ctx, names)
	r.mu.Lock()
	defer r.mu.Unlock()
	b.answers = answers
	r.keep(answers, asked)
	close(b.done)
	b.cancel()
	r.begin()
}

// shut lets nobody join a batch any more, and returns what it has to read.
func (r *reads) shut(b *batch) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == b {
		r.next = nil
	}
	return slices.Collect(maps.Keys(b.names))
}

// keep keeps good answers that no write has overtaken, and nothing of what does
// not exist. The caller holds r.mu.
func (r *reads) keep(answers map[string]answer, asked time.Time) {
	for name, a := range answers {
		if errors.Is(a.err, traffic.ErrNotFound) {
			delete(r.kept, name)
		}
		if a.err == nil && asked.After(r.wrote[name]) {
			a.asked = asked
			r.kept[name] = a
		}
	}
}

// await returns the answer of a batch.
func (r *reads) await(ctx context.Context, b *batch, name string) (document, error) {
	select {
	case <-b.done:
	case <-ctx.Done():
		if !r.leave(b) {
			return document{}, fmt.Errorf("gcplb: waiting for a shared read: %w", context.Cause(ctx))
		}
		<-b.done // canceled now: soon over, and tells what it waited for
	}
	a := b.answers[name]
	if a.err != nil && ctx.Err() != nil {
		return document{}, errors.Join(context.Cause(ctx), a.err)
	}
	return a.doc, a.err
}

// leave ends a batch that nobody waits for any more, and tells whether it was
// under way.
func (r *reads) leave(b *batch) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	b.waiting--
	if b.waiting > 0 {
		return false
	}
	b.cancel()
	if r.next == b {
		r.next = nil
		return false
	}
	return true
}

// oneByOne reads each name by itself, some at a time.
func oneByOne(ctx context.Context, names []string, get func(context.Context, string) answer) map[string]answer {
	answers := make([]answer, len(names))
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for i, name := range names {
		group.Go(func() error {
			answers[i] = get(ctx, name)
			return nil
		})
	}
	_ = group.Wait() // errors are part of the answers
	byName := make(map[string]answer, len(names))
	for i, name := range names {
		byName[name] = answers[i]
	}
	return byName
}
