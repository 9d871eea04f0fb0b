// Package localfile reads files of this machine as if whoever named them could
// be wrong: regular files alone, up to a size, for as long as a context lasts. A
// pipe would be waited for, a device may have no end, and the file system of a
// server that is gone does not answer.
package localfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// Small is the limit of keys, certificates, tokens and the like, in bytes.
	Small = 1 << 20
	// answerTime is how long a file system may need to answer.
	answerTime = 10 * time.Second
)

var (
	// ErrLarge reports a file that is larger than what is read.
	ErrLarge = errors.New("it is larger")
	// ErrNotRegular reports a pipe, a device, a folder or the like.
	ErrNotRegular = errors.New("not a file")
)

// Read returns what is in a regular file of at most limit bytes. A path that
// begins with ~/ is in the home folder.
func Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	return Within(ctx, func() ([]byte, error) {
		file, _, err := Open(ExpandHome(path), limit)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // nothing was written
		return ReadAll(file, limit)
	}, nil)
}

// Open opens a regular file of at most limit bytes, and nothing else. The kind
// is looked at before it is opened, and again after, since another file may be
// there then.
func Open(path string, limit int64) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if err := check(info, limit); err != nil {
		return nil, nil, err
	}
	file, err := os.OpenFile(filepath.Clean(path), os.O_RDONLY|withoutWaiting, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err = file.Stat()
	if err == nil {
		err = check(info, limit)
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

// Check returns an error when there is something that Open would not open.
func Check(path string, limit int64) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return check(info, limit)
}

func check(info fs.FileInfo, limit int64) error {
	switch mode := info.Mode(); {
	case mode.IsRegular() && info.Size() > limit:
		return large(limit)
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return fmt.Errorf("it is a folder, %w", ErrNotRegular)
	case mode&fs.ModeNamedPipe != 0:
		return fmt.Errorf("it is a named pipe, %w", ErrNotRegular)
	case mode&fs.ModeDevice != 0:
		return fmt.Errorf("it is a device, %w", ErrNotRegular)
	default:
		return fmt.Errorf("it is %w of the usual kind", ErrNotRegular)
	}
}

func large(limit int64) error { return fmt.Errorf("%w than %d MB", ErrLarge, limit>>20) }

// ReadAll reads a file that must not be larger than limit, whatever its size was
// when it was opened.
func ReadAll(file *os.File, limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = large(limit)
	}
	return content, err
}

// Within calls f, and leaves it to itself when ctx ends or the file system does
// not answer. Drop is given what f returns too late; it may be nil.
func Within[T any](ctx context.Context, f func() (T, error), drop func(T)) (T, error) {
	type result struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeoutCause(ctx, answerTime, fmt.Errorf("its file system did not answer within %s", answerTime))
	defer cancel()
	done := make(chan result)
	go func() {
		value, err := f()
		select {
		case done <- result{value, err}:
		case <-ctx.Done():
			if err == nil && drop != nil {
				drop(value)
			}
		}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// ExpandHome replaces a leading ~/ by the home folder, as the clouds' own
// providers do with the paths in their blocks.
func ExpandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return filepath.Join(home, rest)
}
