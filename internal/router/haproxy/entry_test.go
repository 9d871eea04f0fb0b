package haproxy

import (
	"os"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// complaints is what the plan says of a router, error by error.
func complaints(t *testing.T, r traffic.Router) []string {
	t.Helper()
	_, err := r.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func wantOnly(t *testing.T, r traffic.Router, wants ...string) {
	t.Helper()
	told := complaints(t, r)
	if len(told) != 1 {
		t.Fatalf("told were %q, want one", told)
	}
	for _, want := range wants {
		if !strings.Contains(told[0], want) {
			t.Errorf("told was %q, want %q", told[0], want)
		}
	}
}

// TestWrongKeyIsToldOnce: neither the live map nor the file has it, and where
// Terraform runs has nothing to do with that.
func TestWrongKeyIsToldOnce(t *testing.T) {
	w := newWorld(t, 1, nil)
	block := w.mapBlock(w.AdminSocket())
	block.Map.Key = ptr("shop2")
	blue, green := mapBackends()
	wantOnly(t, openAll(t, block, blue, green)[0].Router, "HAProxy Map Entry Not Usable", `no entry for "shop2"`)
}

// TestKeyThatOnlyTheLiveMapHas is lost at a reload, and the cure is a line.
func TestKeyThatOnlyTheLiveMapHas(t *testing.T) {
	w := newWorld(t, 1, nil)
	must(t, os.WriteFile(w.MapFile(), []byte("other "+lab.GreenBackend+"\n"), 0o600))
	wantOnly(t, w.mapRouter(w.AdminSocket()), "HAProxy Map Entry Not Usable", w.MapFile()+`: the key "shop": not found`,
		`add the line "shop blue-backend" or "shop green-backend", whichever serves now`)
}

// TestThirdBackendHasAWayOut names the command that sets the entry right. No
// cutover replaces what somebody else wanted.
func TestThirdBackendHasAWayOut(t *testing.T) {
	w := newWorld(t, 1, nil)
	r := w.mapRouter(w.AdminSocket())
	found, err := r.Found(t.Context())
	must(t, err)
	w.order("set map " + w.MapFile() + " " + lab.Key + " " + lab.Backend)
	wantOnly(t, r, `neither "blue-backend" nor "green-backend"`,
		`set it to one of them, live ("set map `+w.MapFile()+` shop blue-backend") and in the file`)
	for _, from := range []traffic.Weights{{}, allBlue, allGreen} {
		wantErr(t, "SetWeights", r.SetWeights(t.Context(), from, allGreen), traffic.ErrConflict)
		wantErr(t, "Restore", found.Restore(t.Context(), from), traffic.ErrConflict)
	}
	if live := w.mapEntry(lab.Key); live != lab.Backend {
		t.Errorf("the entry became %q", live)
	}
}

// TestLookupByExpressions: the entry is there, and "get map" does not find it by
// its own text.
func TestLookupByExpressions(t *testing.T) {
	dir := t.TempDir()
	file := dir + "/reg.map"
	must(t, os.WriteFile(file, []byte("^/ blue-backend\n"), 0o600))
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "backend odd\n    http-request set-header X %[path,map_reg(" + file + ")]\n"
	})
	blue, green := mapBackends()
	block := over(w.AdminSocket())
	block.Map = &Map{File: file, Key: ptr("^/")}
	r := openAll(t, block, blue, green)[0].Router
	wantOnly(t, r, "HAProxy Map Entry Not Usable", `looks this map up by ["map_reg"]`, "look up one constant key with map_str")
	wantErr(t, "SetWeights", r.SetWeights(t.Context(), allBlue, allGreen), ErrLookup)
}
