package router_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// source counts questions, and answers each after a second with its number.
type source struct {
	asked, direct int
	err           error
}

func (s *source) ask(ctx context.Context, _ string) (map[string]int, error) {
	s.asked++
	n := s.asked
	select {
	case <-time.After(time.Second):
		return map[string]int{"child": n}, s.err
	case <-ctx.Done():
		return nil, fmt.Errorf("asking: %w", ctx.Err())
	}
}

func (s *source) alone(context.Context) (int, error) {
	s.direct++
	return -1, nil
}

func TestReadsAsksOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := router.NewReads(from.ask)
		for range 20 {
			go func() {
				if got, err := s.Get(t.Context(), router.Question{Parent: "parent", Child: "child", For: "switch"}, from.alone); got != 1 || err != nil {
					t.Errorf("Get = %d, %v", got, err)
				}
			}()
		}
		<-time.After(2 * time.Second)
		synctest.Wait()
		if from.asked != 1 || from.direct != 0 {
			t.Errorf("asked %d times, %d directly", from.asked, from.direct)
		}
	})
}

func TestReadsGrowsOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := router.NewReads(from.ask)
		// Each answer takes a second, and is as old as its question.
		for _, want := range []int{1, 1, 1, 2, 2, 2, 3} {
			if got, err := s.Get(t.Context(), router.Question{Parent: "parent", Child: "child", For: "switch"}, from.alone); got != want || err != nil {
				t.Errorf("after %d questions: Get = %d, %v, want %d", from.asked, got, err, want)
			}
			<-time.After(1900 * time.Millisecond)
		}
	})
}

func TestReadsForgetsWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := router.NewReads(from.ask)
		read := func() int {
			got, err := s.Get(t.Context(), router.Question{Parent: "parent", Child: "child", For: "switch"}, from.alone)
			if err != nil {
				t.Error(err)
			}
			return got
		}
		first := make(chan int)
		go func() { first <- read() }()
		synctest.Wait()
		s.Forget("parent", "child")
		if got := read(); got != 2 {
			t.Errorf("after a write: %d, want a new answer", got)
		}
		if got := <-first; got != 1 {
			t.Errorf("who asked before the write has %d", got)
		}
		if got := read(); got != 2 {
			t.Errorf("the answer from before the write was kept: %d", got)
		}
		s.Forget("parent", "child")
		if got := read(); got != 3 {
			t.Errorf("after another write: %d", got)
		}
	})
}

func TestReadsKeepsSiblingsOfWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := router.NewReads(from.ask)
		read := func(want int) {
			t.Helper()
			if got, err := s.Get(t.Context(), router.Question{Parent: "parent", Child: "child", For: "switch"}, from.alone); got != want || err != nil {
				t.Errorf("Get = %d, %v, want %d", got, err, want)
			}
		}
		read(1)
		s.Forget("parent", "sibling")
		read(1)
		s.Forget("parent", "child")
		s.Forget("parent", "sibling")
		read(2)
	})
}

func TestReadsOutlivesWhoAskedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := router.NewReads(from.ask)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, err := s.Get(ctx, router.Question{Parent: "parent", Child: "child", For: "switch"}, from.alone)
			gone <- err
		}()
		synctest.Wait()
		other := make(chan int)
		go func() {
			got, _ := s.Get(t.Context(), router.Question{Parent: "parent", Child: "child", For: "switch"}, from.alone)
			other <- got
		}()
		synctest.Wait()
		begun := time.Now()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) || time.Since(begun) > 0 {
			t.Errorf("who canceled got %v after %s", err, time.Since(begun))
		}
		if got := <-other; got != 1 || from.asked != 1 {
			t.Errorf("the other got %d, after %d questions", got, from.asked)
		}
	})
}

func TestReadsFallsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("refused")
		for name, test := range map[string]struct {
			err    error
			child  string
			want   int
			direct int
		}{
			"child is there":     {nil, "child", 1, 0},
			"child is not there": {nil, "other", -1, 1},
			"parent is gone":     {fmt.Errorf("gone: %w", traffic.ErrNotFound), "child", -1, 1},
			"refused":            {refused, "child", 0, 0},
		} {
			from := source{err: test.err}
			got, err := router.NewReads(from.ask).Get(t.Context(), router.Question{Parent: "parent", Child: test.child, For: "switch"}, from.alone)
			if got != test.want || from.direct != test.direct || errors.Is(test.err, refused) != errors.Is(err, refused) {
				t.Errorf("%s: Get = %d, %v, asked directly %d times", name, got, err, from.direct)
			}
		}
	})
}

// TestReadsAsksAnewAfterTooLong waits for an answer that never comes, for
// longer than one call may take.
func TestReadsAsksAnewAfterTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := router.NewReads(func(ctx context.Context, _ string) (map[string]int, error) {
			asked++
			if asked < 3 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return map[string]int{"child": asked}, nil
		})
		got, err := s.Get(t.Context(), router.Question{Parent: "parent", Child: "child", For: "switch"}, func(context.Context) (int, error) { return 0, nil })
		if got != 3 || err != nil {
			t.Errorf("Get = %d, %v", got, err)
		}
	})
}

// TestReadsServeOnePlan asks for many switches of one parent, one after the
// other, each twice, over minutes: the plan needs one answer. Whoever comes
// again later has a plan of its own.
func TestReadsServeOnePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		r := router.NewReads(from.ask)
		ctx := router.ForPlan(t.Context())
		get := func(ctx context.Context, whom string) int {
			got, err := r.Get(ctx, router.Question{Parent: "parent", Child: "child", For: whom}, from.alone)
			if err != nil {
				t.Error(err)
			}
			return got
		}
		for i := range 100 {
			for range 2 {
				if got := get(ctx, fmt.Sprint("switch ", i)); got != 1 {
					t.Fatalf("switch %d was served by answer %d", i, got)
				}
				<-time.After(time.Second)
			}
		}
		if got := get(ctx, "switch 0"); got != 2 {
			t.Errorf("the next plan was served by answer %d", got)
		}
		<-time.After(10 * time.Second)
		if got := get(t.Context(), "switch 7"); got != 3 {
			t.Errorf("an apply was served by answer %d", got)
		}
		<-time.After(10 * time.Second)
		if got := get(ctx, "switch 7"); got != 4 {
			t.Errorf("a plan was served by answer %d, which an apply asked for", got)
		}
		r.Forget("parent", "child")
		if got := get(ctx, "switch 8"); got != 5 {
			t.Errorf("after a write: answer %d", got)
		}
		<-time.After(10 * time.Minute)
		if got := get(ctx, "switch 9"); got != 6 {
			t.Errorf("after ten minutes: answer %d", got)
		}
	})
}
