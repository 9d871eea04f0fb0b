package metric

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// replies are read one after the other; the last one again and again.
type replies []error

func (r *replies) Read(context.Context, Subject) (Reading, error) {
	err := (*r)[0]
	if len(*r) > 1 {
		*r = (*r)[1:]
	}
	return Reading{}, err
}

// TestAnswers: no value is an answer, and no answer is none.
func TestAnswers(t *testing.T) {
	away := errors.New("connection refused")
	for name, test := range map[string]struct {
		replies replies
		want    error
	}{
		"a value":                {replies{nil}, nil},
		"no traffic yet":         {replies{fmt.Errorf("prometheus: %w", ErrNoData)}, nil},
		"no traffic, so NaN":     {replies{ErrNotFinite}, nil},
		"a part":                 {replies{ErrPartial}, nil},
		"away for a moment":      {replies{away, away, nil}, nil},
		"away":                   {replies{away}, away},
		"never one value":        {replies{ErrSeveral}, ErrSeveral},
		"away, and then no data": {replies{away, ErrNoData}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gate := Answers{Monitor{Label: "errors", Metric: &test.replies, Subject: Subject{Color: traffic.Green}}}
				ctx, cancel := context.WithTimeout(t.Context(), gate.Limit())
				defer cancel()
				if err := gate.Check(ctx); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
					t.Errorf("Check = %v, want %v", err, test.want)
				}
			})
		})
	}
}
