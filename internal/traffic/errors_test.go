package traffic_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestExpect(t *testing.T) {
	want, got := traffic.All(traffic.Blue), traffic.Split(traffic.Green, 30)
	if err := traffic.Expect(want, want); err != nil {
		t.Errorf("Expect of the same = %v", err)
	}
	err := fmt.Errorf("lb: %w", traffic.Expect(want, got))
	var conflict *traffic.ConflictError
	if !errors.As(err, &conflict) || *conflict != (traffic.ConflictError{Want: want, Got: got}) || !errors.Is(err, traffic.ErrConflict) {
		t.Fatalf("Expect = %#v", err)
	}
	if text := "lb: changed by someone else: expected blue 100, green 0, found blue 70, green 30"; err.Error() != text {
		t.Errorf("error %q, want %q", err, text)
	}
}

func TestConflictWithNone(t *testing.T) {
	got := fmt.Sprint(traffic.Expect(traffic.All(traffic.Blue), traffic.Weights{}), "; ", traffic.Expect(traffic.Weights{}, traffic.All(traffic.Blue)))
	want := "changed by someone else: expected blue 100, green 0, found no weight for either color; " +
		"changed by someone else: expected no weight for either color, found blue 100, green 0"
	if got != want {
		t.Errorf("got %q", got)
	}
}

func TestPartialError(t *testing.T) {
	left := []traffic.Weights{traffic.Split(traffic.Green, 1)}
	err := fmt.Errorf("profile: %w", &traffic.PartialError{Left: left, Err: context.Canceled})
	var partial *traffic.PartialError
	if !errors.As(err, &partial) || partial.Left[0] != left[0] || !errors.Is(err, context.Canceled) {
		t.Errorf("error %#v", err)
	}
	if err.Error() != "profile: context canceled" {
		t.Errorf("error %q", err)
	}
}

// TestDistinct: the package's errors are told apart by errors.Is.
func TestDistinct(t *testing.T) {
	all := []error{traffic.ErrColor, traffic.ErrWeights, traffic.ErrNoWeight, traffic.ErrNotFound, traffic.ErrNotInEffect, traffic.ErrConflict}
	for i, a := range all {
		for k, b := range all {
			if errors.Is(a, b) != (i == k) || (a.Error() == b.Error()) != (i == k) {
				t.Errorf("%v and %v", a, b)
			}
		}
	}
}
