package metric

import (
	"context"
	"errors"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// asking is how a metric is asked before traffic moves: a source that is away
// for a moment need not keep a cutover from its beginning.
var asking = check.Tries{Each: 20 * time.Second, Retries: 2, Backoff: 2 * time.Second}

// Answers is the gate that a monitor's metric can be asked at all. What cannot
// be asked would be found out when users have been moved already, and cost
// them a rollback. That there is no value yet is an answer: the incoming color
// has no traffic. What the value is does not matter.
type Answers struct{ Monitor }

var _ cutover.Gate = Answers{}

// Name implements cutover.Gate.
func (a Answers) Name() string { return "analysis.metrics." + a.Label }

// Limit implements cutover.Gate.
func (a Answers) Limit() time.Duration { return asking.Limit() }

// Check implements cutover.Gate.
func (a Answers) Check(ctx context.Context) error {
	return asking.Do(ctx, func(ctx context.Context) error {
		_, err := a.Metric.Read(ctx, a.Subject)
		if errors.Is(err, ErrNoData) || errors.Is(err, ErrNotFinite) || errors.Is(err, ErrPartial) {
			return nil
		}
		return remotetext.Error(err)
	})
}
