package cutover

import (
	"fmt"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// StageName names a part of a cutover.
type StageName string

// The stages, in their order.
const (
	StageGates    StageName = "gates"
	StagePrewarm  StageName = "prewarm"
	StageProbe    StageName = "probe"
	StageStep     StageName = "step"
	StagePromote  StageName = "promote"
	StageBake     StageName = "bake"
	StageDrain    StageName = "drain"
	StageRollback StageName = "rollback" // in events only
)

// Stage is one line of a timetable.
type Stage struct {
	Name StageName
	// Weights are those that the stage sets or holds; for gates, none.
	Weights traffic.Weights
	// Hold is how long the weights are held, or open work is waited for.
	Hold time.Duration
	// Limit is the longest that the stage takes.
	Limit time.Duration
	// least is how much of Hold passes whatever is seen.
	least time.Duration
	// note says what Hold does not.
	note string
}

// Timetable is what a cutover will do.
type Timetable struct {
	found   string
	watched string // what is measured while a weight is held; empty for health alone
	Stages  []Stage
}

// Timetable returns the stages of the order: none when it is not needed. Steps
// that the routers are already past are left out, so that a cutover which
// was cut short goes on where it stands.
func (o Order) Timetable() Timetable {
	if !o.Needed() {
		return Timetable{}
	}
	t := Timetable{found: o.describeFound(), watched: o.describeWatches(), Stages: []Stage{o.gateStage()}}
	if o.Prewarm != nil && !o.AtOnce && o.lowest() == 0 {
		limit := o.Prewarm.Limit()
		t.Stages = append(t.Stages, Stage{Name: StagePrewarm, Limit: limit, note: fmt.Sprintf("%s, up to %s", o.To, Text(limit))})
	}
	if o.colds() > 0 {
		t.Stages = append(t.Stages, o.probeStage())
	}
	if !o.AtOnce {
		t.Stages = append(t.Stages, o.stepStages()...)
	}
	t.Stages = append(t.Stages, Stage{Name: StagePromote, Weights: traffic.All(o.To), Limit: EffectLimit})
	if o.Bake > 0 && !o.AtOnce {
		t.Stages = append(t.Stages, Stage{Name: StageBake, Weights: traffic.All(o.To), Hold: o.Bake, Limit: o.Bake + o.patience()})
	}
	if o.Drain > 0 || o.StickyFor() > 0 || o.clientTTLLeft() > 0 {
		t.Stages = append(t.Stages, o.drainStage())
	}
	return t
}

// Total is the longest that all stages take together.
func (t Timetable) Total() time.Duration {
	var total time.Duration
	for _, s := range t.Stages {
		total += s.Limit
	}
	return total
}

// Lines returns the timetable as a plan shows it: where traffic was found, a
// line a stage, and the longest total. Nil when there is nothing to do.
func (t Timetable) Lines() []string {
	if len(t.Stages) == 0 {
		return nil
	}
	lines := []string{"found: " + t.found}
	for _, s := range t.Stages {
		lines = append(lines, s.String())
	}
	if t.watched != "" {
		lines = append(lines, "analysis: "+t.watched)
	}
	return append(lines, "total: at most "+Text(t.Total()))
}

// String returns the stage's line.
func (s Stage) String() string {
	var what string
	switch s.Name {
	case StageStep:
		// Terraform drops a misspelt pause without a word: here it shows.
		what = s.Weights.String() + ", not held"
		if s.Hold > 0 {
			what = s.Weights.String() + ", held for " + Text(s.Hold)
		}
	case StageBake:
		what = "watch " + s.Weights.String() + " for " + Text(s.Hold)
	case StageGates, StagePrewarm, StageProbe, StageDrain:
		what = s.note
	default:
		what = s.Weights.String()
	}
	return string(s.Name) + ": " + what
}

func (o Order) gateStage() Stage {
	names := []string{fmt.Sprintf("health of %s", o.To)}
	limit := o.Health.Timeout
	switch cold := o.colds(); {
	case cold > 0 && cold == len(o.Routers):
		names[0], limit = "the routers are as planned", EffectLimit
	case cold > 0:
		names[0] += " where it is known"
	}
	for _, g := range o.gates() {
		names = append(names, g.Name())
		limit = max(limit, g.Limit())
	}
	note := strings.Join(names, ", ")
	if o.AtOnce {
		note += " only"
	}
	note += ", up to " + Text(limit)
	if o.AtOnce {
		note += fmt.Sprintf(", since %s was active a short while ago", o.To)
	}
	return Stage{Name: StageGates, Limit: limit, note: note}
}

// gates are those that are tried besides health.
func (o Order) gates() []Gate {
	if o.AtOnce {
		return o.Safeguards
	}
	return append(append([]Gate(nil), o.Gates...), o.Safeguards...)
}

func (o Order) stepStages() []Stage {
	var stages []Stage
	for _, s := range o.Steps {
		if s.Weight < o.lowest() {
			continue
		}
		stages = append(stages, Stage{
			Name: StageStep, Weights: traffic.Split(o.To, s.Weight), Hold: s.Pause, Limit: EffectLimit + s.Pause + o.patience(),
		})
	}
	return stages
}

// patience is the longest that any watch looks on after a hold.
func (o Order) patience() time.Duration {
	longest := vital.patience()
	for _, w := range o.Watches {
		longest = max(longest, w.patience())
	}
	return longest
}

// drainStage waits as long as asked, or as clients stay. Without a drain only
// the time is waited for in which all clients follow, but whoever reads the
// plan learns that sticky ones stay.
func (o Order) drainStage() Stage {
	from := o.To.Other()
	sticky := fmt.Sprintf("sticky clients may stay on %s for up to %s", from, Text(o.StickyFor()))
	follow := fmt.Sprintf("clients follow within %s", Text(o.ClientTTL()))
	least := o.clientTTLLeft()
	wait := least
	if o.Drain > 0 { // for the work of those who came last
		least = max(least, o.StickyFor())
		wait = max(least, o.clientTTLLeft()+o.Drain)
	}
	s := Stage{Name: StageDrain, Hold: wait, Limit: wait, least: least}
	switch {
	case wait == 0:
		s.note = "not waited for, although " + sticky
	case o.Drain == 0 && o.StickyFor() > 0:
		s.note = Text(wait) + ", since " + follow + ", although " + sticky
	case o.Drain == 0:
		s.note = Text(wait) + ", since " + follow
	case o.StickyFor() > o.clientTTLLeft()+o.Drain:
		s.note = "up to " + Text(wait) + ", since " + sticky
	case o.clientTTLLeft() > 0:
		s.note = fmt.Sprintf("open work on %s, up to %s, since %s", from, Text(wait), follow)
	default:
		s.note = fmt.Sprintf("open work on %s, up to %s", from, Text(wait))
	}
	return s
}

// clientTTLLeft is what is left of ClientTTL after the bake.
func (o Order) clientTTLLeft() time.Duration {
	if o.AtOnce {
		return o.ClientTTL()
	}
	return max(o.ClientTTL()-o.Bake, 0)
}

// describeWatches names what is measured, and how often.
func (o Order) describeWatches() string {
	if o.AtOnce || len(o.Watches) == 0 {
		return ""
	}
	names := make([]string, len(o.Watches))
	for i, w := range o.Watches {
		names[i] = w.Name()
	}
	return fmt.Sprintf("%s, every %s while a weight is held", strings.Join(names, ", "), Text(o.Watches[0].Interval))
}

// describeFound says where traffic is, and why it would not stay there.
func (o Order) describeFound() string {
	if o.NotPersisted != "" {
		return o.describeWeights() + "; " + o.NotPersisted
	}
	return o.describeWeights()
}

// describeWeights names the routers only when they differ.
func (o Order) describeWeights() string {
	same := true
	for _, w := range o.Found {
		same = same && w == o.Found[0]
	}
	if same {
		return o.Found[0].String()
	}
	parts := make([]string, len(o.Found))
	for i, w := range o.Found {
		parts[i] = fmt.Sprintf("%s in %s", w, o.Routers[i].Name)
	}
	return strings.Join(parts, "; ")
}

// Text returns a duration as people write it: "5m", not "5m0s".
func Text(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
