package moduletest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
)

// TestHAProxyModuleServers calls the module for servers: adopt, a canary, a release that fails, a way back, destroy.
func TestHAProxyModuleServers(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		proxy, s := openHAProxy(t, binary, func(h *haproxy.HAProxy) string {
			return fmt.Sprintf(`
module "shop" {
  source       = "./modules/haproxy"
  name         = "shop"
  active_color = var.active_color
  sockets      = [%q]
  blue         = { version = "1.9.3", servers = ["app/blue1", "app/blue2"] }
  green        = { version = "2.0.0", servers = ["app/green1", "app/green2"], health = { timeout = "3s" } }
  steps        = [{ weight = 10, pause = "2s" }]
  bake         = "1s"
  drain        = "1s"
}`, h.AdminSocket())
		})
		s.cutOver(t, life{inSteps: true, url: proxy.ServerURL, after: s.wantPasted})
	})
}

// TestHAProxyModuleMap does the same with a map.
func TestHAProxyModuleMap(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		proxy, s := openHAProxy(t, binary, func(h *haproxy.HAProxy) string {
			return fmt.Sprintf(`
module "shop" {
  source       = "./modules/haproxy"
  name         = "shop"
  active_color = var.active_color
  sockets      = [%q]
  map          = { file = %q, key = "shop" }
  blue         = { version = "1.9.3", backend = "blue-backend" }
  green        = { version = "2.0.0", backend = "green-backend", health = { timeout = "3s" } }
  bake         = "2s"
  drain        = "1s"
}`, h.AdminSocket(), h.MapFile())
		})
		s.cutOver(t, life{url: proxy.MapURL, after: s.wantPasted})
	})
}

// openHAProxy starts a real HAProxy before two applications of each color, and calls a module for it.
func openHAProxy(t *testing.T, binary string, call func(*haproxy.HAProxy) string) (*haproxy.HAProxy, *shop) {
	t.Helper()
	s := &shop{}
	s.blue, s.green = startApps(t)
	proxy := haproxy.StartT(t, haproxy.Config{
		Blue: addresses(s.blue), Green: addresses(s.green), HealthPath: app.HealthPath, KeepState: true,
	})
	s.call(t, binary, "variable \"active_color\" { default = \"blue\" }"+call(proxy)+"\n")
	s.wantLines(t, 15)
	return proxy, s
}

// wantPasted fails the test unless HAProxy takes the lines that the module gives, with addresses filled in.
func (s *shop) wantPasted(t *testing.T, _ string) {
	t.Helper()
	lines := s.output(t, "haproxy_cfg")
	text := "defaults\n    mode http\n    timeout connect 1s\n    timeout client 1s\n    timeout server 1s\n" + strings.ReplaceAll(lines, "ADDRESS:PORT", "127.0.0.1:8080")
	text = strings.Replace(text, "frontend shop\n", "frontend shop\n    bind 127.0.0.1:8080\n", 1)
	path := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "haproxy", "-c", "-f", path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, out, text)
	}
}
