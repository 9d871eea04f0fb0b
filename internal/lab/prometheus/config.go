package prometheus

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// ColorLabel is the label that each target's series have, with its key in
// Config.Targets.
const ColorLabel = "color"

// Config is what a lab's Prometheus scrapes.
type Config struct {
	// Targets are the applications of each color: "blue" to "127.0.0.1:8001".
	// Their series are at /metrics.
	Targets map[string][]string
	// Interval is the time between two scrapes, in whole milliseconds; 500 ms
	// when zero.
	Interval time.Duration
	// Web is Prometheus's own web configuration (its users, its TLS) in YAML;
	// none when empty. Values and Await know nothing of it.
	Web string
	// History is what was measured before Prometheus starts: text in the format
	// of OpenMetrics with a time for each sample, imported by promtool. None when
	// empty. It must be younger than 15 days.
	History string
}

// text is the whole configuration. JSON strings are YAML strings as well.
func (c Config) text() string {
	interval := fmt.Sprintf("%dms", cmp.Or(c.Interval, 500*time.Millisecond).Milliseconds())
	var b strings.Builder
	fmt.Fprintf(&b, "global: {scrape_interval: %[1]s, scrape_timeout: %[1]s, evaluation_interval: %[1]s}\n", interval)
	b.WriteString("scrape_configs:\n- job_name: app\n  static_configs:\n")
	for _, color := range slices.Sorted(maps.Keys(c.Targets)) {
		quoted := make([]string, len(c.Targets[color]))
		for i, target := range c.Targets[color] {
			quoted[i] = quote(target)
		}
		fmt.Fprintf(&b, "  - targets: [%s]\n    labels: {%s: %s}\n", strings.Join(quoted, ", "), ColorLabel, quote(color))
	}
	return b.String()
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil { // a string always has a form in JSON
		return `""`
	}
	return string(quoted)
}
