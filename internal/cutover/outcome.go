package cutover

import (
	"fmt"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Result is how a cutover ended.
type Result string

// How a cutover can end.
const (
	// Promoted: the incoming color has all traffic.
	Promoted Result = "promoted"
	// Refused: a gate did not hold, or the routers were not as planned. This
	// cutover moved no traffic.
	Refused Result = "refused"
	// RolledBack: the weights are back as they were found, and in effect.
	RolledBack Result = "rolled_back"
	// Stopped: someone else changed a router, which was left alone. All other
	// routers are as they were found.
	Stopped Result = "stopped"
	// Held: a watch failed that holds, or whatever failed, nobody was served
	// before. The weights are as that left them, for people to decide. Routers
	// that served somebody before are as they were found in the second case.
	Held Result = "held"
	// RollbackFailed: the weights could not be put back, or it is not known
	// whether they were. Somebody must look.
	RollbackFailed Result = "rollback_failed"
)

// Outcome is what became of a cutover.
type Outcome struct {
	From, To          traffic.Color
	Result            Result
	Started, Finished time.Time
	// Traffic is where traffic is, router by router.
	Traffic []Position
	// Warnings are what a promoted cutover left behind.
	Warnings []string
	// Bug is a panic of whoever was told of the cutover, or nil: a *PanicError.
	// What it did not hear then it never will.
	Bug error
}

// Position is where one router sends traffic, as last read from it.
type Position struct {
	Member string
	// Weights are the zero Weights where neither color has any.
	Weights traffic.Weights
	// Found are those that it had before the cutover.
	Found traffic.Weights
	// Known is false when the router has not answered.
	Known bool
}

// String returns the position as messages show it.
func (p Position) String() string {
	if !p.Known {
		return "not known in " + p.Member
	}
	return whereWords(p.Weights) + " in " + p.Member
}

func whereWords(w traffic.Weights) string {
	if w.None() {
		return "neither color has any weight"
	}
	return w.String()
}

// AbortError is the error of a cutover that did not promote.
type AbortError struct {
	Outcome
	// Stage is where it was stopped.
	Stage StageName
	// At are the weights that the stage sets or holds; zero for gates.
	At traffic.Weights
	// Cause is what stopped it.
	Cause error
	// Ended is why the run's own context ended, when that was before the cutover
	// did: it was cancelled or abandoned, or its time was over. Nil otherwise.
	Ended error
	// Rollback is why the rollback did not put everything back, or nil.
	Rollback error
}

// Error implements error.
func (e *AbortError) Error() string {
	text := fmt.Sprintf("cutover: %s at %s: %v", e.Result, e.Point(), e.Cause)
	if e.Rollback != nil {
		text += fmt.Sprintf("; rollback: %v", e.Rollback)
	}
	return text + "; traffic now: " + e.Where()
}

// Point is the stage at which it was stopped, in words: a step is told by its
// weight.
func (e *AbortError) Point() string {
	if e.Stage != StageStep {
		return string(e.Stage)
	}
	return fmt.Sprintf("%s %s %d", e.Stage, e.To, e.At.Of(e.To))
}

// Unwrap returns the cause and, where there is one, the rollback's error.
func (e *AbortError) Unwrap() []error {
	if e.Rollback == nil {
		return []error{e.Cause}
	}
	return []error{e.Cause, e.Rollback}
}

// Where tells where traffic is: once when all routers agree.
func (o Outcome) Where() string {
	parts := make([]string, len(o.Traffic))
	same := len(o.Traffic) > 0
	for i, p := range o.Traffic {
		parts[i] = p.String()
		same = same && p.Known && p.Weights == o.Traffic[0].Weights
	}
	if same {
		return whereWords(o.Traffic[0].Weights)
	}
	return strings.Join(parts, "; ")
}
