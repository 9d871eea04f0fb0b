// Package notify is what the kinds of notification have in common: what is
// told, and when. Each kind has a package of its own below this one.
package notify

import (
	"context"
	"time"
)

// Occasion is when people are told.
type Occasion string

// The occasions.
const (
	Started    Occasion = "started"     // the gates are being tried
	Promoted   Occasion = "promoted"    // the incoming color has all traffic
	RolledBack Occasion = "rolled_back" // traffic is back as it was found, or never moved
	Stuck      Occasion = "stuck"       // traffic is neither here nor there: somebody must look
)

// Notice is what people are told.
type Notice struct {
	Occasion Occasion
	Switch   string // its name
	From, To string // colors
	Version  string // of the incoming environment
	Summary  string // one line: "shop: green promoted"
	Detail   string // what was seen and where traffic is, a few lines; may be empty
	Time     time.Time
	// Key is the same for all notices of one cutover, for services that put
	// them together.
	Key string
}

// Notifier tells people. It must not change a cutover's outcome: the provider
// makes a warning of its error, and bounds its time.
type Notifier interface {
	// Notify tells one notice. It ends soon after ctx does. Its errors show no
	// secrets, URLs of webhooks among them.
	Notify(ctx context.Context, n Notice) error
}
