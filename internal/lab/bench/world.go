package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

const (
	latency = 50 * time.Millisecond // of every API call
	// rulesPerListener spreads the switches over listeners, as people do.
	rulesPerListener = 50
)

// world is a load balancer with all that the switches divide, on a lab of its
// own. All traffic goes to blue, and both groups are attached everywhere.
type world struct {
	lab      *awselb.Lab
	scenario *awselb.Scenario
	sites    []site
}

// site is what one switch divides: a listener's default action, or a rule.
type site struct {
	arn         string
	rule        bool
	blue, green string // ARNs of the target groups
}

// group returns the ARN of a color's target group.
func (s site) group(color string) string {
	if color == "green" {
		return s.green
	}
	return s.blue
}

// newWorld starts a lab that neither throttles nor waits yet. It outlives an
// interrupt, so that Terraform can end in order.
func newWorld(ctx context.Context, rules int) (*world, error) {
	lab, err := awselb.Start(context.WithoutCancel(ctx), awselb.Options{
		HealthInterval: time.Second,
		Limits:         awselb.Limits{RulesPerBalancer: rules, GroupsPerBalancer: 2*rules + 100},
	})
	if err != nil {
		return nil, err
	}
	w := &world{lab: lab}
	if w.scenario, err = lab.Scenario(ctx, awselb.ScenarioOptions{Attach: true}); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *world) close() error {
	var err error
	if w.scenario != nil {
		err = w.scenario.Close()
	}
	w.lab.Close()
	return err
}

// listeners are two listeners: one for a switch, and one for the bare SDK.
func listeners(ctx context.Context) (*world, error) {
	w, err := newWorld(ctx, 0)
	if err != nil {
		return nil, err
	}
	s := w.scenario
	w.sites = append(w.sites, site{arn: s.ListenerARN, blue: s.Blue.GroupARN, green: s.Green.GroupARN})
	blue, green, err := s.AddPair(ctx, "bare")
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	arn, err := s.AddListener(ctx, 81, blue, green)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	w.sites = append(w.sites, site{arn: arn, blue: blue.GroupARN, green: green.GroupARN})
	return w, w.settle(ctx)
}

// rules are n rules, each with target groups of its own.
func rules(ctx context.Context, n int) (*world, error) {
	w, err := newWorld(ctx, n)
	if err != nil {
		return nil, err
	}
	on := *w.scenario
	for i := range n {
		if i > 0 && i%rulesPerListener == 0 {
			port := int32(80 + i/rulesPerListener) //nolint:gosec // a handful
			if on.ListenerARN, err = on.AddListener(ctx, port, on.Blue, on.Green); err != nil {
				return nil, errors.Join(err, w.close())
			}
		}
		if err := w.addRule(ctx, on, i); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, w.settle(ctx)
}

func (w *world) addRule(ctx context.Context, on awselb.Scenario, i int) error {
	name := fmt.Sprintf("shop%03d", i)
	blue, green, err := on.AddPair(ctx, name)
	if err != nil {
		return err
	}
	priority := int32(i%rulesPerListener + 1) //nolint:gosec // at most rulesPerListener
	arn, err := on.AddRule(ctx, priority, "/"+name+"/*", blue, green)
	w.sites = append(w.sites, site{arn: arn, rule: true, blue: blue.GroupARN, green: green.GroupARN})
	return err
}

// settle waits until every group is healthy.
func (w *world) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, s := range w.sites {
		for _, group := range []string{s.blue, s.green} {
			if err := w.lab.WaitHealth(ctx, group, awselb.Healthy(1)); err != nil {
				return errors.Join(err, w.close())
			}
		}
	}
	return nil
}

// check returns an error unless all traffic of all sites goes to a color.
func (w *world) check(color string, sites ...site) error {
	for _, s := range sites {
		if weights := w.lab.Weights(s.arn); weights[s.group(color)] == 0 || len(weights) != 2 || sum(weights) != weights[s.group(color)] {
			return fmt.Errorf("%s should send everything to %s, and has %v", s.arn, color, weights)
		}
	}
	return nil
}

func sum(weights map[string]int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	return total
}
