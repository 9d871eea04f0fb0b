package decision

import "fmt"

// Kind is why something is refused.
type Kind int

// The reasons.
const (
	// Protected: a color that has traffic, or may have, would get a new version.
	Protected Kind = iota
	// NoWeights: steps over a router that gives all or nothing.
	NoWeights
	// InexactShare: a step's share that a router cannot be set to.
	InexactShare
	// Unfit: nobody could tell whether the incoming color is fit.
	Unfit
	// TooLong: the timetable is longer than the timeout.
	TooLong
	// Changed: the routers are not as the plan has them.
	Changed
	// NotRead: a router is not known, and nothing can be decided without it.
	NotRead
	// Forgotten: what was planned cannot be read.
	Forgotten
	// Elsewhere: traffic is not where a plan without a cutover has it.
	Elsewhere
	// Claimed: another switch moves the same thing.
	Claimed
	// Outlasts: the cutover may end after a window that it must end within.
	Outlasts
)

// summaries say in title case what is refused.
var summaries = [...]string{
	Protected:    "Active Environment Protected",
	NoWeights:    "Router Has No Weights",
	InexactShare: "Share Cannot Be Set Exactly",
	Unfit:        "Environment Needs Checks",
	TooLong:      "Timetable Longer Than Timeout",
	Changed:      "Routers Changed Since The Plan",
	NotRead:      "Router Not Read",
	Forgotten:    "Plan Not Readable",
	Elsewhere:    "Traffic Is Not Where The Plan Has It",
	Claimed:      "Router Of Two Switches",
	Outlasts:     "Cutover May Outlast Its Window",
}

// String returns the reason in title case.
func (k Kind) String() string { return summaries[k] }

// The attributes of a switch that refusals are about.
const (
	attrCutover = "cutover"
	attrGates   = "gates"
	attrSteps   = "steps"
	attrWeights = "weights"
)

// Refusal is why something is not done.
type Refusal struct { //nolint:errname // It is what Decide returns in place of a plan, and is called so.
	Kind Kind
	// Path leads to the attribute that causes it: names, and digits for an index.
	Path []string
	// Text is what was seen and what to do, in whole sentences.
	Text string
}

// Error implements error.
func (r *Refusal) Error() string { return r.Kind.String() + ": " + r.Text }

func refuse(kind Kind, path []string, format string, args ...any) error {
	return &Refusal{Kind: kind, Path: path, Text: fmt.Sprintf(format, args...)}
}
