package haproxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const (
	// mapFileLimit is the largest map file that is read, in bytes.
	mapFileLimit = 64 << 20
	// mapFileTime is how long a file system may need to answer.
	mapFileTime = 10 * time.Second
)

var errLarge = fmt.Errorf("it is larger than %d MB", mapFileLimit>>20)

// openRegular opens a regular file, and nothing else: a pipe would be waited
// for, and a device may have no end. The kind is looked at before it is opened,
// and again after, since another file may be there then.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if err := regular(info); err != nil {
		return nil, nil, err
	}
	file, err := os.OpenFile(filepath.Clean(path), os.O_RDONLY|withoutWaiting, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err = file.Stat()
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

func regular(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular() && info.Size() > mapFileLimit:
		return errLarge
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return errors.New("it is a folder, not a file")
	case mode&fs.ModeNamedPipe != 0:
		return errors.New("it is a named pipe, not a file")
	case mode&fs.ModeDevice != 0:
		return errors.New("it is a device, not a file")
	default:
		return errors.New("it is not a regular file")
	}
}

// readAll reads a file that must not be larger than a map file may be, whatever
// its size was when it was opened.
func readAll(file *os.File) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(file, mapFileLimit+1))
	if err == nil && len(content) > mapFileLimit {
		err = errLarge
	}
	return content, err
}

// within calls f, and leaves it to itself when ctx ends or the file system does
// not answer, as that of a server that is gone may not. Drop is given what f
// returns too late.
func within[T any](ctx context.Context, f func() (T, error), drop func(T)) (T, error) {
	type result struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeoutCause(ctx, mapFileTime, fmt.Errorf("its file system did not answer within %s", mapFileTime))
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
