package acctest

import (
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

// TestProgressInAJob shows them in the output of a job, by the recipe of the guide: where that is a pipe, and where it is a
// file, in which nobody's lines may be lost.
func TestProgressInAJob(t *testing.T) {
	recipe := recipeOf(t)
	withCLIs(t, func(t *testing.T, binary string) {
		for _, file := range []bool{false, true} {
			t.Run(map[bool]string{false: "pipe", true: "file"}[file], func(t *testing.T) {
				t.Parallel()
				sh := watchedShop(t, cli.Options{Binary: binary})
				cmd := sh.Command(t.Context(), "version")
				job := exec.CommandContext(t.Context(), "sh", "-ec", recipe, binary)
				job.Dir, job.Env = cmd.Dir, cmd.Env
				output := filepath.Join(t.TempDir(), "output")
				if !file {
					job.Args[2] = "{ " + recipe + "} | cat"
				}
				log, err := os.Create(output)
				if err != nil {
					t.Fatal(err)
				}
				defer log.Close()
				job.Stdout, job.Stderr = log, log
				if err := job.Run(); err != nil {
					t.Error(err)
				}
				text, err := os.ReadFile(output)
				if err != nil {
					t.Fatal(err)
				}
				wantSaid(t, string(text), append(progressLines, "Apply complete!")...)
				wantSaid(t, string(text), "bluegreen_switch.shop: Modifying...", "bluegreen_switch.shop: Modifications complete")
			})
		}
	})
}

// recipeOf is what the guide tells a job to run, with the CLI and the arguments of a test.
func recipeOf(t *testing.T) string {
	t.Helper()
	guide, err := os.ReadFile("../../templates/guides/events.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(guide), "```sh\nmkfifo")
	recipe, _, ok := strings.Cut(rest, "```")
	if !ok || !strings.Contains(recipe, "terraform apply -input=false cutover.tfplan") {
		t.Fatalf("the guide has no such recipe: %q", recipe)
	}
	return "mkfifo" + strings.Replace(recipe, "terraform apply -input=false cutover.tfplan", `"$0" apply -auto-approve -no-color -var active_color=green`, 1)
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
