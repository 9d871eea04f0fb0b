package main

import (
	"context"
	_ "embed" // of gcp.tf
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

//go:embed gcp.tf
var gcpConfiguration string

// What hashicorp/google takes for a whole apply that changes weights, when the
// operation of each is done in 50 ms: it looks at operations every 10 s.
// Measured with Terraform's own parallelism.
const (
	googleOneTook   = 11500 * time.Millisecond
	googleOneCalls  = 5
	googleMany      = 100
	googleManyTook  = 97 * time.Second
	googleManyCalls = 488
)

// The shapes that are measured. A release that is behind a hundred URL maps is
// one switch; a hundred teams in one project have a switch each.
var (
	oneMap    = gcpShape{switches: 1, maps: 1}
	together  = gcpShape{switches: 1, maps: googleMany}
	eachOwn   = gcpShape{switches: googleMany, maps: 1}
	inFewMaps = gcpShape{switches: googleMany, maps: 1, matchers: 50}
)

// gcp is what changes of weights in URL maps cost: whole applies, refresh and
// plan in them.
type gcp struct{ one, together, own, matchers sample }

func measureGCP(ctx context.Context, s settings) (report, error) {
	var g gcp
	for i, part := range []struct {
		shape  gcpShape
		rounds int
		result *sample
	}{{oneMap, s.rounds, &g.one}, {together, gcpRounds, &g.together}, {eachOwn, gcpRounds, &g.own}, {inFewMaps, gcpRounds, &g.matchers}} {
		progress("%s: %d whole applies", part.shape, part.rounds)
		w, err := newGCPWorld(ctx, part.shape)
		if err != nil {
			return nil, err
		}
		*part.result, err = w.applies(ctx, s, fmt.Sprintf("gcp%d", i), part.rounds)
		if err := errors.Join(err, w.close()); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// gcpRounds is how often many switches are cut over.
const gcpRounds = 3

// applies cuts all switches over to and fro, and returns what is typical.
func (w *gcpWorld) applies(ctx context.Context, s settings, name string, rounds int) (sample, error) {
	u, err := w.newUser(s, name)
	if err != nil {
		return sample{}, err
	}
	apply := func(color string) (int, error) {
		return u.run(ctx, "apply", "-no-color", "-auto-approve", "-var", "active_color="+color)
	}
	if seen, err := apply("blue"); err != nil || seen > 0 {
		return sample{errors: seen}, err
	}
	var samples []sample
	for i := range rounds {
		color := []string{"green", "blue"}[i%2]
		one, err := w.measure(func() (int, error) { return apply(color) })
		if err != nil {
			return sample{}, err
		}
		if one.errors == 0 {
			err = w.check(color)
		}
		if err != nil {
			return sample{}, err
		}
		samples = append(samples, one)
	}
	return typical(samples), nil
}

func (g gcp) errors() int {
	return g.one.errors + g.together.errors + g.own.errors + g.matchers.errors
}

// goals are the goals, each with what was measured.
func (g gcp) goals() []goal {
	goals := []goal{faster(oneMap, googleOneTook, g.one, 8)}
	for _, many := range []struct {
		shape gcpShape
		ours  sample
	}{{together, g.together}, {eachOwn, g.own}, {inFewMaps, g.matchers}} {
		share := ratio(float64(many.ours.total()), googleManyCalls)
		goals = append(goals, faster(many.shape, googleManyTook, many.ours, 20), goal{
			name:     many.shape.String() + ": calls, beside those of hashicorp/google",
			measured: fmt.Sprintf("%.2fx", share), asked: "at most 0.50x", reached: share > 0 && share <= 0.5,
		})
	}
	return goals
}

// faster is the goal to be so many times faster than hashicorp/google.
func faster(shape gcpShape, theirs time.Duration, ours sample, least float64) goal {
	times := ratio(theirs.Seconds(), ours.took.Seconds())
	return goal{
		name:     shape.String() + ": how much faster than hashicorp/google",
		measured: fmt.Sprintf("%.1fx", times), asked: fmt.Sprintf("at least %.0fx", least), reached: times >= least,
	}
}

// write writes the tables, and returns an error when an error reached the user.
func (g gcp) write(out io.Writer) error {
	title := fmt.Sprintf("\nURL maps of Google Cloud: whole applies of changed weights, refresh and plan in them; %s of latency a call, "+
		"%s an operation.\nEach switch has backend services of its own, and looks at their health; hashicorp/google does not.\n", latency, gcpOperation)
	if _, err := io.WriteString(out, title); err != nil {
		return err
	}
	measured := [][]string{{"MEASURED", "TIME", "CALLS", "THROTTLED", "ERRORS", "CALLS BY ACTION"}}
	for _, r := range []row{
		{oneMap.String(), g.one}, {together.String(), g.together}, {eachOwn.String(), g.own}, {inFewMaps.String(), g.matchers},
	} {
		measured = append(measured, []string{
			r.name, seconds(r.took), strconv.Itoa(r.total()), strconv.Itoa(r.throttled), strconv.Itoa(r.errors), r.byAction(),
		})
	}
	theirs := func(what string, took time.Duration, calls int) []string {
		return []string{what, seconds(took), strconv.Itoa(calls), "", "", "as published in the project's goals"}
	}
	measured = append(measured,
		theirs("hashicorp/google, 1 change", googleOneTook, googleOneCalls),
		theirs("hashicorp/google, 100 changes", googleManyTook, googleManyCalls))
	if n := g.errors(); n > 0 {
		return errors.Join(table(out, measured), fmt.Errorf("%d errors reached the user", n))
	}
	return errors.Join(table(out, measured), goalTable(out, g.goals()))
}
