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
