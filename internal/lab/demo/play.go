package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// The load that users put on the listener all the while.
const (
	rate        = 200 // requests a second
	concurrency = 32
	refresh     = 250 * time.Millisecond // of the display
	planFile    = "cutover.tfplan"
)

// The results of a cutover that the demo expects.
const (
	promoted   = "promoted"
	rolledBack = "rolled_back"
)

// play is the demo as it goes on.
type play struct {
	stage      stage
	workspace  *cli.Workspace
	events     *follower
	screen     *screen
	prometheus judge
	load       *load.Load
	acts       []act
}

// act is one cutover that was played.
type act struct {
	name, result string
	took         time.Duration
	before       load.Totals // of the load when it began
	totals       load.Totals
	caught       time.Duration // see caught
	said         string        // what Terraform said of a cutover that did not promote
}

func (p *play) run(ctx context.Context) error {
	p.screen.say("The stage: %s.\n\n$ terraform apply                              # adopts what is there, moves nothing", p.stage.Title())
	if _, err := p.workspace.Apply(ctx); err != nil {
		return err
	}
	options := p.stage.Users()
	options.Rate, options.Concurrency = rate, concurrency
	users, err := load.Start(context.WithoutCancel(ctx), options)
	if err != nil {
		return err
	}
	p.load = users
	p.screen.say("  Blue has all traffic. Users send %d requests a second from now on.", rate)
	err = p.cutovers(ctx)
	totals := users.Stop()
	if err != nil {
		return err
	}
	// Requests that were open at the end, and users who follow a little later,
	// belong to the last act too.
	last := &p.acts[len(p.acts)-1]
	last.totals = since(last.before, totals)
	p.table(totals)
	return p.verdict(totals)
}

// cutovers cuts over to green in steps, and back at once.
func (p *play) cutovers(ctx context.Context) error {
	if err := p.cutover(ctx, "blue to green, by 10 and 50", promoted, "green"); err != nil {
		return err
	}
	if err := p.cutover(ctx, "green to blue, at once", promoted, "blue"); err != nil {
		return err
	}
	return p.fail(ctx)
}

// cutover plans, shows the timetable, and applies that plan. One that ends
// otherwise than it should is an error.
func (p *play) cutover(ctx context.Context, name, want, to string, args ...string) error {
	args = append([]string{"-var", "active_color=" + to}, args...)
	p.screen.say("\n$ terraform plan %s -out %s", strings.Join(args, " "), planFile)
	if _, err := p.workspace.Run(ctx, append([]string{"plan", "-no-color", "-out", planFile}, args...)...); err != nil {
		return err
	}
	lines, err := p.timetable(ctx)
	if err != nil {
		return err
	}
	p.screen.say("  cutover = [\n    %s\n  ]\n\n$ terraform apply %s", strings.Join(lines, "\n    "), planFile)
	before, started := p.load.Snapshot(), time.Now()
	events, err := p.watch(func() error {
		_, err := p.workspace.Run(ctx, "apply", "-no-color", planFile)
		return err
	})
	a := act{
		name: name, result: resultOf(events), took: time.Since(started), before: before,
		totals: since(before, p.load.Snapshot()), caught: caught(events),
	}
	var failed *cli.Error
	if errors.As(err, &failed) && ctx.Err() == nil && a.result == want {
		a.said, err = diagnostic(failed.Output), nil
	}
	if err == nil && a.result != want {
		err = fmt.Errorf("%s: %q instead of %q", name, a.result, want)
	}
	p.acts = append(p.acts, a)
	return errors.Join(ctx.Err(), err)
}

func resultOf(events []event) string {
	if len(events) == 0 {
		return ""
	}
	return events[len(events)-1].Result
}

// diagnostic is Terraform's error, without what came before it.
func diagnostic(output string) string {
	if i := strings.Index(output, "Error: "); i >= 0 {
		output = output[i:]
	}
	return strings.TrimSpace(output)
}

// timetable reads the planned cutover from the saved plan.
func (p *play) timetable(ctx context.Context) ([]string, error) {
	text, err := p.workspace.Run(ctx, "show", "-json", planFile)
	if err != nil {
		return nil, err
	}
	var plan struct {
		Changes []struct {
			Address string `json:"address"`
			Change  struct {
				After struct {
					Cutover []string `json:"cutover"`
				} `json:"after"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		return nil, err
	}
	for _, c := range plan.Changes {
		if c.Address == "bluegreen_switch.shop" {
			return c.Change.After.Cutover, nil
		}
	}
	return nil, errors.New("the plan has no cutover")
}

// watch draws the display while apply runs, and returns what happened.
func (p *play) watch(apply func() error) ([]event, error) {
	done := make(chan error, 1)
	go func() { done <- apply() }()
	tick := time.NewTicker(refresh)
	defer tick.Stop()
	doing, all := "terraform starts", []event(nil)
	window := newWindow(4, p.load.Snapshot())
	for {
		var ended bool
		var err error
		select {
		case err = <-done:
			ended = true
		case <-tick.C:
		}
		events, readErr := p.events.next()
		for _, e := range events {
			doing = describe(e, doing)
		}
		all = append(all, events...)
		now := p.load.Snapshot()
		blue, green := p.stage.Weights()
		p.screen.draw(view{doing, blue, green, window.recent(now), now})
		if ended || readErr != nil {
			return all, errors.Join(err, readErr)
		}
	}
}

// describe says what an event means for the display.
func describe(e event, doing string) string {
	switch e.Event {
	case "stage":
		text := e.Stage
		if len(e.Weights) > 0 {
			text += fmt.Sprintf(": blue %d, green %d", e.Weights["blue"], e.Weights["green"])
		}
		if e.Hold > 0 {
			text += fmt.Sprintf(" for %gs", e.Hold)
		}
		return text
	case "rollback":
		return "rolling back"
	case "ended":
		return e.Result
	default:
		return doing
	}
}
