//go:build !linux

package acctest

// terminalLosses are tried where CI runs.
var terminalLosses map[string]loss
