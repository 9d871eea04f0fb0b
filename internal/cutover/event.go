package cutover

import (
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// EventType says what happened.
type EventType string

// What can happen.
const (
	// EventStarted begins a cutover.
	EventStarted EventType = "started"
	// EventStage begins a stage; Stage, Hold and Weights are set.
	EventStage EventType = "stage"
	// EventWeights says that a router's weights are in effect; Stage, Member
	// and Weights are set.
	EventWeights EventType = "weights"
	// EventGate is one gate that was tried; Monitor and Measurement are set.
	EventGate EventType = "gate"
	// EventMeasured is one measurement; Stage, Monitor and Measurement are set.
	EventMeasured EventType = "measured"
	// EventRollback begins a rollback; Stage is where the cutover was stopped,
	// and Err what stopped it.
	EventRollback EventType = "rollback"
	// EventEnded ends a cutover; Result is set, and Err unless it promoted.
	EventEnded EventType = "ended"
)

// Event is one thing that happened in a cutover. Fields that its type does not
// name are zero; Time, From and To are always set.
type Event struct {
	Time        time.Time
	Type        EventType
	From, To    traffic.Color
	Stage       StageName
	Hold        time.Duration
	Member      string
	Weights     traffic.Weights
	Monitor     string
	Measurement Measurement
	Result      Result
	Err         error
}

// tell completes an event and passes it on, one at a time. A panic of who is told
// is remembered, and ends nothing.
func (r *run) tell(e Event) {
	if r.emit == nil {
		return
	}
	e.Time, e.From, e.To = time.Now(), r.order.To.Other(), r.order.To
	r.telling.Lock()
	defer r.telling.Unlock()
	if err := guarded("telling of the cutover", func() error { r.emit(e); return nil }); err != nil {
		r.bug = err
	}
}
