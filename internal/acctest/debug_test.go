package acctest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// reattach is what a provider that waits for a debugger says to set.
var reattach = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.*)'`)

// debugged starts the provider as one attaches a debugger to it.
func debugged(t *testing.T) (cmd *exec.Cmd, env string) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), filepath.Join(providerDir, "terraform-provider-bluegreen"), "-debug")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // most often it has ended
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := reattach.FindStringSubmatch(lines.Text()); found != nil {
			return cmd, "TF_REATTACH_PROVIDERS=" + found[1]
		}
	}
	t.Fatal("the provider does not say how to attach to it")
	return nil, ""
}

// TestDebuggedProvider serves one Terraform after the other, also one that is
// killed in the middle of a cutover, and ends when it is told to.
func TestDebuggedProvider(t *testing.T) {
	t.Parallel()
	provider, env := debugged(t)
	e := adopted(t, cli.Options{Env: []string{env}}, func(c *projectConfig) { *c = c.with(pausing) }, openAWS(t))
	reached := make(chan struct{})
	remove := e.at(10, func() { close(reached) })
	back := make(chan struct{})
	once := sync.OnceFunc(func() { close(back) })
	follow := e.watch(func(int, fixture, apiCall) failure { return nothing }, func(int) {
		select {
		case <-reached:
			if e.fixtures[0].weights() == traffic.All(traffic.Blue) {
				once()
			}
		default:
		}
	})
	e.lose(t, losses["it is killed"], reached, append([]string{"apply", "-auto-approve"}, to(traffic.Green)...)...)
	<-back
	remove()
	follow()
	e.rewrite(t, func(c *projectConfig) { c.args = "" })
	e.apply(t, to(traffic.Green)...)
	e.wantWeights(t, traffic.All(traffic.Green))
	if err := provider.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := provider.Wait(); err != nil {
		t.Errorf("the provider ended with %v", err)
	}
}
