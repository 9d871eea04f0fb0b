// Package progress says what a cutover does, for people: a plain line for each event, in a terminal or in the output of a
// CI job.
package progress

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// Lines makes the lines of one cutover. It is told its events in their order, one at a time.
type Lines struct {
	name  string
	table cutover.Timetable
	done  int // stages that have begun
}

// New is about the cutover of a switch that goes by a timetable.
func New(name string, table cutover.Timetable) *Lines {
	return &Lines{name: remotetext.Clean(name), table: table}
}

// Line is what an event means, with a line break at its end: the time in UTC, the switch, and what happened.
func (l *Lines) Line(e cutover.Event) string {
	return fmt.Sprintf("%s %s: %s\n", e.Time.UTC().Format("15:04:05Z"), l.name, l.says(e))
}

func (l *Lines) says(e cutover.Event) string {
	switch e.Type {
	case cutover.EventStarted:
		return fmt.Sprintf("cutover from %s to %s, at most %s", e.From, e.To, cutover.Text(l.table.Total()))
	case cutover.EventStage:
		return l.stage(e)
	case cutover.EventWeights:
		return fmt.Sprintf("  %s in effect at %s", e.Weights, remotetext.Clean(e.Member))
	case cutover.EventGate, cutover.EventMeasured:
		return "  " + measured(e)
	case cutover.EventRollback:
		return fmt.Sprintf("stopped at %s: %s", e.Stage, because(e.Err))
	case cutover.EventEnded:
		return ended(e)
	default:
		return string(e.Type)
	}
}

// stage says which of the stages begins, and how long all that are left take at most.
func (l *Lines) stage(e cutover.Event) string {
	at := slices.IndexFunc(l.table.Stages[l.done:], func(s cutover.Stage) bool { return s.Name == e.Stage && s.Weights == e.Weights })
	if at < 0 { // a rollback is in no timetable
		return fmt.Sprintf("%s: %s", e.Stage, e.Weights)
	}
	at += l.done
	l.done = at + 1
	left := cutover.Timetable{Stages: l.table.Stages[at:]}.Total()
	return fmt.Sprintf("stage %d of %d, at most %s left: %s", at+1, len(l.table.Stages), cutover.Text(left), remotetext.Clean(l.table.Stages[at].String()))
}

// measured says what was read, what it must be, and what that means.
func measured(e cutover.Event) string {
	var b strings.Builder
	b.WriteString(remotetext.Clean(e.Monitor))
	if value := e.Measurement.Value; value != "" {
		b.WriteString(" " + remotetext.Clean(value))
		if e.Measurement.Bound != "" {
			b.WriteString(" (" + e.Measurement.Bound + ")")
		}
	}
	switch e.Measurement.Verdict {
	case cutover.Pass:
		b.WriteString(": passed")
	case cutover.Fail:
		b.WriteString(": failed, " + because(e.Measurement.Err))
	default:
		b.WriteString(": no answer, " + because(e.Measurement.Err))
	}
	return b.String()
}

// ended says how it ended and where traffic is. What stopped it has been told, unless nothing had moved.
func ended(e cutover.Event) string {
	result := strings.ReplaceAll(string(e.Result), "_", " ")
	var abort *cutover.AbortError
	switch {
	case e.Result == cutover.Promoted:
		return fmt.Sprintf("done: %s has all traffic", e.To)
	case !errors.As(e.Err, &abort):
		return result + ": " + because(e.Err)
	}
	parts := []string{result}
	if e.Result == cutover.Refused {
		parts = append(parts, because(abort.Cause))
	}
	if abort.Rollback != nil {
		parts = append(parts, because(abort.Rollback))
	}
	return strings.Join(append(parts, "traffic is "+remotetext.Clean(abort.Where())), ": ")
}

// because is the text of an error in one line.
func because(err error) string {
	if err == nil {
		return "for no reason that is known"
	}
	return remotetext.Clean(errs.Text(err))
}
