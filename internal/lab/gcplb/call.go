package gcplb

import (
	"net/url"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

// Call is one API call as the lab saw it.
type Call struct {
	Index    int    // 1 for the first call of the lab
	Nth      int    // 1 for the first call of this action
	Action   string // as Google names its methods: urlMaps.get, regionOperations.wait
	Method   string
	Resource string // path below compute/v1
	Query    url.Values
	Body     []byte
	Token    string // of the Authorization header
	Start    time.Time

	// Known when the call is over.
	Duration time.Duration
	Status   int    // HTTP status; 0 when lost
	Reason   string // of an error
	Lost     string // "request" or "reply" when a fault lost it
}

// Hook is told of API calls.
type Hook = calls.Hook[Call, Fault]

func (l *Lab) ended(c *Call, status int, reason, lost string) {
	l.Ended(c, func(c *Call) { c.Status, c.Reason, c.Lost, c.Duration = status, reason, lost, time.Since(c.Start) })
}
