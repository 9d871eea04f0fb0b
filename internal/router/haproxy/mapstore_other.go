//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package haproxy

import (
	"errors"
	"os"
)

// HAProxy does not run on these systems, so its map file is not on them.
var errForeign = errors.New("map files are kept on the machine that HAProxy runs on: set persist = false")

func filesHere() error                         { return errForeign }
func lockFile(*os.File) error                  { return errForeign }
func keepOwner(*os.File, os.FileInfo) error    { return errForeign }
func (user) keepsOwner(_, _ os.FileInfo) error { return errForeign }
func writableDir(string) error                 { return errForeign }
