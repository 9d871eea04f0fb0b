package moduletest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// root is the repository, and mirror the folder from which CLIs install the providers.
var root, mirror string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "bluegreen-modules-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := prepare(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// prepare builds the provider as it is now, and what stands in for those of the clouds, and lays them out to be installed.
func prepare(dir string) error {
	var err error
	if root, err = filepath.Abs("../.."); err != nil {
		return err
	}
	if err := cli.Build(context.Background(), dir); err != nil {
		return err
	}
	lay := exec.Command(filepath.Join(root, "tools", "scripts", "mirror"), filepath.Join(dir, "terraform-provider-bluegreen"), filepath.Join(dir, "mirror"))
	if out, err := lay.CombinedOutput(); err != nil {
		return fmt.Errorf("laying the provider out: %w\n%s", err, out)
	}
	mirror = filepath.Join(dir, "mirror", "plugins")
	binary, err := standin.Build(context.Background(), dir)
	if err != nil {
		return err
	}
	return errors.Join(standin.Mirror(mirror, binary), os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull), os.Setenv("CHECKPOINT_DISABLE", "1"))
}

// eachCLI runs a test with each command line tool: those of the make targets, and more that
// BLUEGREEN_CLIS names, with colons between them.
func eachCLI(t *testing.T, test func(t *testing.T, binary string)) {
	t.Helper()
	t.Parallel()
	all := map[string]string{"terraform": cli.TerraformT(t), "tofu": cli.TofuT(t)}
	for _, more := range filepath.SplitList(os.Getenv("BLUEGREEN_CLIS")) {
		all[filepath.Base(more)] = more
	}
	for name, path := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, path)
		})
	}
}

// modules are the names of all modules.
func modules(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, "modules"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

// copied is a copy of all modules, so that a CLI leaves nothing behind in the work tree.
func copied(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "modules")
	for _, name := range modules(t) {
		from := filepath.Join(root, "modules", name)
		err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			to := filepath.Join(dir, name, strings.TrimPrefix(path, from))
			switch {
			case entry.Name() == ".terraform":
				return filepath.SkipDir
			case entry.IsDir():
				return os.MkdirAll(to, 0o700)
			case strings.HasPrefix(entry.Name(), ".terraform"):
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(to, text, 0o600)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// workspace is a folder with a configuration, main.tf, that calls modules from ./modules.
func workspace(t *testing.T, binary, config string, env ...string) *cli.Workspace {
	t.Helper()
	dir := filepath.Dir(copied(t))
	w := open(t, binary, dir, env...)
	if err := w.Write("main.tf", config); err != nil {
		t.Fatal(err)
	}
	return w
}

func open(t *testing.T, binary, dir string, env ...string) *cli.Workspace {
	t.Helper()
	w, err := cli.New(cli.Options{Binary: binary, Mirror: mirror, Dir: dir, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func initialise(t *testing.T, w *cli.Workspace) {
	t.Helper()
	if _, err := w.Run(t.Context(), "init", "-no-color", "-backend=false"); err != nil {
		t.Fatal(err)
	}
}
