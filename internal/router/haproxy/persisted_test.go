package haproxy

import (
	"os"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestKept has the live map ahead of its file, as a crash between the two
// leaves them: setting the same weights again mends the file.
func TestKept(t *testing.T) {
	w := newWorld(t, 1, nil)
	r := w.mapRouter(w.AdminSocket())
	must(t, r.Persisted(t.Context(), traffic.All(traffic.Blue)))
	w.order("set map " + w.MapFile() + " " + lab.Key + " " + lab.GreenBackend)
	unpersisted := r.Persisted(t.Context(), traffic.All(traffic.Green))
	wantErr(t, "Persisted", unpersisted, traffic.ErrNotPersisted)
	if say := w.MapFile() + ` says "blue-backend" for "shop"`; unpersisted == nil || !strings.HasSuffix(unpersisted.Error(), say) {
		t.Errorf("Persisted = %v, want %q", unpersisted, say)
	}
	wantErr(t, "Verify", r.Verify(t.Context(), traffic.All(traffic.Green)), traffic.ErrNotInEffect)
	must(t, r.SetWeights(t.Context(), traffic.All(traffic.Green), traffic.All(traffic.Green)))
	must(t, r.Persisted(t.Context(), traffic.All(traffic.Green)))
	w.reload()
	if live := w.liveMap(); live != traffic.All(traffic.Green) {
		t.Errorf("after a reload: %s", live)
	}
}

// TestKeptByOthers asks nothing of a file that is not ours to keep.
func TestKeptByOthers(t *testing.T) {
	r := &mapped{values: map[traffic.Color]string{traffic.Blue: "blue", traffic.Green: "green"}}
	must(t, r.Persisted(t.Context(), traffic.All(traffic.Green)))
}

// TestGoneFromTheFile: the live map is right, and after a restart the key would
// match nothing.
func TestGoneFromTheFile(t *testing.T) {
	for say, change := range map[string]func(w *world) error{
		"no such file":              func(w *world) error { return os.Remove(w.MapFile()) },
		`the key "shop": not found`: func(w *world) error { return os.WriteFile(w.MapFile(), []byte("other x\n"), 0o600) },
		"2 entries for the key":     func(w *world) error { return os.WriteFile(w.MapFile(), []byte("shop a\nshop b\n"), 0o600) },
	} {
		w := newWorld(t, 1, nil)
		r := w.mapRouter(w.AdminSocket())
		must(t, change(w))
		err := r.Persisted(t.Context(), allBlue)
		wantErr(t, say, err, traffic.ErrNotPersisted)
		if err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("Persisted = %v, want %q", err, say)
		}
		live, err := r.Weights(t.Context())
		if err != nil || live != allBlue {
			t.Errorf("Weights = %s, %v", live, err)
		}
	}
}
