// Package cli runs the real Terraform or OpenTofu against the provider as it
// was built, the way its users do: a folder of configuration, plan, apply,
// show. It is for the demo, the benchmark and the tests, and must not know any
// router.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Source is the provider's address in configurations, short enough for both
// CLIs to put their own registry before it.
const Source = "terraform-bluegreen/bluegreen"

// Options say what is run.
type Options struct {
	// Binary is the CLI: terraform or tofu, a name on the PATH or a path.
	Binary string
	// ProviderDir is the folder that has the provider's binary; see Build.
	ProviderDir string
	// Mirror is a filesystem mirror of all providers that the configuration
	// needs, in place of ProviderDir. A workspace with one is initialised before
	// anything else, as by its users.
	Mirror string
	// Dir is the folder of configuration, which must exist.
	Dir string
	// Env is added to the environment, as "NAME=value".
	Env []string
	// Watch is called with each command before it starts, or nil.
	Watch func(*exec.Cmd)
}

// Workspace is a folder of configuration with its state.
type Workspace struct {
	options Options
	config  string
}

// Build builds the provider from the module in the current folder or above,
// into dir.
func Build(ctx context.Context, dir string, flags ...string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	args := append([]string{"build", "-buildvcs=false"}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, "-o", filepath.Join(dir, "terraform-provider-bluegreen"), ".")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cli: building the provider: %w\n%s", err, out)
	}
	return nil
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("cli: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("cli: there is no go.mod here or above")
		}
		dir = parent
	}
}

// New prepares a workspace. Without a mirror nothing needs to be initialised: the
// CLI is told where the provider is.
func New(options Options) (*Workspace, error) {
	w := &Workspace{options: options, config: filepath.Join(options.Dir, ".cli.tfrc")}
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", Source, options.ProviderDir)
	if options.Mirror != "" {
		text = fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", options.Mirror)
	}
	if err := os.WriteFile(w.config, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("cli: %w", err)
	}
	return w, nil
}

// Write writes a file of configuration.
func (w *Workspace) Write(name, text string) error {
	if err := os.WriteFile(filepath.Join(w.options.Dir, name), []byte(text), 0o600); err != nil {
		return fmt.Errorf("cli: %w", err)
	}
	return nil
}

// Dir is the workspace's folder.
func (w *Workspace) Dir() string { return w.options.Dir }

// Error is a command that failed.
type Error struct {
	Args   []string
	Output string // both streams
	Err    error
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("cli: %s: %v\n%s", strings.Join(e.Args, " "), e.Err, e.Output)
}

// Unwrap returns the cause, an *exec.ExitError when the command ran.
func (e *Error) Unwrap() error { return e.Err }

// Command is one command that is ready to be started. When ctx ends the CLI is
// interrupted, as by Ctrl-C, and waited for.
func (w *Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.options.Binary, args...)
	cmd.Dir = w.options.Dir
	cmd.Env = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+w.config, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1", "NO_COLOR=1")
	cmd.Env = append(cmd.Env, w.options.Env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Minute
	// A group of its own, so that an interrupt from a terminal reaches the CLI
	// through us alone, once.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// Run runs one command and returns what it printed on its standard output. A
// failed command is an *Error.
func (w *Workspace) Run(ctx context.Context, args ...string) (string, error) {
	var out, both output
	cmd := w.Command(ctx, args...)
	cmd.Stdout = io.MultiWriter(&out, &both)
	cmd.Stderr = &both
	if w.options.Watch != nil {
		w.options.Watch(cmd)
	}
	if err := cmd.Run(); err != nil {
		return out.String(), &Error{Args: args, Output: both.String(), Err: err}
	}
	return out.String(), nil
}

// output keeps what a command prints. The two streams are read side by side.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// String is what was printed so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Apply applies without asking. Args are added: "-var", "active_color=green".
func (w *Workspace) Apply(ctx context.Context, args ...string) (string, error) {
	return w.Run(ctx, append([]string{"apply", "-auto-approve", "-no-color"}, args...)...)
}

// Destroy destroys without asking.
func (w *Workspace) Destroy(ctx context.Context, args ...string) (string, error) {
	return w.Run(ctx, append([]string{"destroy", "-auto-approve", "-no-color"}, args...)...)
}

// Plan plans, and tells whether the plan has any change.
func (w *Workspace) Plan(ctx context.Context, args ...string) (text string, changes bool, err error) {
	text, err = w.Run(ctx, append([]string{"plan", "-no-color", "-detailed-exitcode"}, args...)...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 2 {
		return text, true, nil
	}
	return text, false, err
}

// Attributes returns the values of one resource in state.
func (w *Workspace) Attributes(ctx context.Context, address string) (map[string]any, error) {
	text, err := w.Run(ctx, "show", "-json")
	if err != nil {
		return nil, err
	}
	var shown struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address string         `json:"address"`
					Values  map[string]any `json:"values"`
				} `json:"resources"`
			} `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil {
		return nil, fmt.Errorf("cli: show: %w", err)
	}
	for _, r := range shown.Values.RootModule.Resources {
		if r.Address == address {
			return r.Values, nil
		}
	}
	return nil, fmt.Errorf("cli: %s is not in state", address)
}
