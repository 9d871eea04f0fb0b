package haproxy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// lookup matches a line of the reply to "get map": one for each way in which
// the configuration looks keys up in the map.
var lookup = regexp.MustCompile(`^type=([^,]*), case=[^,]*, found=(?:no|yes, idx=[^,]*, key="(.*)", value="(.*)", type="[^"]*")$`)

// answer is how the map answers for a key.
type answer struct {
	how, key, value string // how is "str", "beg" …; key is "" when none was found
}

// parseLookup reads the reply to "get map".
func parseLookup(command, reply string) ([]answer, error) {
	if !strings.HasPrefix(reply, "type=") {
		return nil, &haproxyapi.CommandError{Command: command, Reply: reply}
	}
	var answers []answer
	for line := range strings.Lines(reply) {
		m := lookup.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			return nil, fmt.Errorf("%w: %s: %s", ErrReply, command, haproxyapi.Excerpt(line))
		}
		answers = append(answers, answer{how: m[1], key: m[2], value: m[3]})
	}
	return answers, nil
}

// agreed is the one value that all lookups of a key find. A lookup that finds
// nothing is one of another kind, as map_ip is for a name. One of expressions
// does not find an entry by its own text, though it is there.
func agreed(answers []answer, key string) (string, error) {
	var kinds []string
	value, found := "", false
	for _, a := range answers {
		kinds = append(kinds, "map_"+a.how)
		switch {
		case a.key == "":
		case a.key != key:
			return "", fmt.Errorf("%w: the lookup map_%s finds the entry %s for %q, which setting %[4]q would not change: "+
				"look up one constant key with map_str", ErrLookup, haproxyapi.Clip(a.how), haproxyapi.Clip(a.key), key)
		case !found:
			value, found = a.value, true
		}
	}
	switch {
	case found:
		return value, nil
	case slices.Contains(kinds, "map_str") || len(kinds) == 0:
		return "", fmt.Errorf("no entry for %q: %w", key, traffic.ErrNotFound)
	default:
		return "", fmt.Errorf("%w: the configuration looks this map up by %s, which does not find %q by that text, whether it has such an entry or not: "+
			"look up one constant key with map_str", ErrLookup, haproxyapi.List(kinds), key)
	}
}

// mapID matches a line of the reply to "show map".
var mapID = regexp.MustCompile(`(?m)^-?\d+ \((.*?)\) `)

// parseMaps returns the names of all maps that the configuration uses.
func parseMaps(command, reply string) ([]string, error) {
	if !strings.HasPrefix(reply, "# id (file)") {
		return nil, &haproxyapi.CommandError{Command: command, Reply: reply}
	}
	var names []string
	for _, m := range mapID.FindAllStringSubmatch(reply, -1) {
		names = append(names, m[1])
	}
	return names, nil
}

// parseBackends returns the names of all backends, as "show backend" has them.
func parseBackends(command, reply string) ([]string, error) {
	names, ok := strings.CutPrefix(reply, "# name")
	if !ok {
		return nil, &haproxyapi.CommandError{Command: command, Reply: reply}
	}
	return strings.Fields(names), nil
}
