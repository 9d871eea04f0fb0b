package haproxy

import (
	"context"
	"testing"
)

// StartT is Start for a test, which stops it when it ends. The test fails when
// HAProxy does not stop as it should.
func StartT(tb testing.TB, c Config) *HAProxy {
	tb.Helper()
	started, err := Start(context.WithoutCancel(tb.Context()), c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := started.Stop(); err != nil {
			tb.Error(err)
		}
	})
	return started
}
