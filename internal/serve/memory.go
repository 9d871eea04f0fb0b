package serve

import (
	"os"
	"runtime/debug"
)

// How memory is collected, unless the environment says otherwise. A plan makes
// much garbage and keeps little: collecting more rarely costs memory that is
// there, and saves a third of the work. The limit keeps that from growing with
// a large plan.
const (
	collectAt   = 400   // percent of what is in use
	memoryLimit = 300e6 // bytes, beyond which it is collected more often
)

// SpareCollector has the garbage collector run more rarely, where the user has
// not set GOGC or GOMEMLIMIT.
func SpareCollector() {
	for _, variable := range []string{"GOGC", "GOMEMLIMIT"} {
		if os.Getenv(variable) != "" {
			return
		}
	}
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(memoryLimit)
}
