package haproxy

import (
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
	r := &mapped{backends: map[traffic.Color]string{traffic.Blue: "blue", traffic.Green: "green"}}
	must(t, r.Persisted(t.Context(), traffic.All(traffic.Green)))
}
