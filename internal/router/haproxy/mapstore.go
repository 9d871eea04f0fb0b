package haproxy

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// lockPoll is how often a lock that another process has is tried again.
const lockPoll = 20 * time.Millisecond

// mapFile is the file that HAProxy loads a map from when it starts.
type mapFile struct {
	path, key string
}

// failed names the file in an error.
func (f mapFile) failed(err error) error {
	if err == nil || errors.Is(err, ErrMapFile) {
		return err
	}
	return fmt.Errorf("%w: %s: %w", ErrMapFile, f.path, err)
}

// value reads the key's value.
func (f mapFile) value() (string, error) {
	content, err := os.ReadFile(f.path)
	if err != nil {
		return "", f.failed(err)
	}
	value, err := valueOf(content, f.key)
	return value, f.failed(err)
}

// check tells, without changing anything, whether the file could be replaced.
func (f mapFile) check() error {
	if _, err := f.value(); err != nil {
		return err
	}
	target, err := f.target()
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return f.failed(err)
	}
	return f.failed(both(keepsOwner(info, os.Geteuid()), writableDir(filepath.Dir(target))))
}

// both is one error of two reasons, in one sentence.
func both(a, b error) error {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	return fmt.Errorf("%w; and %w", a, b)
}

// target is the file itself, at the end of all symbolic links.
func (f mapFile) target() (string, error) {
	target, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return "", f.failed(err)
	}
	info, err := os.Stat(target)
	if err != nil {
		return "", f.failed(err)
	}
	if !info.Mode().IsRegular() {
		return "", f.failed(errors.New("not a regular file"))
	}
	return target, nil
}

// open locks the file against other processes of ours, and reads it. The lock
// is the kernel's and ends with the process. Since the file is replaced, not
// written to, whoever waited for the lock of a file that is no longer the one
// at that path starts over.
func (f mapFile) open(ctx context.Context) (*heldFile, error) {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		held, err := f.tryOpen()
		if err == nil || !errors.Is(err, errLocked) {
			return held, f.failed(err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %s: waiting for another process: %w", ErrMapFile, f.path, ctx.Err())
		case <-tick.C:
		}
	}
}

func (f mapFile) tryOpen() (*heldFile, error) {
	target, err := f.target()
	if err != nil {
		return nil, err
	}
	file, err := os.Open(filepath.Clean(target))
	if err != nil {
		return nil, err
	}
	held := &heldFile{mapFile: f, target: target, file: file}
	if err := errors.Join(lockFile(file), held.load()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return held, nil
}

// heldFile is a map file under lock.
type heldFile struct {
	mapFile
	target  string
	file    *os.File
	info    os.FileInfo
	content []byte
	staged  string // a complete new file beside the old one; "" when none
}

// load reads the locked file, which must still be the one at the path.
func (h *heldFile) load() error {
	var err error
	if h.info, err = h.file.Stat(); err != nil {
		return err
	}
	now, err := os.Stat(h.target)
	if err != nil {
		return err
	}
	if !os.SameFile(h.info, now) {
		return errLocked
	}
	h.content, err = os.ReadFile(h.target)
	return err
}

// stage writes a complete new file beside the old one: same mode, same owner,
// only the key's value differs. Whatever can fail about a write fails here,
// before anything moves. When the value is there already it does nothing.
func (h *heldFile) stage(value string) error {
	next, err := replaceValue(h.content, h.key, value)
	if err != nil || bytes.Equal(next, h.content) {
		return h.failed(err)
	}
	// One name, not a random one: what a crash leaves, the next write removes.
	name := filepath.Join(filepath.Dir(h.target), "."+filepath.Base(h.target)+".bluegreen")
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return h.failed(err)
	}
	file, err := os.OpenFile(filepath.Clean(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return h.failed(err)
	}
	h.staged = name
	_, err = file.Write(next)
	return h.failed(errors.Join(err, likeness(file, h.info), file.Sync(), file.Close()))
}

// commit puts the staged file in place, durably. It fails when somebody wrote
// the old one since it was read; between that look and the rename a moment
// remains in which a writer that takes no lock goes unseen.
func (h *heldFile) commit() error {
	if h.staged == "" {
		return nil
	}
	now, err := os.ReadFile(h.target)
	if err != nil {
		return h.failed(err)
	}
	if !bytes.Equal(now, h.content) {
		return h.failed(errors.New("it was changed by someone else at the same time"))
	}
	if err := os.Rename(h.staged, h.target); err != nil {
		return h.failed(err)
	}
	h.staged = ""
	return h.failed(syncDir(filepath.Dir(h.target)))
}

// close unlocks the file, and removes what was staged and never committed.
func (h *heldFile) close() {
	if h.staged != "" {
		_ = os.Remove(h.staged)
	}
	_ = h.file.Close()
}

// syncDir makes a rename in dir survive a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// errLocked reports a lock that must be tried again.
var errLocked = errors.New("another process has the lock")
