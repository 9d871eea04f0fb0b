package acctest

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// loss is a way in which a run loses its Terraform. It prepares how the CLI is
// started, and returns what strikes it then.
type loss func(t *testing.T, cmd *exec.Cmd) (strike func())

// losses leave the CLI no time to ask the provider for anything, or not surely.
// A terminal and some runners send signals to all processes of a run.
var losses = map[string]loss{
	"its pipe's reader is interrupted too": func(t *testing.T, cmd *exec.Cmd) func() {
		t.Helper()
		piped(t, cmd, "tee log")
		return func() { signalAll(t, cmd, syscall.SIGINT) }
	},
	"it hangs up": func(t *testing.T, cmd *exec.Cmd) func() {
		t.Helper()
		return func() { signalAll(t, cmd, syscall.SIGHUP) }
	},
	"it quits": func(t *testing.T, cmd *exec.Cmd) func() {
		t.Helper()
		return func() { signalAll(t, cmd, syscall.SIGQUIT) }
	},
	"it is killed": func(t *testing.T, cmd *exec.Cmd) func() {
		t.Helper()
		return func() {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	},
}

// signalAll sends a signal to all processes of a run.
func signalAll(t *testing.T, cmd *exec.Cmd, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(-cmd.Process.Pid, s); err != nil {
		t.Error(err)
	}
}

// piped has a shell pipe what the CLI prints into another command.
func piped(t *testing.T, cmd *exec.Cmd, reader string) {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Args = append([]string{"sh", "-c", `"$@" | ` + reader, "sh", cmd.Path}, cmd.Args[1:]...)
	cmd.Path = shell
}

// presence tells when no process is left of those that a command started, and
// that those started: each has the pipe's other end, whoever its parent is by
// then.
type presence struct{ r, w *os.File }

func presenceOf(t *testing.T, cmd *exec.Cmd) presence {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	cmd.ExtraFiles = append(cmd.ExtraFiles, w)
	return presence{r, w}
}

// wait returns when all are gone.
func (p presence) wait(t *testing.T) {
	t.Helper()
	p.w.Close()
	if _, err := io.Copy(io.Discard, p.r); err != nil {
		t.Error(err)
	}
}

// lose runs a command until reached, loses it, and waits for all its processes.
func (st stack) lose(t *testing.T, by loss, reached <-chan struct{}, args ...string) {
	t.Helper()
	cmd := st.Command(t.Context(), args...)
	strike, left, ended := by(t, cmd), presenceOf(t, cmd), make(chan error, 1)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- cmd.Wait() }()
	select {
	case <-reached:
		strike()
		<-ended
	case err := <-ended:
		t.Fatalf("it ended before: %v", err)
	}
	left.wait(t)
}

// eachLoss runs a test with each way to lose each of the CLIs.
func eachLoss(t *testing.T, test func(t *testing.T, binary string, by loss)) {
	t.Helper()
	// Whoever runs the tests may ignore it, as nohup does, and a CLI would then:
	// one that is caught here comes to a CLI as ever.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	withCLIs(t, func(t *testing.T, binary string) {
		all := maps.Clone(losses)
		maps.Copy(all, terminalLosses)
		for name, by := range all {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, binary, by)
			})
		}
	})
}

// TestAbandonedCutoverSoak is rolled back by the provider alone, which then ends.
// Whoever was to be told of it is; state is as it was; and the next apply does it.
func TestAbandonedCutoverSoak(t *testing.T) {
	eachLoss(t, func(t *testing.T, binary string, by loss) {
		events := filepath.Join(t.TempDir(), "events")
		chat, s := notifytest.New(t, notifytest.Taken), openAWS(t)
		e := adopted(t, cli.Options{Binary: binary, Env: []string{"BLUEGREEN_EVENT_FILE=" + events, "BLUEGREEN_TEST_HOOK=" + chat.URL}},
			func(c *projectConfig) {
				*c = c.with(`notify = { chat = { slack = { webhook_url_env = "BLUEGREEN_TEST_HOOK" } } }`).with(pausing)
			}, s)
		times := soakTimes(t, lossVariable, 1)
		for i := range times {
			reached := make(chan struct{})
			remove := e.at(10, func() { close(reached) })
			e.lose(t, by, reached, append([]string{"apply", "-auto-approve"}, to(traffic.Green)...)...)
			remove()
			e.wantWeights(t, traffic.All(traffic.Blue))
			e.sound(t, "after", traffic.Green)
			if last := lastEvent(t, events); last["event"] != "ended" || last["result"] != "rolled_back" {
				t.Errorf("the last event is %v", last)
			}
			if told := chat.Requests(); len(told) != 2*i+2 || !strings.Contains(string(told[2*i+1].Body), "rolled back") {
				t.Errorf("%d notices, want that each began, and was rolled back", len(told))
			}
			e.wantState(t, "active_color", `"blue"`)
		}
		report(t, "rolled back %d of %[1]d times, each told, and no process left", times)
		e.rewrite(t, func(c *projectConfig) { c.args = "" })
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
		e.wantNoChanges(t, to(traffic.Green)...)
	})
}

// pausing is a step that lasts as long as a test needs it.
const pausing = `steps = [{ weight = 10, pause = "5m" }]`

// lastEvent is the last line of an event file.
func lastEvent(t *testing.T, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	var last map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatal(err)
	}
	return last
}

// TestAbandonedPlan leaves no process, wherever its Terraform was lost.
func TestAbandonedPlan(t *testing.T) {
	eachLoss(t, func(t *testing.T, binary string, by loss) {
		e := adopted(t, cli.Options{Binary: binary}, nil, openAWS(t))
		reached := make(chan struct{})
		remove := e.watch(func(n int, _ fixture, _ apiCall) failure {
			if n == 1 {
				close(reached)
			}
			return nothing
		}, nil)
		e.lose(t, by, reached, append([]string{"plan"}, to(traffic.Green)...)...)
		remove()
		e.wantUntouched(t)
	})
}

// TestPlanForHead leaves no process when its reader has read enough.
func TestPlanForHead(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		e := adopted(t, cli.Options{Binary: binary}, nil, openAWS(t))
		cmd := e.Command(t.Context(), append([]string{"plan"}, to(traffic.Green)...)...)
		piped(t, cmd, "head -1")
		left := presenceOf(t, cmd)
		if err := cmd.Run(); err != nil {
			t.Error(err)
		}
		left.wait(t)
		e.wantUntouched(t)
	})
}
