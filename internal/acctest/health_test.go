package acctest

import (
	"context"
	"os/exec"
	"syscall"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// watched has a pause in which health is read twice: at its beginning, and at
// its end.
const watched = `steps = [{ weight = 10 }, { weight = 50, pause = "1s" }]`

func TestUnhealthyIsRefused(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true, Targets: 2}, func(c *config) {
		c.green += "\n  health = { timeout = \"1s\" }"
	})
	sh.s.Green.SetHealthy(false)
	unhealthy := func(h awselb.HealthCounts) bool { return h.Unhealthy == 2 }
	if err := sh.s.Lab.WaitHealth(t.Context(), sh.s.Green.GroupARN, unhealthy); err != nil {
		t.Fatal(err)
	}
	_, err := sh.Apply(t.Context(), to(traffic.Green)...)
	said := failed(t, err, "Cutover Refused, No Traffic Moved", "The cutover from blue to green ended at gates",
		"Health did not hold within 1s", "0 of 2 targets are healthy", "Health checks failed with these codes: [503]; 127.0.0.1",
		"Traffic now: blue 100, green 0")
	t.Log(said)
	sh.wantUntouched(t)
	sh.wantState(t, "active_color", `"blue"`)
	sh.wantState(t, "last_cutover", `null`)
	sh.s.Green.SetHealthy(true)
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
}

func TestUnhealthyAtHalf(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, func(c *config) { *c = c.with(watched) })
		remove := sh.at(50, func() { sh.setHealth(t, awselb.StateUnhealthy) })
		_, err := sh.Apply(t.Context(), to(traffic.Green)...)
		remove()
		said := failed(t, err, "Cutover Rolled Back", "The cutover from blue to green ended at step", "Health failed once",
			"0 of 1 targets are healthy", "Traffic is back as it was found: blue 100, green 0", "the next plan proposes the cutover again")
		t.Log(said)
		sh.wantSteps(t, traffic.Green, 10, 50, 0)
		sh.wantState(t, "active_color", `"blue"`)
		sh.wantState(t, "weights", `{"blue":100,"green":0}`)
		sh.wantResult(t, "rolled_back")
		sh.wantNoChanges(t)

		sh.setHealth(t, "")
		wantText(t, sh.plan(t, to(traffic.Green)...), "found: blue 100, green 0", "promote: blue 0, green 100")
		sh.apply(t, to(traffic.Green)...)
		sh.wantWeights(t, traffic.All(traffic.Green))
		sh.wantResult(t, "promoted")
	})
}

func TestInterruptedInAPause(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
			*c = c.with(`steps = [{ weight = 50, pause = "10m" }]`)
		})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		defer sh.at(50, cancel)()
		_, err := sh.Apply(ctx, to(traffic.Green)...)
		said := failed(t, err, "Cutover Rolled Back", "ended at step green 50: The run was cancelled.",
			"Traffic is back as it was found: blue 100, green 0")
		t.Log(said)
		sh.wantSteps(t, traffic.Green, 50, 0)
		sh.wantState(t, "active_color", `"blue"`)
		sh.wantResult(t, "rolled_back")
		sh.wantNoChanges(t)
	})
}

// TestTerminatedInAPause ends a run as many runners do: by SIGTERM to all of
// its processes, the provider's too.
func TestTerminatedInAPause(t *testing.T) {
	t.Parallel()
	toAll := func(cmd *exec.Cmd) {
		cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	}
	sh := opened(t, cli.Options{Watch: toAll}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		*c = c.with(`steps = [{ weight = 50, pause = "10m" }]`)
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	remove := sh.at(50, cancel)
	_, err := sh.Apply(ctx, to(traffic.Green)...)
	remove()
	failed(t, err, "Cutover Rolled Back", "The run was cancelled.", "Traffic is back as it was found: blue 100, green 0")
	sh.wantSteps(t, traffic.Green, 50, 0)
}

func TestChangedDuringAPause(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) { *c = c.with(watched) })
	remove := sh.at(50, func() { sh.setWeights(t, traffic.Split(traffic.Green, 33)) })
	_, err := sh.Apply(t.Context(), to(traffic.Green)...)
	remove()
	said := failed(t, err, "Cutover Stopped: A Router Was Changed By Someone Else",
		"changed by someone else: expected blue 50, green 50, found blue 67, green 33", "Traffic now: blue 67, green 33",
		"left alone")
	t.Log(said)
	sh.wantSteps(t, traffic.Green, 10, 50, 33) // not fought
	sh.wantState(t, "weights", `{"blue":67,"green":33}`)
	sh.wantState(t, "active_color", `"blue"`)
	sh.wantResult(t, "stopped")
	wantText(t, sh.plan(t), "found: blue 67, green 33")
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
}

// TestNoTargetIsNotHealthy has a green without any target, and asks for no share
// of healthy ones.
func TestNoTargetIsNotHealthy(t *testing.T) {
	t.Parallel()
	sh := open(t, cli.Options{}, awselb.ScenarioOptions{ForgetAfter: true}, nil)
	empty, err := sh.s.AddGroup(t.Context(), "shop-empty")
	if err != nil {
		t.Fatal(err)
	}
	sh.rewrite(t, func(c *config) {
		c.green = groups(empty) + "\n  health = { timeout = \"100ms\", min_healthy_percent = 0 }"
	})
	sh.apply(t)
	_, err = sh.Apply(t.Context(), to(traffic.Green)...)
	failed(t, err, "Cutover Refused, No Traffic Moved", "0 of 0 targets are healthy, and 1 are needed")
	sh.wantWeights(t, traffic.All(traffic.Blue))
}
