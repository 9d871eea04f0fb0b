package moduletest

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestGuideTestsWithMocks runs the test that the guide shows, in a configuration such as the guide's readers have.
func TestGuideTestsWithMocks(t *testing.T) {
	guide := read(t, filepath.Join("..", "..", "templates", "guides", "modules.md"))
	_, rest, _ := strings.Cut(guide, "```hcl\nmock_provider ")
	shown, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the guide shows no test with mocks")
	}
	eachCLI(t, func(t *testing.T, binary string) {
		w := workspace(t, binary, `
terraform {
  required_providers {
    bluegreen = { source = "terraform-bluegreen/bluegreen" }
  }
}

variable "release" { default = null }

module "shop" {
  source       = "./modules/haproxy"
  name         = "shop"
  active_color = "blue"
  sockets      = ["unix:///run/haproxy/admin.sock"]
  blue         = { version = "1", servers = ["app/blue"] }
  green        = { version = "2", servers = ["app/green"] }
  release      = var.release
}
`)
		if err := w.Write("guide.tftest.hcl", "mock_provider "+shown); err != nil {
			t.Fatal(err)
		}
		initialise(t, w)
		out, err := w.Run(t.Context(), "test", "-no-color")
		if err != nil {
			t.Fatal(err)
		}
		wantTestsRun(t, out, strings.Count(shown, "\nrun "))
	})
}
