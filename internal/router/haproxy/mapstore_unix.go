//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package haproxy

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockFile takes the file's lock, or fails with errLocked at once.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return errLocked
	}
	return err
}

// likeness gives f the mode and the owner of the file that it replaces.
func likeness(f *os.File, info os.FileInfo) error {
	if err := f.Chmod(info.Mode().Perm()); err != nil {
		return err
	}
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
	if err := f.Chown(int(old.Uid), int(old.Gid)); err != nil {
		return fmt.Errorf("keeping its owner: %w", err)
	}
	return nil
}

// keepsOwner fails unless a user may give a new file the owner of an old one,
// as likeness does: only root may give files away.
func keepsOwner(info os.FileInfo, user int) error {
	old, ok := info.Sys().(*syscall.Stat_t)
	if !ok || user == 0 || int(old.Uid) == user {
		return nil
	}
	return fmt.Errorf("it belongs to the user %d, and the new file that replaces it would belong to %d: "+
		"run as its owner or as root, or give the file to this user", old.Uid, user)
}

// writableDir fails unless this process may replace files in dir.
func writableDir(dir string) error {
	const writeAndEnter = 0x2 | 0x1
	if err := syscall.Access(dir, writeAndEnter); err != nil {
		return fmt.Errorf("its folder cannot be written to, and the file is replaced, not overwritten: %w", err)
	}
	return nil
}
