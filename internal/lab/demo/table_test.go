package main

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// TestVerdict forgives the release that fails its own errors, and nothing that
// got lost on the way.
func TestVerdict(t *testing.T) {
	for name, test := range map[string]struct {
		result         string
		broken, others int64 // answers with 500, and other failures
		fine           bool
	}{
		"nothing lost":               {promoted, 0, 0, true},
		"lost while promoting":       {promoted, 0, 1, false},
		"broken and promoted":        {promoted, 1, 0, false},
		"broken and caught":          {rolledBack, 20, 0, true},
		"lost while it was put back": {rolledBack, 20, 1, false},
	} {
		before := load.Totals{Requests: 100, Colors: map[string]int64{"blue": 100}, Statuses: map[int]int64{200: 100}}
		after := load.Totals{
			Requests: 300, Failures: test.broken + test.others, Colors: map[string]int64{"blue": 200, "green": 100 - test.others},
			Statuses: map[int]int64{200: 300 - test.broken - test.others, 500: test.broken},
		}
		p := &play{acts: []act{{name: name, result: test.result, totals: since(before, after)}}}
		if err := p.verdict(after); (err == nil) != test.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}
