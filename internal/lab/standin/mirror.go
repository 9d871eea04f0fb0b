package standin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// command is the package of the stand-in's binary.
const command = "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/cmd/terraform-provider-standin"

// Build builds the stand-in into a folder, from the module in the current
// folder or above, and returns the path of its binary.
func Build(ctx context.Context, dir string) (binary string, err error) {
	binary = filepath.Join(dir, "terraform-provider-standin")
	if out, err := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, command).CombinedOutput(); err != nil {
		return "", fmt.Errorf("standin: building it: %w\n%s", err, out)
	}
	return binary, nil
}

// hosts are the registries of Terraform and of OpenTofu.
var hosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// Mirror lays a built stand-in out in a folder, as each provider that it can
// be, for a filesystem_mirror of Terraform or OpenTofu. All are hard links of
// the one binary where that can be.
func Mirror(dir, binary string) error {
	for _, name := range Names {
		facts, err := Load(name)
		if err != nil {
			return err
		}
		for _, host := range hosts {
			place := filepath.Join(dir, host, "hashicorp", name, facts.Version, runtime.GOOS+"_"+runtime.GOARCH)
			if err := link(binary, place, fmt.Sprintf("terraform-provider-%s_v%s", name, facts.Version)); err != nil {
				return fmt.Errorf("standin: %w", err)
			}
		}
	}
	return nil
}

func link(binary, dir, name string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	path := filepath.Join(dir, name)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if os.Link(binary, path) == nil {
		return nil
	}
	content, err := os.ReadFile(binary) // another file system, perhaps
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o750)
}
