package cutover

import (
	"context"
	"slices"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// StageName names a part of a cutover. Each is a constant beside its stage.
type StageName string

// Stage is one part of a cutover: a line of its timetable, and how it is run.
// What it does that a rollback must take back it pushes on the run's undos.
type Stage struct {
	Name StageName
	// Weights are those that the stage sets or holds; for gates, none.
	Weights traffic.Weights
	// Hold is how long the weights are held, or open work is waited for.
	Hold time.Duration
	// Limit is the longest that the stage takes.
	Limit time.Duration

	line string // what the timetable says of it
	run  func(context.Context, *run) error
}

// String returns the stage's line.
func (s Stage) String() string { return string(s.Name) + ": " + s.line }

// stages are all that the order asks for, as they follow each other.
func (o Order) stages() []Stage {
	return slices.Concat(
		o.gateStages(), o.prewarmStages(), o.probeStages(), o.stepStages(), o.promoteStages(), o.bakeStages(), o.drainStages())
}
