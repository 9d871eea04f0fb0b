package app

import "testing"

// StartT starts an application for a test, and kills it when the test ends.
func StartT(tb testing.TB, opts Options) *App {
	tb.Helper()
	a, err := Start(opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = a.Kill() })
	return a
}
