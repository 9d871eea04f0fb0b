package gcplb

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// overloaded answers each wait at once, as Google may, and counts them. Its
// operation takes a time.
type overloaded struct {
	done  time.Time
	waits int
}

func (o *overloaded) Do(context.Context, gcpcloud.Request) ([]byte, error) {
	o.waits++
	if o.waits > 1000 {
		return nil, errors.New("asked in a rush")
	}
	if time.Now().Before(o.done) {
		return []byte(running), nil
	}
	return []byte(`{"name":"op","status":"DONE"}`), nil
}

const running = `{"name":"op","status":"RUNNING"}`

// TestWaitThatReturnsAtOnce is asked for again, but not in a rush.
func TestWaitThatReturnsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &overloaded{done: time.Now().Add(10 * time.Second)}
		if err := finish(t.Context(), api, "projects/p/global", []byte(running)); err != nil {
			t.Fatal(err)
		}
		if api.waits < 2 || api.waits > 50 {
			t.Errorf("%d waits in 10 s", api.waits)
		}
	})
}
