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
	path string
}

// failed names the file in an error.
func (f mapFile) failed(err error) error {
	if err == nil || errors.Is(err, ErrMapFile) {
		return err
	}
	return fmt.Errorf("%w: %s: %w", ErrMapFile, f.path, err)
}

// entries reads the values of the keys.
func (f mapFile) entries(ctx context.Context, keys []string) (entries, error) {
	content, err := within(ctx, func() ([]byte, error) {
		file, _, err := openRegular(f.path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return readAll(file)
	}, nil)
	if err != nil {
		return nil, f.failed(err)
	}
	values, err := valuesOf(content, keys)
	return values, f.failed(err)
}

// check tells, without changing anything, whether the file could be replaced. It
// returns its entries.
func (f mapFile) check(ctx context.Context, keys []string) (entries, error) {
	values, err := f.entries(ctx, keys)
	if err != nil {
		return nil, err
	}
	_, err = within(ctx, func() (any, error) { return nil, f.replaceable() }, nil)
	return values, f.failed(err)
}

// replaceable fails when a new file would not be like the old one.
func (f mapFile) replaceable() error {
	if err := filesHere(); err != nil {
		return err
	}
	target, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return err
	}
	file, info, err := openRegular(target)
	if err != nil {
		return err
	}
	defer file.Close()
	dir, err := os.Stat(filepath.Dir(target))
	if err != nil {
		return err
	}
	groups, err := os.Getgroups()
	if err != nil {
		return err
	}
	me := user{id: os.Geteuid(), groups: append(groups, os.Getegid())}
	return both(both(me.keepsOwner(info, dir), me.keepsAttributes(file)), writableDir(filepath.Dir(target)))
}

// user is who runs this process.
type user struct {
	id     int
	groups []int
}

// both is one error of two reasons, in one sentence; one reason is told once.
func both(a, b error) error {
	if a == nil || b == nil || errors.Is(a, b) {
		return cmp.Or(a, b)
	}
	return fmt.Errorf("%w; and %w", a, b)
}

// open locks the file against other processes of ours, and reads it. The lock
// is the kernel's and ends with the process. Since the file is replaced, not
// written to, whoever waited for the lock of a file that is no longer the one
// at that path starts over.
func (f mapFile) open(ctx context.Context) (*heldFile, error) {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		held, err := within(ctx, f.tryOpen, (*heldFile).close)
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
	target, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return nil, err
	}
	file, info, err := openRegular(target)
	if err != nil {
		return nil, err
	}
	held := &heldFile{mapFile: f, target: target, file: file, info: info}
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
	now, err := os.Stat(h.target)
	if err != nil {
		return err
	}
	if !os.SameFile(h.info, now) {
		return errLocked
	}
	h.content, err = readAll(h.file)
	return err
}

// stage writes a complete new file beside the old one: same mode, owner and
// attributes, only the values of the keys differ. Whatever can fail about a write
// fails here, before anything moves. When the values are there already it does
// nothing.
func (h *heldFile) stage(to entries) error {
	next, err := replaceValues(h.content, to)
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
	return h.failed(errors.Join(err, h.likeness(file), file.Sync(), file.Close()))
}

// likeness gives a new file, which nobody else may read yet, what the old one
// has. The mode comes last: a list of rights changes it.
func (h *heldFile) likeness(file *os.File) error {
	if err := keepOwner(file, h.info); err != nil {
		return fmt.Errorf("keeping its owner: %w", err)
	}
	if err := keepAttributes(h.file, file); err != nil {
		return err
	}
	return file.Chmod(h.info.Mode().Perm())
}

// commit puts the staged file in place, durably. It fails when somebody wrote
// the old one since it was read; between that look and the rename a moment
// remains in which a writer that takes no lock goes unseen.
func (h *heldFile) commit() error {
	if h.staged == "" {
		return nil
	}
	file, _, err := openRegular(h.target)
	if err != nil {
		return h.failed(err)
	}
	now, err := readAll(file)
	if err := errors.Join(err, file.Close()); err != nil {
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
