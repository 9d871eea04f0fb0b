//go:build unix

package eventfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
)

// TestEventFileIsTried says at plan what would be lost, and changes nothing.
func TestEventFileIsTried(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "events.jsonl")
	if err := os.WriteFile(file, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, wants := range map[string]error{
		"": nil, file: nil, pipe: nil, filepath.Join(dir, "new.jsonl"): nil,
		dir:                              errIsFolder,
		filepath.Join(dir, "no", "file"): fs.ErrNotExist,
		filepath.Join(file, "below"):     syscall.ENOTDIR,
	} {
		l := New(name)
		var diags diag.Diagnostics
		l.Foresee(t.Context(), &diags)
		if diags.HasError() || diags.WarningsCount() != len(errorsOf(wants)) {
			t.Errorf("%s: %v", name, diags)
		}
		if wants != nil && (!errors.Is(l.try(), wants) || !strings.Contains(diags[0].Detail(), name) || !strings.Contains(diags[0].Detail(), "event_file")) {
			t.Errorf("%s: %v, %v", name, l.try(), diags)
		}
	}
	after, err := os.Stat(file)
	entries, readErr := os.ReadDir(dir)
	if err != nil || readErr != nil || len(entries) != 2 || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("the plan changed something: %v, %v, %v", entries, err, readErr)
	}
}

func errorsOf(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}

// TestLostEventsAreCounted has a disk that is full, and a file in a folder that
// is not there.
func TestLostEventsAreCounted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file  string
		wants []string
	}{
		{filepath.Join(t.TempDir(), "no", "events.jsonl"), []string{"3 of the 3 lines", "no such file or directory"}},
		{"/dev/full", []string{"3 of the 3 lines", "/dev/full", "no space left on device"}},
		{filepath.Join(t.TempDir(), "events.jsonl"), nil},
	} {
		events := New(test.file).Of(t.Context(), "shop")
		for _, e := range []cutover.EventType{cutover.EventStarted, cutover.EventStage, cutover.EventEnded} {
			events.Write(cutover.Event{Type: e})
		}
		var diags diag.Diagnostics
		events.Warn(&diags)
		if diags.HasError() || diags.WarningsCount() != min(len(test.wants), 1) {
			t.Errorf("%s: %v", test.file, diags)
		}
		for _, want := range test.wants {
			if !strings.Contains(diags[0].Detail(), want) {
				t.Errorf("%q lacks %q", diags[0].Detail(), want)
			}
		}
	}
}
