package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

// The command line tools under test, from the environment that the make
// targets set.
const (
	terraformVariable = "BLUEGREEN_TERRAFORM"
	tofuVariable      = "BLUEGREEN_TOFU"
)

// providerDir has the provider as it is now.
var providerDir string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "bluegreen-provider-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := cli.Build(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	providerDir = dir
	return m.Run()
}

// withCLIs runs a test with Terraform and with OpenTofu.
func withCLIs(t *testing.T, test func(t *testing.T, binary string)) {
	t.Helper()
	t.Run("terraform", func(t *testing.T) { test(t, binary(t, terraformVariable, "terraform")) })
	t.Run("tofu", func(t *testing.T) { test(t, binary(t, tofuVariable, "tofu")) })
}

// terraform returns the one CLI of tests that are not about the CLI.
func terraform(t *testing.T) string { return binary(t, terraformVariable, "terraform") }

// binary returns a CLI. One that is missing fails the test: nothing is skipped
// in silence.
func binary(t *testing.T, variable, name string) string {
	t.Helper()
	if path := os.Getenv(variable); path != "" {
		return path
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is not here: run make test, which gets it, or set %s to its path", name, variable)
	}
	return path
}

// workspace returns a folder with the configuration main.tf.
func workspace(t *testing.T, binary, config string, env ...string) *cli.Workspace {
	t.Helper()
	w, err := cli.New(cli.Options{Binary: binary, ProviderDir: providerDir, Dir: t.TempDir(), Env: env})
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, config)
	return w
}

func write(t *testing.T, w *cli.Workspace, config string) {
	t.Helper()
	if err := w.Write(filepath.Base("main.tf"), config); err != nil {
		t.Fatal(err)
	}
}

// apply applies, and fails the test when that fails.
func apply(t *testing.T, w *cli.Workspace, args ...string) string {
	t.Helper()
	out, err := w.Apply(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// wantNoChanges fails the test when a plan has any change.
func wantNoChanges(t *testing.T, w *cli.Workspace, args ...string) {
	t.Helper()
	text, changes, err := w.Plan(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	if changes {
		t.Errorf("the plan is not empty:\n%s", text)
	}
}
