package gcplb

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
)

// echo answers each name with itself, and counts the batches.
type echo struct{ batches [][]string }

func (e *echo) fetch(ctx context.Context, names []string) map[string]answer {
	e.batches = append(e.batches, names)
	answers := make(map[string]answer, len(names))
	for _, name := range names {
		answers[name] = answer{doc: document{fingerprint: name}, err: ctx.Err()}
	}
	return answers
}

func TestReadsAtOneTimeAreOneBatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{}
		r := newReads(e.fetch)
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				name := strconv.Itoa(i)
				if doc, err := r.read(t.Context(), name); err != nil || doc.fingerprint != name {
					t.Errorf("%s: %s, %v", name, doc.fingerprint, err)
				}
			})
		}
		wg.Wait()
		if len(e.batches) != 1 {
			t.Errorf("%d batches: %v", len(e.batches), e.batches)
		}
	})
}

// TestReadIsLeftWhileItGathers has the only one who waits leave, and somebody
// else ask for the same.
func TestReadIsLeftWhileItGathers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newReads((&echo{}).fetch)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := r.read(ctx, "a"); !errors.Is(err, context.Canceled) {
				t.Errorf("left: %v", err)
			}
		})
		synctest.Wait()
		cancel()
		if doc, err := r.read(t.Context(), "a"); err != nil || doc.fingerprint != "a" {
			t.Errorf("%s, %v", doc.fingerprint, err)
		}
		wg.Wait()
	})
}
