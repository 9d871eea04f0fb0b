//go:build unix

package eventfile

import (
	"io/fs"
	"syscall"
)

// writeAccess asks access(2) whether a file can be written; of a folder,
// whether a file can be made in it.
const writeAccess = 2

// writable returns an error unless a file can be written, or one can be made
// in a folder. It opens neither.
func writable(name string) error {
	if err := syscall.Access(name, writeAccess); err != nil {
		return &fs.PathError{Op: "write", Path: name, Err: err}
	}
	return nil
}
