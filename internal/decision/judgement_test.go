package decision_test

import (
	"slices"
	"strings"
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// judgement is one case with what was decided.
type judgement struct {
	t       *testing.T
	c       what
	routers []seen
	m       Memory
	o       Observed
	w       Wanted
	p       Plan
	err     error
}

func (j judgement) has(k Kind) bool { return slices.Contains(kinds(j.err), k) }

func (j judgement) want(k Kind, want bool) {
	if j.has(k) != want {
		j.t.Errorf("refused as %q: %t", k, !want)
	}
}

// outcome is what was decided, in a word.
func (j judgement) outcome() string {
	switch {
	case j.err != nil:
		return "refused"
	case j.p.Later:
		return "later"
	case j.p.Moves() && j.p.Order.AtOnce:
		return "at once"
	case j.p.Moves():
		return "by steps"
	default:
		return "nothing"
	}
}

func (j judgement) all() {
	j.want(Protected, j.protected())
	if (j.err != nil) != (len(kinds(j.err)) > 0) {
		j.t.Errorf("it is refused without a reason: %v", j.err)
	}
	if (j.p.Cutover() != nil) != j.p.Moves() {
		j.t.Error("what is kept for the apply is not what moves")
	}
	settled := !j.c.create && j.c.same && j.c.was == traffic.Green && j.c.state != nil
	switch {
	case settled:
		if j.p.Later || j.p.Moves() || len(kinds(j.err)) > 0 && !j.has(Protected) {
			j.t.Error("nothing has changed, and something was decided")
		}
	case !j.c.looked:
		if !j.p.Later || len(kinds(j.err)) > 0 && !j.has(Protected) {
			j.t.Error("something was decided without a look")
		}
	default:
		j.looked()
	}
}

// protected: what has traffic, or may have, gets no new version.
func (j judgement) protected() bool {
	c, changed := traffic.Color(j.c.versions), j.c.versions == "blue" || j.c.versions == "green"
	if !changed || j.c.create || !j.c.protect || j.c.drifted != "" && j.c.drifted != c && j.c.released != "1" {
		return false
	}
	asked := 0
	for _, r := range j.routers {
		if !r.asked {
			continue
		}
		asked++
		if r.was == nil || r.was.Of(c) > 0 {
			return true
		}
	}
	return asked == 0
}

// located is where a plan takes a router to be: nil when it cannot know.
func (j judgement) located(r seen) *traffic.Weights {
	if !j.c.live && j.c.same && !j.c.create && r.was != nil {
		return r.was
	}
	return r.is
}

func (j judgement) looked() {
	unread, changed, moves, allUnknown, still := false, false, false, true, true
	for _, r := range j.routers {
		at := j.located(r)
		unread = unread || at == nil
		if at == nil {
			continue
		}
		recalled := at == r.was && !j.c.live && j.c.same && !j.c.create && r.was != nil
		facts, restart := traffic.Facts{}, r.restart
		if r.says != nil {
			facts = *r.says
		}
		if recalled {
			elsewhere := r.is != nil && *r.is != *r.was
			if r.facts != nil {
				differs := facts.StickyFor != r.facts.StickyFor || facts.HealthUnknown != r.facts.HealthUnknown ||
					facts.WeightStep != r.facts.WeightStep || facts.Seen != r.facts.Seen
				changed = changed || r.says != nil && differs && !elsewhere
				facts = *r.facts
			}
			if r.persisted != nil {
				changed = changed || *r.persisted != r.restart && !elsewhere
				restart = *r.persisted
			}
		}
		moves = moves || *at != green || restart != ""
		allUnknown = allUnknown && (r.blind || facts.HealthUnknown != "")
		still = still && at.Green > 0
	}
	j.want(NotRead, unread)
	j.want(Changed, changed)
	if unread || changed {
		return
	}
	j.decided(moves, allUnknown, j.atOnce(still))
}

// atOnce: the color had everything with this version and these backends, a short
// while ago or until somebody took a part of it.
func (j judgement) atOnce(still bool) (versions []string) {
	if j.c.create || !j.c.same {
		return nil
	}
	switch j.c.served {
	case "recent":
		versions = append(versions, "1")
	case "another":
		versions = append(versions, "0")
	}
	if still && j.c.was == traffic.Green {
		versions = append(versions, "1")
	}
	return versions
}

// warned: a plan that the apply may see otherwise says so.
func (j judgement) warned(moves, atOnce bool) {
	look := atOnce && j.c.served == "recent" && j.c.was != traffic.Green // nothing is noted of when
	for _, r := range j.routers {
		look = look || !j.c.same || !r.asked || r.was == nil || r.says != nil && r.facts == nil
	}
	want := moves && look && !j.c.create && !j.c.live
	if j.warns("Plan Without A Refresh") != want {
		j.t.Errorf("it warns of a look of its own: %t", !want)
	}
}

func (j judgement) warns(summary string) bool {
	return slices.ContainsFunc(j.p.Warnings, func(w Warning) bool { return w.Summary == summary })
}

// untouched: a router serves somebody, and none of it by green.
func (j judgement) untouched() bool {
	return slices.ContainsFunc(j.routers, func(r seen) bool { at := j.located(r); return !at.None() && at.Green == 0 })
}

func (j judgement) decided(moves, allUnknown bool, served []string) {
	if j.c.versions == "later" && len(served) > 0 {
		if !j.p.Later {
			j.t.Error("a return was decided without the version")
		}
		return
	}
	atOnce := slices.Contains(served, j.w.Versions[traffic.Green].Text)
	if j.p.Later || j.err == nil && (j.p.Moves() != moves || j.p.Order.AtOnce != atOnce) {
		j.t.Errorf("moves: %t, at once: %t", moves, atOnce)
	}
	if needs := (Needs{Gates: moves && !atOnce, Safeguards: moves, Prewarm: moves && !atOnce && j.untouched()}); j.p.Needs() != needs {
		j.t.Errorf("it asks %+v, and should ask %+v", j.p.Needs(), needs)
	}
	j.warned(moves, atOnce)
	steps := false
	for _, f := range j.p.Order.Facts {
		steps = steps || f.WeightStep == tens.WeightStep
	}
	j.want(InexactShare, (moves || j.c.create) && !atOnce && j.c.steps && steps)
	j.want(Unfit, moves && !atOnce && allUnknown && !j.c.checks)
	j.want(TooLong, moves && j.c.timeout == 0+1e9)
	j.want(Outlasts, moves && !atOnce && j.c.window == "end")
	if j.warns("Window May Shut Before The End") != (moves && !atOnce && j.c.window == "start") {
		j.t.Error("it does not say, or says, that the window may shut")
	}
	text := strings.Join(j.p.Lines, "\n")
	if j.err == nil && moves && atOnce != strings.Contains(text, "a short while ago") {
		j.t.Error("the timetable does not say how it goes")
	}
	if j.err == nil && moves && allUnknown && strings.Contains(text, "health of green,") {
		j.t.Error("the timetable promises health that nobody knows")
	}
}
