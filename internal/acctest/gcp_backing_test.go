package acctest

import (
	"fmt"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// checked gives both environments a check of their own, for routers that know no
// health.
func (s *gcpFixture) checked(c *projectConfig) {
	check := func(side *gcplb.Side) string {
		return fmt.Sprintf("\n  checks = { up = { http = { url = %q } } }", side.Apps[0].URL())
	}
	c.blue += check(s.Blue)
	c.green += check(s.Green)
}

// TestGCPHealthThatNobodyKnows cuts over, under load, what Google tells no health
// of: backend buckets, which have no weights, and services of Cloud Run, which have.
func TestGCPHealthThatNobodyKnows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		backing gcplb.Backing
		steps   bool
		why     string
	}{
		"backend buckets": {gcplb.Buckets, false, "is a backend bucket, which has no health"},
		"Cloud Run":       {gcplb.Serverless, true, "has no health check"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{Backing: test.backing})
			e := adopted(t, cli.Options{}, s.checked, s)
			if test.steps {
				e.inSteps(t, threeSteps)
			}
			e.checkPlan(t, to(traffic.Green), timetable("not known in "+s.URLMap+": "+s.Green.Service+" "+test.why))
			e.soak(t, name, map[string]load.Options{"kept-alive": {URL: s.URL}, "fresh": {URL: s.URL, Fresh: true}}, func(serving traffic.Color) {
				e.wantWeights(t, traffic.All(serving))
				e.wantNoChanges(t, to(serving)...)
			})
		})
	}
}

// TestGCPLeadsOutOfNoWeight has another hand take all weight from both colors: a
// plan and an apply with either lead out.
func TestGCPLeadsOutOfNoWeight(t *testing.T) {
	t.Parallel()
	s := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{Weighted: true})
	e := adopted(t, cli.Options{}, nil, s)
	for _, color := range []traffic.Color{traffic.Green, traffic.Blue, traffic.Blue} {
		s.setWeights(t, traffic.Weights{})
		e.checkPlan(t, to(color), timetable("found: ", "promote: "))
		e.apply(t, to(color)...)
		e.wantWeights(t, traffic.All(color))
		e.wantNoChanges(t, to(color)...)
	}
}
