package azuretm

import (
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

// Call is one API call as the lab saw it.
type Call struct {
	Index  int    // 1 for the first call of the lab
	Nth    int    // 1 for the first call of this action
	Action string // ProfilesClient.Get, EndpointsClient.Update …, as the SDK names its methods
	Path   string
	Body   string
	Start  time.Time

	// Known when the call is over.
	Duration time.Duration
	Code     string // error code; empty for success
	Lost     string // "request" or "reply" when a fault lost it
}

// Hook is told of API calls.
type Hook = calls.Hook[Call, Fault]

func (l *Lab) ended(c *Call, code, lost string) {
	l.Ended(c, func(c *Call) { c.Code, c.Lost, c.Duration = code, lost, time.Since(c.Start) })
}
