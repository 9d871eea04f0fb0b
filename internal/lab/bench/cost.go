package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// The goals of a plan without changes.
const (
	costOf          = 200 // switches
	goalProviderCPU = 6 * time.Millisecond
	goalCLICPU      = 5 * time.Millisecond
	costLarge       = 5000 // switches
	goalTime        = 60 * time.Second
	goalCLIMemory   = 2e9
	goalMemory      = 0.4e9
)

// costRounds is how often a plan of so many switches is made. The least counts:
// whatever else runs on the machine only adds.
func costRounds(switches int) int {
	if switches <= costOf {
		return 3
	}
	return 1
}

// cost is what a plan without changes costs.
type cost struct {
	of            string
	switches      int
	took          time.Duration
	provider, cli usage
	errors        int
}

// each is a time for one switch.
func (c cost) each(d time.Duration) time.Duration { return d / time.Duration(c.switches) }

func (c cost) cpu() time.Duration { return c.provider.cpu + c.cli.cpu }

// costs are those of all, in the order in which they are written.
type costs []cost

// What costs are of. Environments that are shared cost nothing a switch, so that
// the switch is seen alone.
const (
	ours        = "switch and 2 environments"
	before      = "the same, before"
	alone       = "switch, environments shared"
	aloneBefore = "the same, before"
	builtIn     = "terraform_data"
)

// measureCost measures a plan without changes of so many switches, with two
// environments and a URL map each, beside as many terraform_data.
func measureCost(ctx context.Context, s settings) (report, error) {
	most := 0
	for _, n := range s.sizes {
		most = max(most, n)
	}
	w, err := newCostWorld(ctx, most)
	if err != nil {
		return nil, err
	}
	var all costs
	for _, n := range s.sizes {
		var some costs
		if some, err = w.measureSize(ctx, s, n); err != nil {
			break
		}
		all = append(all, some...)
	}
	return all, errors.Join(err, w.close())
}

// measureSize measures one size, of all in turn.
func (w *costWorld) measureSize(ctx context.Context, s settings, n int) (costs, error) {
	type candidate struct {
		plan *costPlan
		best cost
	}
	var candidates []candidate
	for _, c := range []struct {
		of, provider string
		shared       bool
	}{{ours, s.provider, false}, {before, s.before, false}, {alone, s.provider, true}, {aloneBefore, s.before, true}, {builtIn, "", false}} {
		if c.provider == "" && c.of != builtIn {
			continue
		}
		p, err := w.newPlan(ctx, s, c.provider, n, c.shared)
		if err != nil {
			return nil, err
		}
		candidates = append(candidates, candidate{p, cost{of: c.of, switches: n}})
	}
	for range costRounds(n) {
		for i := range candidates {
			c := &candidates[i]
			progress("a plan of %d %s", n, c.best.of)
			if err := c.best.better(ctx, c.plan); err != nil {
				return nil, err
			}
		}
	}
	var result costs
	for _, c := range candidates {
		result = append(result, c.best)
	}
	return result, nil
}

// better makes the plan once more, and keeps what cost less CPU.
func (c *cost) better(ctx context.Context, p *costPlan) error {
	stop := watchUsage(p.user.workspace.Dir(), p.provider, p.terraform)
	start := time.Now()
	seen, err := p.user.run(ctx, "plan", "-no-color", "-detailed-exitcode")
	took := time.Since(start)
	used := stop()
	if err != nil {
		return err
	}
	now := cost{of: c.of, switches: c.switches, took: took, provider: used[0], cli: used[1], errors: c.errors + seen}
	if c.took == 0 || now.cpu() < c.cpu() {
		*c = now
	}
	c.errors = now.errors
	return nil
}

// write writes the table, and returns an error when an error reached the user.
func (all costs) write(out io.Writer) error {
	const title = "\nA plan without changes, by how many switches there are, each with a URL map of Google Cloud of its own;\n" +
		"the least of several plans, made in turn\n"
	if _, err := io.WriteString(out, title); err != nil {
		return err
	}
	lines := [][]string{{"SWITCHES", "OF", "TIME", "CPU OF PROVIDER", "A SWITCH", "CPU OF CLI", "A SWITCH", "MEMORY OF PROVIDER", "MEMORY OF CLI"}}
	failed := 0
	for _, c := range all {
		failed += c.errors
		lines = append(lines, []string{
			strconv.Itoa(c.switches), c.of, seconds(c.took), seconds(c.provider.cpu), milliseconds(c.each(c.provider.cpu)),
			seconds(c.cli.cpu), milliseconds(c.each(c.cli.cpu)), megabytes(c.provider.memory), megabytes(c.cli.memory),
		})
	}
	if failed > 0 {
		return errors.Join(table(out, lines), fmt.Errorf("%d errors reached the user, or a plan had changes", failed))
	}
	return errors.Join(table(out, lines), goalTable(out, all.goals()))
}

// goals are the goals of the sizes that were measured.
func (all costs) goals() []goal {
	var goals []goal
	for _, c := range all {
		if c.of != ours && c.of != alone {
			continue
		}
		add := func(what, measured, asked string, reached bool) {
			goals = append(goals, goal{fmt.Sprintf("%d switches: %s", c.switches, what), measured, asked, reached})
		}
		switch {
		case c.of == alone && c.switches == costOf:
			provider, cli := c.each(c.provider.cpu), c.each(c.cli.cpu)
			add("CPU of the provider a switch", milliseconds(provider), "at most "+milliseconds(goalProviderCPU), provider <= goalProviderCPU)
			add("CPU of the CLI a switch", milliseconds(cli), "at most "+milliseconds(goalCLICPU), cli <= goalCLICPU)
		case c.of == ours && c.switches == costLarge:
			add("time", seconds(c.took), "at most "+seconds(goalTime), c.took <= goalTime)
			add("memory of the CLI", megabytes(c.cli.memory), "at most "+megabytes(goalCLIMemory), c.cli.memory <= goalCLIMemory)
			add("memory of the provider", megabytes(c.provider.memory), "at most "+megabytes(goalMemory), c.provider.memory <= goalMemory)
		}
	}
	return goals
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// programOf is the file that a command runs.
func programOf(command string) (string, error) {
	found, err := exec.LookPath(command)
	if err != nil {
		return "", err
	}
	if found, err = filepath.Abs(found); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(found)
}
