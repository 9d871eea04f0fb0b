package haproxy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestWhatIsNoFile: what could be waited for without end is not opened.
func TestWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe, link, large := filepath.Join(dir, "pipe"), filepath.Join(dir, "link"), filepath.Join(dir, "large")
	must(t, syscall.Mkfifo(pipe, 0o600))
	must(t, os.Symlink("/dev/zero", link))
	must(t, os.WriteFile(large, nil, 0o600))
	must(t, os.Truncate(large, mapFileLimit+1))
	for path, says := range map[string]string{
		pipe: "named pipe", link: "a device", dir: "a folder", large: "larger than 64 MB", filepath.Join(dir, "none"): "no such file",
	} {
		f := mapFile{path: path}
		_, read := f.entries(t.Context(), []string{"shop"})
		_, check := f.check(t.Context(), []string{"shop"})
		held, open := f.open(t.Context())
		if open == nil {
			held.close()
		}
		r := &mapped{file: &f, keys: []string{"shop"}}
		for what, err := range map[string]error{"entries": read, "check": check, "open": open, "Persisted": r.Persisted(t.Context(), allBlue)} {
			if !errors.Is(err, ErrMapFile) || !strings.Contains(err.Error(), says) {
				t.Errorf("%s of %s = %v, want %q", what, path, err, says)
			}
		}
	}
}

// TestFileSystemThatHangs: it is left to itself, and what it gives too late is
// given back.
func TestFileSystemThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer, dropped := make(chan struct{}), make(chan int, 2)
		hang := func() (int, error) { <-answer; return 7, nil }
		drop := func(n int) { dropped <- n }
		_, err := within(t.Context(), hang, drop)
		if err == nil || !strings.Contains(err.Error(), "did not answer within 10s") {
			t.Errorf("within = %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = within(ctx, hang, drop)
		wantErr(t, "within, interrupted", err, context.Canceled)
		close(answer)
		synctest.Wait()
		if len(dropped) != 2 {
			t.Errorf("%d were given back", len(dropped))
		}
		n, err := within(t.Context(), hang, drop)
		if n != 7 || err != nil {
			t.Errorf("within = %d, %v", n, err)
		}
	})
}

// TestInterruptedIsNotUnkept: a look that was interrupted says nothing of the file.
func TestInterruptedIsNotUnkept(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "x.map")
	must(t, os.WriteFile(path, []byte("shop blue\n"), 0o600))
	r := &mapped{file: &mapFile{path: path}, keys: []string{"shop"}, values: map[traffic.Color]string{traffic.Blue: "green"}}
	if err := r.Persisted(ctx, allBlue); errors.Is(err, traffic.ErrNotPersisted) && errors.Is(err, context.Canceled) {
		t.Errorf("Persisted = %v", err)
	}
}

// TestFileThatGrows: a file that has become too large since it was opened is not
// read to its end.
func TestFileThatGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.map")
	must(t, os.WriteFile(path, []byte("shop blue\n"), 0o600))
	file, _, err := openRegular(path)
	must(t, err)
	defer file.Close()
	must(t, os.Truncate(path, mapFileLimit+1))
	if content, err := readAll(file); !errors.Is(err, localfile.ErrLarge) || len(content) > mapFileLimit+1 {
		t.Errorf("readAll = %d bytes, %v", len(content), err)
	}
}
