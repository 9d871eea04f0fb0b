package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one line of the table of measurements.
type row struct {
	name string
	sample
}

// goal is what should be reached.
type goal struct {
	name     string
	measured string
	asked    string
	reached  bool
}

// results are everything that was measured.
type results struct {
	switches, rounds int
	one              one
	many             many
	binary           binary
}

// rows are the measurements, each of ours beside its bare one.
func (r results) rows() []row {
	n := r.switches
	return []row{
		{"1 switch: plan, nothing to change", r.one.refresh},
		{"1 switch: plan of a cutover", r.one.plan},
		{"1 switch: apply of it, the whole command", r.one.apply},
		{"1 switch: the cutover in it", r.one.own},
		{"1 switch: bare SDK", r.one.bare},
		{fmt.Sprintf("%d switches: plan, nothing to change", n), r.many.refresh},
		{fmt.Sprintf("%d switches: bare SDK, read one by one", n), r.many.oneByOne},
		{fmt.Sprintf("%d switches: plan of a cutover of all", n), r.many.plan},
		{fmt.Sprintf("%d switches: apply of it, the whole command", n), r.many.apply},
		{fmt.Sprintf("%d switches: the cutovers in it", n), r.many.own},
		{fmt.Sprintf("%d switches: bare SDK", n), r.many.bare},
	}
}

// errors is how many errors reached the user. What the bare SDK saw is not
// among them.
func (r results) errors() int {
	total := r.binary.schema.errors
	for _, s := range []sample{r.one.refresh, r.one.plan, r.one.apply, r.many.refresh, r.many.plan, r.many.apply} {
		total += s.errors
	}
	return total
}

// goals are the goals, each with what was measured.
func (r results) goals() []goal {
	instant := ratio(r.one.own.took.Seconds(), r.one.bare.took.Seconds())
	batched := ratio(float64(r.many.oneByOne.total()), float64(r.many.refresh.total()))
	return []goal{
		{"time of an instant cutover, beside the bare calls", fmt.Sprintf("%.2fx", instant), "at most 1.10x", instant > 0 && instant <= 1.10},
		{"calls of a refresh, one by one beside batched", fmt.Sprintf("%.1fx", batched), "at least 10x", batched >= 10},
		{"errors that reached the user", strconv.Itoa(r.errors()), "0", r.errors() == 0},
	}
}

// others are ratios and figures without a goal.
func (r results) others() [][]string {
	times := func(a, b sample) string { return fmt.Sprintf("%.2fx", ratio(a.took.Seconds(), b.took.Seconds())) }
	memory := "not known on this system"
	if r.many.memory > 0 {
		memory = megabytes(r.many.memory)
	}
	return [][]string{
		{"BESIDES", "MEASURED"},
		{"time of the whole apply of one cutover, beside the bare calls", times(r.one.apply, r.one.bare)},
		{fmt.Sprintf("time of a refresh of %d, beside one by one", r.switches), times(r.many.refresh, r.many.oneByOne)},
		{fmt.Sprintf("time of %d cutovers, beside the bare calls", r.switches), times(r.many.own, r.many.bare)},
		{fmt.Sprintf("time of the whole apply of %d cutovers, beside the bare calls", r.switches), times(r.many.apply, r.many.bare)},
		{"size of the provider's binary", megabytes(r.binary.size)},
		{"time of terraform providers schema -json", seconds(r.binary.schema.took)},
		{fmt.Sprintf("peak memory of the provider in the refresh of %d", r.switches), memory},
	}
}

// write writes the tables, and returns an error when an error reached the user.
func (r results) write(out io.Writer) error {
	title := fmt.Sprintf("\n%s of latency a call; reads 40 at once and 10 a second, writes 20 and 3 a second; medians of %d cutovers of 1 switch\n",
		latency, r.rounds)
	if _, err := io.WriteString(out, title); err != nil {
		return err
	}
	measured := [][]string{{"MEASURED", "TIME", "CALLS", "THROTTLED", "ERRORS", "CALLS BY ACTION"}}
	for _, m := range r.rows() {
		measured = append(measured, []string{
			m.name, seconds(m.took), strconv.Itoa(m.total()), strconv.Itoa(m.throttled), strconv.Itoa(m.errors), m.byAction(),
		})
	}
	if err := errors.Join(table(out, measured), goalTable(out, r.goals()), table(out, r.others())); err != nil {
		return err
	}
	if n := r.errors(); n > 0 {
		return fmt.Errorf("%d errors reached the user", n)
	}
	return nil
}

func goalTable(out io.Writer, goals []goal) error {
	lines := [][]string{{"GOAL", "MEASURED", "ASKED FOR", "REACHED"}}
	for _, g := range goals {
		lines = append(lines, []string{g.name, g.measured, g.asked, map[bool]string{true: "yes", false: "NO"}[g.reached]})
	}
	return table(out, lines)
}

func table(out io.Writer, lines [][]string) error {
	t := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t)
	for _, line := range lines {
		fmt.Fprintln(t, strings.Join(line, "\t"))
	}
	return t.Flush()
}

func (s sample) byAction() string {
	var parts []string
	for _, action := range s.actions() {
		parts = append(parts, fmt.Sprintf("%s %d", action, s.calls[action]))
	}
	return strings.Join(parts, ", ")
}

// ratio is 0 when there is nothing to compare.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
