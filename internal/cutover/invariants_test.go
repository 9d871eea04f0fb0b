package cutover_test

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// checkInvariants checks what must hold for every cutover, whatever befell it.
func (s *scene) checkInvariants(outcome cutover.Outcome, err error) {
	s.Helper()
	s.checkError(outcome, err)
	s.checkEvents(outcome, err)
	s.checkTimes()
	s.checkPositions(outcome)
	for i, m := range s.routers {
		s.checkJournal(outcome, i, m)
	}
}

// checkError: an error unless it promoted, which tells all that there is to tell.
func (s *scene) checkError(outcome cutover.Outcome, err error) {
	s.Helper()
	if (err == nil) != (outcome.Result == cutover.Promoted) {
		s.Fatalf("result %s with error %v", outcome.Result, err)
	}
	if outcome.From != s.order.To.Other() || outcome.To != s.order.To || outcome.Finished.Before(outcome.Started) {
		s.Errorf("outcome = %+v", outcome)
	}
	if err == nil {
		return
	}
	var abort *cutover.AbortError
	if !errors.As(err, &abort) {
		s.Fatalf("error %T is no AbortError", err)
	}
	if abort.Result != outcome.Result || abort.Cause == nil || !errors.Is(err, abort.Cause) {
		s.Errorf("abort = %+v", abort)
	}
	if failed := outcome.Result == cutover.Stopped || outcome.Result == cutover.RollbackFailed; failed != (abort.Rollback != nil) {
		s.Errorf("%s with rollback error %v", outcome.Result, abort.Rollback)
	}
	for _, want := range []string{string(outcome.Result), string(abort.Stage), "traffic now: " + outcome.Where()} {
		if !strings.Contains(err.Error(), want) {
			s.Errorf("error %q does not say %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "%!") || strings.Contains(err.Error(), "nil") {
		s.Errorf("error %q was not made with care", err)
	}
}

// checkTimes: no stage is longer than the timetable said.
func (s *scene) checkTimes() {
	s.Helper()
	stages := s.order.Timetable().Stages
	var began time.Time
	n := -1 // the stage under way
	for _, e := range s.events {
		if e.Type != cutover.EventStage && e.Type != cutover.EventRollback && e.Type != cutover.EventEnded {
			continue
		}
		if e.Type == cutover.EventEnded && e.Result != cutover.Promoted && s.silent() {
			return // what a rollback would have taken is not told apart
		}
		if n >= 0 && e.Time.Sub(began) > stages[n].Limit {
			s.Errorf("stage %q took %s, and %s was the most", stages[n], e.Time.Sub(began), stages[n].Limit)
		}
		if e.Type == cutover.EventRollback {
			return
		}
		began, n = e.Time, n+1
	}
}

// checkEvents: one beginning, one end, a rollback where there was one, and each
// event complete.
func (s *scene) checkEvents(outcome cutover.Outcome, err error) {
	s.Helper()
	last := s.events[len(s.events)-1]
	if s.events[0].Type != cutover.EventStarted || last.Type != cutover.EventEnded {
		s.Errorf("events begin with %s and end with %s", s.events[0].Type, last.Type)
	}
	if last.Result != outcome.Result || !errors.Is(last.Err, err) {
		s.Errorf("the last event is %+v, the result %s", last, outcome.Result)
	}
	count := map[cutover.EventType]int{}
	at := outcome.Started
	for _, e := range s.events {
		count[e.Type]++
		if e.Time.Before(at) || e.From != outcome.From || e.To != outcome.To {
			s.Errorf("event %+v", e)
		}
		at = e.Time
	}
	rollbacks := 1
	switch outcome.Result {
	case cutover.Promoted, cutover.Refused:
		rollbacks = 0
	case cutover.Held: // where some routers served nobody, the others go back
		rollbacks = count[cutover.EventRollback]
	}
	if s.silent() {
		rollbacks = 0
	}
	if count[cutover.EventStarted] != 1 || count[cutover.EventEnded] != 1 || count[cutover.EventRollback] != rollbacks {
		s.Errorf("events: %v, with result %s", count, outcome.Result)
	}
}

// checkPositions: what is said of traffic is true.
func (s *scene) checkPositions(outcome cutover.Outcome) {
	s.Helper()
	for i, p := range outcome.Traffic {
		live := s.routers[i].Live()
		if p.Known && p.Weights != live {
			s.Errorf("%s: said to have %s, has %s", p.Member, p.Weights, live)
		}
		switch outcome.Result {
		case cutover.Promoted:
			if live.Of(s.order.To) != 100 {
				s.Errorf("promoted, but %s has %s", p.Member, live)
			}
		case cutover.RolledBack:
			if live != s.order.Found[i] || !p.Known {
				s.Errorf("rolled back, but %s has %s", p.Member, live)
			}
			s.checkExact(i)
		case cutover.Stopped:
			if live != s.order.Found[i] && !s.meddled[i] {
				s.Errorf("stopped, but %s has %s, which nobody else set", p.Member, live)
			}
		}
	}
}

// checkJournal: traffic is always somewhere; it rises to the incoming color, and
// goes back in one movement; and it does not move when a gate refused.
func (s *scene) checkJournal(outcome cutover.Outcome, i int, m *traffictest.Memory) {
	s.Helper()
	journal, rollbackAt, to := m.Journal(), s.marks[i], s.order.To
	if rollbackAt == 0 {
		rollbackAt = len(journal)
	}
	for k, w := range journal {
		silent := w.None() && (s.foreign || k == 0 && s.order.Found[i].None()) // nobody but a test does that
		if err := w.Validate(); err != nil && !silent {
			s.Errorf("lb-%d: %v", i, err)
		}
		// After a probe the weight that it reads is set once more, in earnest; and so is
		// one that a router has, but was not seen to obey.
		again := k > 0 && w == journal[k-1] && (w.Of(to) == 1 || s.doubted)
		rises := k == 0 || w.Of(to) > journal[k-1].Of(to) || again
		if k < rollbackAt && !s.foreign && !rises {
			s.Errorf("lb-%d went from %s to %s without a rollback", i, journal[k-1], w)
		}
	}
	moves := 0
	for k := rollbackAt; k < len(journal); k++ {
		if journal[k] != journal[k-1] {
			moves++
		}
	}
	if moves > 1 && !s.late && !s.foreign {
		s.Errorf("lb-%d was rolled back in %d movements: %v", i, moves, journal)
	}
	if outcome.Result == cutover.Refused && len(journal) > 1 && !s.foreign {
		s.Errorf("refused, but lb-%d moved: %v", i, journal)
	}
}

// checkExact: a rollback leaves an exact router exactly as it was found.
func (s *scene) checkExact(i int) {
	s.Helper()
	if _, ok := s.order.Routers[i].Router.(traffictest.Exact); ok && s.routers[i].LiveRaw() != s.raw[i] {
		s.Errorf("lb-%d was found with %v and has %v", i, s.raw[i], s.routers[i].LiveRaw())
	}
}

// silent tells whether no router served anybody, so that there is nothing to go
// back to.
func (s *scene) silent() bool {
	return !slices.ContainsFunc(s.order.Found, func(w traffic.Weights) bool { return !w.None() })
}
