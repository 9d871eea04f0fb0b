package acctest

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// progressLines are among the lines of a cutover in one step.
var progressLines = []string{
	"Z shop: cutover from blue to green, at most ", "Z shop: stage 2 of 3, at most ", " left: step: blue 90, green 10, held for 1s",
	"Z shop:   blue 90, green 10 in effect at arn:aws:", "Z shop:   health: passed", "Z shop: done: green has all traffic",
}

// watchedShop is a shop whose next cutover has one step.
func watchedShop(t *testing.T, options cli.Options) *shop {
	t.Helper()
	return opened(t, options, awselb.ScenarioOptions{}, func(c *config) { *c = c.with(`steps = [{ weight = 10, pause = "1s" }]`) })
}

// TestProgressFile has the lines appended to a file that the provider names.
func TestProgressFile(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh, file := watchedShop(t, cli.Options{Binary: binary}), filepath.Join(t.TempDir(), "progress.log")
		sh.rewrite(t, func(c *config) { c.aws += "\n  progress_file = " + hcl(file) })
		sh.apply(t, to(traffic.Green)...)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		wantSaid(t, string(text), progressLines...)
	})
}

// TestProgressOnATerminal shows them in the terminal in which Terraform applies, between its own.
func TestProgressOnATerminal(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := watchedShop(t, cli.Options{Binary: binary, Env: []string{"BLUEGREEN_PROGRESS_FILE=/dev/tty"}})
		cmd := sh.Command(t.Context(), append([]string{"apply", "-auto-approve", "-no-color"}, to(traffic.Green)...)...)
		terminal := terminalOf(t, cmd)
		shown := make(chan string, 1)
		go func() {
			text, _ := io.ReadAll(terminal) // which ends in an error when the last process has gone
			shown <- string(text)
		}()
		if err := cmd.Run(); err != nil {
			t.Error(err)
		}
		for _, end := range []any{cmd.Stdin, cmd.Stdout} {
			if file, ok := end.(*os.File); ok {
				file.Close()
			}
		}
		wantSaid(t, <-shown, append(progressLines, "Apply complete!")...)
	})
}

// TestProgressInAJob shows them in the output of a job, by the recipe of the guide.
func TestProgressInAJob(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := watchedShop(t, cli.Options{Binary: binary})
		cmd := sh.Command(t.Context(), "version")
		job := exec.CommandContext(t.Context(), "sh", "-c", `BLUEGREEN_PROGRESS_FILE=/proc/$$/fd/1 "$0" apply -auto-approve -no-color -var active_color=green; exit $?`, binary)
		job.Dir, job.Env = cmd.Dir, cmd.Env
		var out bytes.Buffer
		job.Stdout, job.Stderr = &out, &out
		if err := job.Run(); err != nil {
			t.Errorf("%v\n%s", err, out.String())
		}
		wantSaid(t, out.String(), append(progressLines, "Apply complete!")...)
	})
}

// wantSaid fails the test unless text has all of wants, in their order.
func wantSaid(t *testing.T, text string, wants ...string) {
	t.Helper()
	rest := text
	for _, want := range wants {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Errorf("it does not say %q, or too early:\n%s", want, text)
			return
		}
		rest = after
	}
}
