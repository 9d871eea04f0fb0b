package azuretm

import (
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

// Fault is a failure to happen. Calls are counted from the moment it is injected.
type Fault struct {
	Action string // the action it befalls, such as EndpointsClient.Update; empty for any
	Nth    int    // the first call of the action that it befalls; 0 and 1 for the next
	Times  int    // how many calls in a row; 0 stands for 1, a negative number for all that follow

	Delay       time.Duration // held back for so long before anything else happens
	Err         *APIError     // answered instead of being carried out
	LoseRequest bool          // the connection is closed and nothing is carried out
	LoseReply   bool          // carried out, and the connection closed without an answer
}

// When implements calls.Fault.
func (f Fault) When() calls.When { return calls.When{Action: f.Action, Nth: f.Nth, Times: f.Times} }
