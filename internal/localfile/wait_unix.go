//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package localfile

import "syscall"

// withoutWaiting makes opening a pipe return at once.
const withoutWaiting = syscall.O_NONBLOCK
