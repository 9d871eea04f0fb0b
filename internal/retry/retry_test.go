package retry_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/retry"
)

var errBusy = errors.New("busy")

// attempts fail in turn with what is listed, and then succeed.
func attempts(errs ...error) (try func() (int, error), made *int) {
	made = new(int)
	return func() (int, error) {
		*made++
		if *made <= len(errs) {
			return 0, errs[*made-1]
		}
		return *made, nil
	}, made
}

func TestDo(t *testing.T) {
	policy := retry.Policy{First: time.Second, Last: 4 * time.Second}
	for name, test := range map[string]struct {
		policy retry.Policy
		errs   []error
		made   int
		err    error
	}{
		"at once":              {policy, nil, 1, nil},
		"passes":               {policy, []error{errBusy, errBusy}, 3, nil},
		"final":                {policy, []error{errBusy, retry.Final(errBusy)}, 2, errBusy},
		"final in words":       {policy, []error{fmt.Errorf("reading: %w", retry.Final(errBusy))}, 1, errBusy},
		"too often":            {retry.Policy{First: 1, Last: 1, Tries: 2}, []error{errBusy, errBusy, errBusy}, 2, errBusy},
		"too long":             {retry.Policy{First: time.Second, Last: time.Second, Within: time.Second / 4}, []error{errBusy}, 1, errBusy},
		"asked to wait":        {policy, []error{retry.After(errBusy, time.Hour)}, 2, nil},
		"asked for too long":   {retry.Policy{First: 1, Last: 1, Within: time.Minute}, []error{retry.After(errBusy, time.Hour)}, 1, errBusy},
		"asked for no time":    {policy, []error{retry.After(errBusy, 0)}, 2, nil},
		"nothing stays so":     {policy, []error{retry.Final(nil)}, 1, nil},
		"nothing stays so too": {policy, []error{retry.After(nil, time.Second)}, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				try, made := attempts(test.errs...)
				_, err := retry.Do(t.Context(), test.policy, try)
				if *made != test.made || !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
					t.Errorf("%d tries, error = %v; want %d, %v", *made, err, test.made, test.err)
				}
				if err != nil && name != "final in words" && err != errBusy { //nolint:errorlint // itself
					t.Errorf("the error still says how it was to be tried: %#v", err)
				}
			})
		})
	}
}

func TestDoEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := retry.Do(ctx, retry.Policy{First: time.Second, Last: time.Second}, func() (int, error) {
			return 0, retry.After(errBusy, 3*time.Second)
		})
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errBusy) {
			t.Errorf("error = %v: wants the end of the context and the last failure", err)
		}
	})
}

func TestDelay(t *testing.T) {
	policy := retry.Policy{First: 100 * time.Millisecond, Last: 5 * time.Second}
	for attempt, middle := range map[int]time.Duration{
		1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 4: 800 * time.Millisecond, 9: 5 * time.Second, math.MaxInt: 5 * time.Second,
	} {
		if got := policy.Delay(attempt); got < middle/2 || got > middle*3/2+1 {
			t.Errorf("after attempt %d: %s, want about %s", attempt, got, middle)
		}
	}
}
