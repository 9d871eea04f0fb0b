package localfile_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRead reads files, and waits for nothing else.
func TestRead(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	at := func(name string) string { return filepath.Join(home, name) }
	write(t, at("key.pem"), "key")
	write(t, at("large"), "")
	if err := errors.Join(os.Truncate(at("large"), localfile.Small+1), syscall.Mkfifo(at("pipe"), 0o600), os.Symlink("/dev/zero", at("link")), os.Symlink(at("key.pem"), at("alias"))); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		at("key.pem"): nil, "~/key.pem": nil, at("alias"): nil, at("none"): fs.ErrNotExist, at("large"): localfile.ErrLarge,
		at("pipe"): localfile.ErrNotRegular, at("link"): localfile.ErrNotRegular, home: localfile.ErrNotRegular, "/dev/null": localfile.ErrNotRegular,
	} {
		content, err := localfile.Read(t.Context(), path, localfile.Small)
		if !errors.Is(err, want) || (want == nil) != (string(content) == "key") {
			t.Errorf("%s: %q, %v; want %v", path, content, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := localfile.Within(ctx, func() (int, error) { select {} }, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Within = %v", err)
	}
}
