package cutover

import (
	"fmt"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

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
	return Timetable{found: o.describeFound(), watched: o.describeWatches(), Stages: o.stages()}
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

// patience is the longest that any watch looks on after a hold.
func (o Order) patience() time.Duration {
	longest := o.vital().patience()
	for _, w := range o.Watches {
		longest = max(longest, w.patience())
	}
	return longest
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
		return foundWords(o.Found[0])
	}
	parts := make([]string, len(o.Found))
	for i, w := range o.Found {
		parts[i] = fmt.Sprintf("%s in %s", foundWords(w), o.Routers[i].Name)
	}
	return strings.Join(parts, "; ")
}

// foundWords is where traffic was found. Where nobody is served every step would
// be time without service, and there is nothing to go back to.
func foundWords(w traffic.Weights) string {
	if w.None() {
		return "nobody is served, so all goes over in one movement and stays"
	}
	return w.String()
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
