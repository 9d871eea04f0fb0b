// Package acctest has the acceptance tests: the real Terraform and OpenTofu
// drive the provider as it was built, in a process of its own, against routers
// that carry traffic.
package acctest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
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
	if err := prepareSteps(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	for _, line := range reports.lines {
		fmt.Println(line)
	}
	return code
}

// prepareSteps tells the framework's test driver which Terraform to run, and
// what configurations call the provider.
func prepareSteps() error {
	path := os.Getenv(cli.TerraformVariable)
	if path == "" {
		path, _ = exec.LookPath("terraform") // tests that need it say that it is missing
	}
	return errors.Join(os.Setenv("TF_ACC_TERRAFORM_PATH", path), os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "terraform-bluegreen"),
		os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull), os.Setenv("CHECKPOINT_DISABLE", "1"))
}

// reports are lines of counts, shown after the tests.
var reports struct {
	mu    sync.Mutex
	lines []string
}

// report adds a line to the end of the run, unless the test failed.
func report(t *testing.T, format string, args ...any) {
	t.Helper()
	line := fmt.Sprintf(format, args...)
	t.Log(line)
	if t.Failed() {
		return
	}
	reports.mu.Lock()
	defer reports.mu.Unlock()
	reports.lines = append(reports.lines, t.Name()+": "+line)
}

// withCLIs runs a test with Terraform and with OpenTofu.
func withCLIs(t *testing.T, test func(t *testing.T, binary string)) {
	t.Helper()
	t.Parallel()
	t.Run("terraform", func(t *testing.T) {
		t.Parallel()
		test(t, terraform(t))
	})
	t.Run("tofu", func(t *testing.T) {
		t.Parallel()
		test(t, cli.TofuT(t))
	})
}

// terraform returns the one CLI of tests that are not about the CLI.
func terraform(t *testing.T) string {
	t.Helper()
	return cli.TerraformT(t)
}

// workspace returns a folder with the configuration main.tf.
func workspace(t *testing.T, options cli.Options, config string) *cli.Workspace {
	t.Helper()
	options.Dir = t.TempDir()
	if options.ProviderDir == "" {
		options.ProviderDir = providerDir
	}
	w, err := cli.New(options)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, config)
	return w
}

func write(t *testing.T, w *cli.Workspace, config string) {
	t.Helper()
	if err := w.Write("main.tf", config); err != nil {
		t.Fatal(err)
	}
}

// stateFile is the file in which a workspace's state is.
func stateFile(w *cli.Workspace) string { return filepath.Join(w.Dir(), "terraform.tfstate") }
