package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// mapTier is a tier whose switch has a map of its own, looked up by the host.
// What follows the lookup, in HAProxy's configuration, is more of the backend's
// name; args are more of the switch's map.
func mapTier(t *testing.T, id, follows, content, args string) *tier {
	t.Helper()
	ti := openTier(t, tierOptions{mode: byMap})
	dir := t.TempDir()
	ti.file = filepath.Join(dir, "hosts.map")
	if err := os.WriteFile(ti.file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	name := ti.file
	if id != "" { // HAProxy sees the file by another name, as in a container
		name = filepath.Join(dir, id)
		if err := os.Symlink(ti.file, name); err != nil {
			t.Fatal(err)
		}
		args += fmt.Sprintf(", id = %q", name)
	}
	ti.proxies[0].file = name
	ti.reconfigure(t, "frontend by-host\n    bind unix@"+ti.proxies[0].Dir()+"/host.sock\n    use_backend %[req.hdr(host),map_str("+name+")]"+follows+"\n")
	ti.rewrite(t, func(ti *tier) {
		ti.block = fmt.Sprintf("{ sockets = %s, map = { file = %q, %s } }", list(ti.sockets), ti.file, args)
	})
	return ti
}

// wantEntries fails the test unless the live map and the file are so.
func (ti *tier) wantEntries(t *testing.T, want string) {
	t.Helper()
	var live strings.Builder
	for line := range strings.Lines(ti.proxies[0].command(t, "show map "+ti.proxies[0].file)) {
		if f := strings.Fields(line); len(f) == 3 {
			live.WriteString(f[1] + " " + f[2] + "\n")
		}
	}
	if file := ti.proxies[0].fileText(t); live.String() != want || file != want {
		t.Errorf("the live map is %q, the file %q, want %q", live.String(), file, want)
	}
}

// thereAndBack cuts over to green and back, with reloads in between.
func (ti *tier) thereAndBack(t *testing.T, blue, green string) {
	t.Helper()
	ti.apply(t)
	ti.wantEntries(t, blue)
	ti.wantNoChanges(t)
	ti.apply(t, to(traffic.Green)...)
	ti.reload(t)
	ti.wantEntries(t, green)
	ti.wantNoChanges(t, to(traffic.Green)...)
	ti.apply(t)
	ti.wantEntries(t, blue)
}

func TestHAProxyKeys(t *testing.T) {
	t.Parallel()
	ti := mapTier(t, "", "", "a.test blue-backend\nb.test blue-backend\nc.test app\n", `keys = ["a.test", "b.test"]`)
	ti.thereAndBack(t, "a.test blue-backend\nb.test blue-backend\nc.test app\n", "a.test green-backend\nb.test green-backend\nc.test app\n")

	// One that differs is a share, and is set right with the others.
	ti.proxies[0].order(t, "set map "+ti.file+" b.test green-backend")
	wantText(t, ti.plan(t), "found: blue 50, green 50", "promote: blue 100, green 0")
	ti.apply(t)
	ti.wantEntries(t, "a.test blue-backend\nb.test blue-backend\nc.test app\n")
	ti.wantNoChanges(t)
}

func TestHAProxyValues(t *testing.T) {
	t.Parallel()
	ti := mapTier(t, "", "-backend", "shop blue\n", `key = "shop", values = { blue = "blue", green = "green" }`)
	ti.thereAndBack(t, "shop blue\n", "shop green\n")
}

func TestHAProxyID(t *testing.T) {
	t.Parallel()
	ti := mapTier(t, "in-container.map", "", "shop blue-backend\n", `key = "shop"`)
	ti.thereAndBack(t, "shop blue-backend\n", "shop green-backend\n")
}

// TestHAProxyLineGone: traffic is where it should be, and after a restart the
// key would match nothing. The plan tells, and what the cure is.
func TestHAProxyLineGone(t *testing.T) {
	t.Parallel()
	ti := openedTier(t, tierOptions{mode: byMap}, nil)
	was := ti.proxies[0].fileText(t)
	if err := os.WriteFile(ti.file, []byte("# nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := ti.Plan(t.Context())
	if err != nil {
		t.Log(failed(t, err, "HAProxy Map Entry Not Usable", `the key "shop": not found`, `add the line "shop blue-backend"`))
	} else {
		wantText(t, ti.plan(t), "a restart of the router would undo it", `the key \"shop\": not found`)
	}
	if err := os.WriteFile(ti.file, []byte(was), 0o600); err != nil {
		t.Fatal(err)
	}
	ti.apply(t)
	ti.wantNoChanges(t)
}
