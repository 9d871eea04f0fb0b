package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
)

// How the release that fails is judged.
const (
	interval     = 2 * time.Second // between two measurements
	failureLimit = 1               // failed measurements in a row that are tolerated
	failingShare = 0.2             // of green's requests
)

// judge is the Prometheus that the analysis asks; without one there is no
// second act.
type judge struct {
	server *prometheus.Prometheus
}

func (j judge) url() string {
	if j.server == nil {
		return ""
	}
	return j.server.URL()
}

func (j judge) stop() {
	if j.server != nil {
		_ = j.server.Stop()
	}
}

// measure starts Prometheus over the stage's applications.
func (p *play) measure(ctx context.Context) error {
	server, err := prometheus.Start(context.WithoutCancel(ctx), prometheus.Config{Targets: p.stage.Applications()})
	if errors.Is(err, prometheus.ErrMissing) {
		p.screen.say("Prometheus is not here, so the second act, a release that fails, is left out. To see it, install the package prometheus.\n")
		return nil
	}
	p.prometheus = judge{server}
	return err
}

// fail sends a release that fails a part of its requests through the first
// step, and expects it to be caught.
func (p *play) fail(ctx context.Context) error {
	if p.prometheus.server == nil {
		return nil
	}
	p.screen.say("\nThe next release of green, 2.1.0, fails %.0f %% of its requests. Nobody knows yet.", failingShare*100)
	p.stage.Break(failingShare)
	err := p.cutover(ctx, "blue to green 2.1.0, which fails", rolledBack, "green", "-var", "green_version=2.1.0")
	if err != nil {
		return err
	}
	said := p.acts[len(p.acts)-1].said
	p.screen.say("  Terraform says:\n\n    %s", strings.ReplaceAll(said, "\n", "\n    "))
	return nil
}

// caught is the time from the first measurement that failed to the moment when
// the weights were back.
func caught(events []event) time.Duration {
	var first, back time.Time
	rolling := false
	for _, e := range events {
		switch {
		case e.Event == "measured" && e.Verdict == "fail" && first.IsZero():
			first = e.Time
		case e.Event == "rollback":
			rolling = true
		case e.Event == "weights" && rolling:
			back = e.Time
		}
	}
	if first.IsZero() || back.IsZero() {
		return 0
	}
	return back.Sub(first)
}
