package haproxy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// hosts is a HAProxy whose map has an entry for each of two hosts, with values
// that are no backends, under a name that is not the file's path.
func hosts(t *testing.T) (*world, Router) {
	t.Helper()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "hosts.map"), filepath.Join(dir, "in-container.map")
	must(t, os.WriteFile(file, []byte("# hosts\na.example b\nb.example\tb\nc.example x\n"), 0o600))
	must(t, os.Symlink(file, link)) // HAProxy sees the file by another name
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "frontend hosts\n    bind unix@" + dir + "/odd.sock\n    use_backend %[req.hdr(host),lower,map_str(" + link + ")]-side\n" +
			"backend b-side\n    server one " + c.Blue[0] + "\nbackend g-side\n    server one " + c.Green[0] + "\n"
	})
	r := over(w.AdminSocket())
	r.Map = &Map{File: file, ID: &link, Keys: []string{"a.example", "b.example"}, Values: &Values{Blue: "b", Green: "g"}}
	return w, r
}

// sides are the entries of the live map and of the file.
func (w *world) sides(m *Map) string {
	w.t.Helper()
	text, err := os.ReadFile(m.File)
	must(w.t, err)
	var live []string
	for line := range strings.Lines(w.command("show map " + *m.ID)) {
		if f := strings.Fields(line); len(f) == 3 {
			live = append(live, f[1]+"="+f[2])
		}
	}
	return fmt.Sprint(live, " ", strings.ReplaceAll(string(text), "\n", ";"))
}

func TestKeysValuesAndID(t *testing.T) {
	w, block := hosts(t)
	r := openAll(t, block, backend("b-side"), backend("g-side"))[0].Router.(*mapped)
	was := w.sides(block.Map)
	first, err := r.Inspect(t.Context(), traffic.Green)
	must(t, err)
	must(t, r.SetWeights(t.Context(), allBlue, allGreen))
	must(t, r.Verify(t.Context(), allGreen))
	want := "[a.example=g b.example=g c.example=x] # hosts;a.example g;b.example\tg;c.example x;"
	if is := w.sides(block.Map); is != want {
		t.Errorf("it is %s, want %s", is, want)
	}
	w.reload()
	must(t, r.Verify(t.Context(), allGreen))
	must(t, r.SetWeights(t.Context(), allGreen, allBlue))
	if is := w.sides(block.Map); is != was {
		t.Errorf("it is %s, and was %s", is, was)
	}
	again, err := r.Inspect(t.Context(), traffic.Green)
	if err != nil || again.Seen != first.Seen {
		t.Errorf("Seen = %q, %v, and was %q", again.Seen, err, first.Seen)
	}
	must(t, os.WriteFile(block.Map.File, []byte("a.example b\nb.example g\n"), 0o600))
	if other, err := r.Inspect(t.Context(), traffic.Green); err != nil || other.Seen == first.Seen {
		t.Errorf("the file changed, and Seen = %q, %v", other.Seen, err)
	}
	wantErr(t, "Persisted", r.Persisted(t.Context(), allBlue), traffic.ErrNotPersisted)
}

// TestKeysThatDiffer are read as their mean, and move on to either color.
func TestKeysThatDiffer(t *testing.T) {
	for _, to := range []traffic.Weights{allBlue, allGreen} {
		w, block := hosts(t)
		r := openAll(t, block, backend("b-side"), backend("g-side"))[0].Router.(*mapped)
		w.order("set map " + *block.Map.ID + " b.example g")
		half := traffic.Split(traffic.Green, 50)
		live, err := r.Weights(t.Context())
		if err != nil || live != half {
			t.Fatalf("Weights = %s, %v", live, err)
		}
		found, err := r.Found(t.Context())
		must(t, err)
		must(t, r.Verify(t.Context(), half))
		must(t, r.SetWeights(t.Context(), half, to))
		must(t, r.Verify(t.Context(), to))
		must(t, found.Restore(t.Context(), to))
		must(t, found.Restored(t.Context()))
		if is := w.sides(block.Map); !strings.HasPrefix(is, "[a.example=b b.example=g") || !strings.Contains(is, "a.example b;b.example\tg;") {
			t.Errorf("back to %s", is)
		}
	}
}

// TestKeysHalfWay loses the connection on which several entries are set, after
// one: what stays is known for our own.
func TestKeysHalfWay(t *testing.T) {
	w, block := hosts(t)
	p := newProxy(t, w.AdminSocket())
	clean := openAll(t, block, backend("b-side"), backend("g-side"))[0].Router
	block.Sockets = []string{p.socket()}
	faulty := openAll(t, block, backend("b-side"), backend("g-side"))[0].Router
	p.armHalfWay(2, 1)
	err := faulty.SetWeights(t.Context(), allBlue, allGreen)
	p.disarm()
	live, unread := clean.Weights(t.Context())
	must(t, unread)
	var partial *traffic.PartialError
	if !errors.As(err, &partial) || live != traffic.Split(traffic.Green, 50) || !slices.Contains(partial.Left, live) {
		t.Errorf("SetWeights = %v, and left %s", err, live)
	}
	must(t, clean.SetWeights(t.Context(), live, allGreen))
	must(t, clean.(traffic.Verifier).Verify(t.Context(), allGreen))
}

// TestOneOfTheKeysIsMissing is told on that one.
func TestOneOfTheKeysIsMissing(t *testing.T) {
	w, block := hosts(t)
	r := openAll(t, block, backend("b-side"), backend("g-side"))[0].Router
	w.order("del map " + *block.Map.ID + " b.example")
	inspect(t, r, "router", "map.keys[1]", traffic.ErrNotFound)
	must(t, os.WriteFile(block.Map.File, []byte("a.example b\n"), 0o600))
	inspect(t, r, "router", "map.keys[1]", traffic.ErrNotFound)
	block.Map.ID = ptr(block.Map.File)
	inspect(t, openAll(t, block, backend("b-side"), backend("g-side"))[0].Router, "router", "map.id", traffic.ErrNotFound)
}
