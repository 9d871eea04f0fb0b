package awslb

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

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

func TestSharedAsksOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := newShared(from.ask)
		for range 20 {
			go func() {
				if got, err := s.member(t.Context(), "parent", "child", from.alone); got != 1 || err != nil {
					t.Errorf("member = %d, %v", got, err)
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

func TestSharedGrowsOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := newShared(from.ask)
		// Each answer takes a second, and is as old as its question.
		for _, want := range []int{1, 1, 1, 2, 2, 2, 3} {
			if got, err := s.member(t.Context(), "parent", "child", from.alone); got != want || err != nil {
				t.Errorf("after %d questions: member = %d, %v, want %d", from.asked, got, err, want)
			}
			<-time.After(1900 * time.Millisecond)
		}
	})
}

func TestSharedForgetsWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := newShared(from.ask)
		read := func() int {
			got, err := s.member(t.Context(), "parent", "child", from.alone)
			if err != nil {
				t.Error(err)
			}
			return got
		}
		first := make(chan int)
		go func() { first <- read() }()
		synctest.Wait()
		s.forget("parent", "child")
		if got := read(); got != 2 {
			t.Errorf("after a write: %d, want a new answer", got)
		}
		if got := <-first; got != 1 {
			t.Errorf("who asked before the write has %d", got)
		}
		if got := read(); got != 2 {
			t.Errorf("the answer from before the write was kept: %d", got)
		}
		s.forget("parent", "child")
		if got := read(); got != 3 {
			t.Errorf("after another write: %d", got)
		}
	})
}

func TestSharedKeepsSiblingsOfWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := newShared(from.ask)
		read := func(want int) {
			t.Helper()
			if got, err := s.member(t.Context(), "parent", "child", from.alone); got != want || err != nil {
				t.Errorf("member = %d, %v, want %d", got, err, want)
			}
		}
		read(1)
		s.forget("parent", "sibling")
		read(1)
		s.forget("parent", "child")
		s.forget("parent", "sibling")
		read(2)
	})
}

func TestSharedOutlivesWhoAskedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var from source
		s := newShared(from.ask)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, err := s.member(ctx, "parent", "child", from.alone)
			gone <- err
		}()
		synctest.Wait()
		other := make(chan int)
		go func() {
			got, _ := s.member(t.Context(), "parent", "child", from.alone)
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

func TestSharedFallsBack(t *testing.T) {
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
			got, err := newShared(from.ask).member(t.Context(), "parent", test.child, from.alone)
			if got != test.want || from.direct != test.direct || errors.Is(test.err, refused) != errors.Is(err, refused) {
				t.Errorf("%s: member = %d, %v, asked directly %d times", name, got, err, from.direct)
			}
		}
	})
}

// TestSharedAsksAnewAfterTooLong waits for an answer that never comes, for
// longer than one call may take.
func TestSharedAsksAnewAfterTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := newShared(func(ctx context.Context, _ string) (map[string]int, error) {
			asked++
			if asked < 3 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return map[string]int{"child": asked}, nil
		})
		got, err := s.member(t.Context(), "parent", "child", func(context.Context) (int, error) { return 0, nil })
		if got != 3 || err != nil {
			t.Errorf("member = %d, %v", got, err)
		}
	})
}
