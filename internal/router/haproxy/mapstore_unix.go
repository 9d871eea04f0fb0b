//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package haproxy

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
)

// filesHere tells why no map file can be on this machine: it can.
func filesHere() error { return nil }

// lockFile takes the file's lock, or fails with errLocked at once.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return errLocked
	}
	return err
}

// keepOwner gives f the owner and the group of the file that it replaces.
func keepOwner(f *os.File, info os.FileInfo) error {
	old, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return errors.ErrUnsupported
	}
	fresh, err := f.Stat()
	if err != nil {
		return err
	}
	if now, ok := fresh.Sys().(*syscall.Stat_t); ok && now.Uid == old.Uid && now.Gid == old.Gid {
		return nil
	}
	return f.Chown(int(old.Uid), int(old.Gid))
}

// keepsOwner fails unless the user may give a new file in dir the owner and the
// group of an old one: only root may give files away, and others only to groups
// of their own.
func (u user) keepsOwner(info, dir os.FileInfo) error {
	old, ok := info.Sys().(*syscall.Stat_t)
	if !ok || u.id == 0 {
		return nil
	}
	if int(old.Uid) != u.id {
		return fmt.Errorf("it belongs to the user %d, and the new file that replaces it would belong to %d: "+
			"run as its owner or as root, or give the file to this user", old.Uid, u.id)
	}
	if parent, ok := dir.Sys().(*syscall.Stat_t); ok && dir.Mode()&os.ModeSetgid != 0 && parent.Gid == old.Gid {
		return nil
	}
	if !slices.Contains(u.groups, int(old.Gid)) {
		return fmt.Errorf("it belongs to the group %d, which the user %d is not in, so that the new file could not: "+
			"run as a member of it or as root, or give the file to a group of this user", old.Gid, u.id)
	}
	return nil
}

// writableDir fails unless this process may replace files in dir.
func writableDir(dir string) error {
	const writeAndEnter = 0x2 | 0x1
	if err := syscall.Access(dir, writeAndEnter); err != nil {
		return fmt.Errorf("its folder cannot be written to, and the file is replaced, not overwritten: %w", err)
	}
	return nil
}
