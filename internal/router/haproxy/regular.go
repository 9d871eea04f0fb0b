package haproxy

import (
	"context"
	"io/fs"
	"os"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
)

// mapFileLimit is the largest map file that is read, in bytes.
const mapFileLimit = 64 << 20

// openRegular opens a map file.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	return localfile.Open(path, mapFileLimit)
}

// readAll reads one that is open.
func readAll(file *os.File) ([]byte, error) { return localfile.ReadAll(file, mapFileLimit) }

// within is localfile.Within.
func within[T any](ctx context.Context, f func() (T, error), drop func(T)) (T, error) {
	return localfile.Within(ctx, f, drop)
}
