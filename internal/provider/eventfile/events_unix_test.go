//go:build unix

package eventfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestEventPipe is a pipe in place of the file. Whether and how fast it is
// read must not matter to a cutover.
func TestEventPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "events")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	l := New(pipe)
	if err := l.append("{}\n"); !errors.Is(err, syscall.ENXIO) {
		t.Errorf("nobody reads: %v", err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := l.append(Line{Switch: "shop"}.encoded()); err != nil {
		t.Error(err)
	}
	line := make([]byte, 4096)
	if n, err := reader.Read(line); err != nil || !strings.Contains(string(line[:n]), `"switch":"shop"`) {
		t.Errorf("read %q, %v", line[:n], err)
	}
	const tooMuch = 1 << 21 // than a pipe holds
	if err := l.append(strings.Repeat("x", tooMuch)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the reader hangs: %v", err)
	}
	if l.limit != hungLimit {
		t.Errorf("each line would wait %s for a reader that hangs", l.limit)
	}
	if _, err := io.Copy(io.Discard, reader); err != nil {
		t.Fatal(err)
	}
	for l.append("{}\n") != nil { // on a machine that stalls the first may be too late
	}
	if l.limit != lineLimit {
		t.Errorf("the reader is back, and the next line waits %s", l.limit)
	}
}
