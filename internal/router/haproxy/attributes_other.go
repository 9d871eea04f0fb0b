//go:build !linux

package haproxy

import "os"

// Access control lists are kept on Linux, where HAProxy's packages run.
func keepAttributes(_, _ *os.File) error    { return nil }
func (user) keepsAttributes(*os.File) error { return nil }
