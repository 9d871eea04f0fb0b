//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package localfile

// withoutWaiting would make opening a pipe return at once.
const withoutWaiting = 0
