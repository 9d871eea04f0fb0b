package serve

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/stats"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
)

var (
	connects    = &stats.ConnBegin{}
	disconnects = &stats.ConnEnd{}
)

// TestClientIsGone when no connection of it is left, or it made none.
func TestClientIsGone(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		seen []stats.ConnStats
		gone bool
	}{
		"never came":    {nil, true},
		"is there":      {[]stats.ConnStats{connects}, false},
		"left":          {[]stats.ConnStats{connects, disconnects}, true},
		"left one":      {[]stats.ConnStats{connects, connects, disconnects}, false},
		"left both":     {[]stats.ConnStats{connects, connects, disconnects, disconnects}, true},
		"left and back": {[]stats.ConnStats{connects, disconnects, connects, disconnects}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				times := 0
				c := newClient(func() { times++ })
				for _, s := range tt.seen {
					c.HandleConn(t.Context(), s)
				}
				time.Sleep(connectLimit) //nolint:forbidigo // of virtual time
				synctest.Wait()
				if times > 1 || (times == 1) != tt.gone {
					t.Errorf("it was gone %d times", times)
				}
			})
		})
	}
}

// TestWaitForApplies that were begun, whoever is gone: each has to roll back.
func TestWaitForApplies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, lose := context.WithCancel(t.Context())
		a, waited := newApplies(), false
		_, endFirst := a.begin(ctx)
		second, endSecond := a.begin(ctx)
		go func() {
			a.wait()
			waited = true
		}()
		lose()
		endFirst()
		synctest.Wait()
		if waited || !errors.Is(context.Cause(second), cutover.ErrAbandoned) {
			t.Errorf("waited: %t, and the second ended with %v", waited, context.Cause(second))
		}
		endSecond()
		synctest.Wait()
		if !waited {
			t.Error("it waits for nothing")
		}
	})
}

// TestDiscard ends a write that waits for a reader.
func TestDiscard(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" { // where pipes have no deadlines
		return
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	ended := make(chan error)
	go func() {
		_, err := w.Write(make([]byte, 1<<20)) // more than any pipe holds
		ended <- err
	}()
	if _, err := r.Read(make([]byte, 1)); err != nil { // it is being written
		t.Fatal(err)
	}
	discard(w)
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the write ended with %v", err)
	}
}
