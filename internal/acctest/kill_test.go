package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

// pidVariable names the file to which each provider process adds its id.
const pidVariable = "BLUEGREEN_TEST_PIDS"

// traced makes a folder with a provider that tells its process id, and that of
// the CLI, before it begins, so that they can be killed.
func traced(t *testing.T) cli.Options {
	t.Helper()
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\necho $$ $PPID >> \"$%s\"\nexec %q \"$@\"\n", pidVariable, filepath.Join(providerDir, "terraform-provider-bluegreen"))
	if err := os.WriteFile(filepath.Join(dir, "terraform-provider-bluegreen"), []byte(script), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	return cli.Options{ProviderDir: dir, Env: []string{pidVariable + "=" + filepath.Join(dir, "pids")}}
}

// victim is what is killed.
type victim int

const (
	providerAlone victim = iota
	providerAndCLI
)

// kill kills the provider process that was started last, the one that makes API
// calls, and the CLI before it if that is asked for, at once and without a
// chance to clean up.
func kill(pids string, v victim) error {
	text, err := os.ReadFile(pids)
	if err != nil {
		return err
	}
	ids := strings.Fields(string(text))
	last := ids[len(ids)-2:] // the provider's, and the CLI's
	if v == providerAlone {
		last = last[:1]
	}
	for _, id := range slices.Backward(last) {
		pid, err := strconv.Atoi(id)
		if err != nil {
			return err
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			return err
		}
	}
	return nil
}

// threeSteps is the cutover that is cut short at every point.
const threeSteps = `steps = [{ weight = 10 }, { weight = 50 }]`

// moment is where in an API call a process is killed.
type moment int

const (
	before moment = iota // the request is lost
	after                // the call took effect, and the reply is lost
)
