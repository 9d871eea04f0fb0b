package check_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
)

var errRefused = errors.New("refused")

// hang waits until ctx ends.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestTries(t *testing.T) {
	tries := check.Tries{Each: 5 * time.Second, Retries: 3, Backoff: 20 * time.Second}
	for _, test := range []struct {
		name    string
		tries   check.Tries
		fails   int // how many tries fail before one does not
		want    int // how often it was tried
		took    time.Duration
		wantErr string
	}{
		{name: "at once", tries: tries, want: 1},
		{name: "at the second try", tries: tries, fails: 1, want: 2, took: 20 * time.Second},
		{name: "backoff grows to its limit", tries: tries, fails: 3, want: 4, took: 80 * time.Second},
		{name: "never", tries: tries, fails: 9, want: 4, took: 80 * time.Second, wantErr: "after 4 tries: refused"},
		{name: "no retries", tries: check.Tries{Each: time.Second}, fails: 9, want: 1, wantErr: "refused"},
		{name: "no backoff", tries: check.Tries{Each: time.Second, Retries: 2}, fails: 2, want: 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began, tried := time.Now(), 0
				err := test.tries.Do(t.Context(), func(context.Context) error {
					tried++
					if tried <= test.fails {
						return errRefused
					}
					return nil
				})
				if took := time.Since(began); tried != test.want || took != test.took {
					t.Errorf("tried %d times in %s", tried, took)
				}
				if (err == nil) != (test.wantErr == "") || (err != nil && (err.Error() != test.wantErr || !errors.Is(err, errRefused))) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

// TestTriesLimit is reached when every try takes its time, and never passed.
func TestTriesLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := check.Tries{Each: 5 * time.Second, Retries: 3, Backoff: 20 * time.Second}
		began := time.Now()
		err := tries.Do(t.Context(), hang)
		if took := time.Since(began); took != tries.Limit() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("took %s of %s: %v", took, tries.Limit(), err)
		}
	})
}

// TestTriesEnd with their context, while a try is under way and between two.
func TestTriesEnd(t *testing.T) {
	for name, after := range map[string]time.Duration{"in a try": 3 * time.Second, "in a wait": 6 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), after)
				defer cancel()
				began := time.Now()
				err := check.Tries{Each: 5 * time.Second, Retries: 9, Backoff: time.Hour}.Do(ctx, hang)
				if time.Since(began) != after || !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "tries") {
					t.Errorf("after %s: %v", time.Since(began), err)
				}
			})
		})
	}
}

type plain struct{ check.Check }

type safe struct{ check.Check }

func (safe) Safeguards() {}

func TestIsSafeguard(t *testing.T) {
	if check.IsSafeguard(plain{}) || !check.IsSafeguard(safe{}) {
		t.Error("a safeguard is known by its method")
	}
}
