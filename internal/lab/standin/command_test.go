package standin_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Scripts lay the stand-in out by running it. As a provider that there is no
// stand-in for it says so.
func TestCommand(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(filepath.Dir(mirror), "terraform-provider-standin")
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), binary, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "registry.opentofu.org", "hashicorp", "*", "*", "*", "terraform-provider-*_v*"))
	if err != nil || len(found) != 4 {
		t.Errorf("found %q, %v", found, err)
	}
	for name, says := range map[string]string{"terraform-provider-standin": "usage:", "terraform-provider-null_v3.2.0": "no stand-in for hashicorp/null"} {
		cmd := exec.CommandContext(t.Context(), binary)
		cmd.Args = []string{name}
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), says) {
			t.Errorf("%s says %q, %v, and not %q", name, out, err, says)
		}
	}
}
