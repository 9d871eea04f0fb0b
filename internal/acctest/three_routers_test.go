package acctest

import (
	"fmt"
	"regexp"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// threeRouters are the fixtures of a switch that moves all of them together.
func threeRouters(t *testing.T) []fixture {
	t.Helper()
	return []fixture{
		openAWS(t),
		openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{}),
		openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL}),
	}
}

// TestThreeRoutersMoveTogether goes there in steps, and back, with all three in
// step.
func TestThreeRoutersMoveTogether(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		e := found(t, cli.Options{Binary: binary}, func(c *projectConfig) { *c = c.with(threeSteps) }, threeRouters(t)...)
		e.apply(t)
		e.wantUntouched(t)
		e.wantNoChanges(t)
		for _, color := range []traffic.Color{traffic.Green, traffic.Blue} {
			e.forget()
			inStep := e.inStep(t, color)
			e.apply(t, to(color)...)
			inStep()
			e.wantWeights(t, traffic.All(color))
			e.sound(t, "on to "+color.String(), color)
			e.wantResult(t, "promoted")
			e.wantNoChanges(t, to(color)...)
		}
	})
}

// inStep fails the test when one fixture is more than one step ahead of another.
// The least share of a probe is no step.
func (e *project) inStep(t *testing.T, to traffic.Color) (remove func()) {
	t.Helper()
	rank := func(weight int) int {
		switch {
		case weight <= 1:
			return 0
		case weight < 50:
			return 1
		case weight < 100:
			return 2
		default:
			return 3
		}
	}
	var mu sync.Mutex
	return e.watch(func(int, fixture, apiCall) failure {
		mu.Lock()
		defer mu.Unlock()
		least, most := 3, 0
		for _, s := range e.fixtures {
			at := rank(s.weights().Of(to))
			least, most = min(least, at), max(most, at)
		}
		if most-least > 1 {
			t.Errorf("one router is at step %d while another one is at step %d", most, least)
		}
		return nothing
	}, nil)
}

// TestThreeRoutersRefuseInTurn has each write of each of the three refused, one
// in each cutover: all three are as found then.
func TestThreeRoutersRefuseInTurn(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"aws", "gcp", "azure"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newRepeated(t, threeRouters(t)...)
			points, at := 0, ""
			for {
				tr.bring(t, tr.begin)
				remove := refuse(tr.fixtures[i], points+1)
				_, err := tr.Apply(t.Context(), to(traffic.Green)...)
				remove()
				if err == nil {
					break // there was no such write
				}
				points++
				tr.wantTruth(t, fmt.Sprintf("write %d", points), err)
				tr.sound(t, fmt.Sprintf("write %d", points), traffic.Green)
				at += " " + stageOf(err)
			}
			if err := tr.goOn(t.Context(), traffic.Green); err != nil {
				t.Error(err)
			}
			if points < 4 {
				t.Errorf("only %d writes were refused", points)
			}
			report(t, "each of %d writes of %s refused, in a switch over three clouds: all three as found %d times (in%s)", points, name, points, at)
		})
	}
}

var ended = regexp.MustCompile(`ended at (\w+)`)

// stageOf is the stage in which a cutover ended.
func stageOf(err error) string {
	if found := ended.FindStringSubmatch(cli.Flat(err.Error())); found != nil {
		return found[1]
	}
	return "plan"
}

// refuse lets the nth write at a fixture be denied.
func refuse(s fixture, n int) (remove func()) {
	var (
		mu   sync.Mutex
		seen int
	)
	return s.watch(observer{befall: func(c apiCall) failure {
		mu.Lock()
		defer mu.Unlock()
		if !c.writes {
			return nothing
		}
		seen++
		if seen == n {
			return denial
		}
		return nothing
	}})
}

// TestThreeRoutersApart has the three differ, as a cutover that was killed may
// leave them: the plan names each, and the one that lags decides.
func TestThreeRoutersApart(t *testing.T) {
	t.Parallel()
	e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(threeSteps) }, threeRouters(t)...)
	e.fixtures[0].setWeights(t, traffic.All(traffic.Green))
	e.fixtures[1].setWeights(t, traffic.Split(traffic.Green, 50))
	wantText(t, e.plan(t, to(traffic.Green)...), "blue 0, green 100 in "+e.fixtures[0].id(), "blue 50, green 50 in "+e.fixtures[1].id(),
		"blue 100, green 0 in "+e.fixtures[2].id(), "step: blue 90, green 10")
	e.apply(t, to(traffic.Green)...)
	e.wantWeights(t, traffic.All(traffic.Green))
	e.wantNoChanges(t, to(traffic.Green)...)
}

// TestThreeRoutersKillEverywhere kills the provider at every API call of a
// cutover over all three. It goes on to one color when killed before the call,
// and to the other one when killed after it.
func TestThreeRoutersKillEverywhere(t *testing.T) {
	t.Parallel()
	for when, name := range []string{"before", "after"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newRepeated(t, threeRouters(t)...)
			tried := 0
			for tr.point(t, tried+1, moment(when), providerAlone, traffic.Colors()[(tried+when)%2]) {
				tried++
			}
			report(t, "killed %s each of %d API calls of a switch over three clouds, gone on to green or back to blue: %d of %d points",
				name, tried, tried, tried)
		})
	}
}
