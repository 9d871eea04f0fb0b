package haproxy

import (
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// splitReplies cuts what came back on one connection into n replies, each of
// which ends with an empty line: that of a command obeyed is nothing else.
func splitReplies(raw string, n int) ([]string, error) {
	replies := make([]string, 0, n)
	for rest := raw; rest != ""; {
		if after, ok := strings.CutPrefix(rest, "\n"); ok {
			replies, rest = append(replies, ""), after
			continue
		}
		reply, after, ok := strings.Cut(rest, "\n\n")
		if !ok {
			return nil, fmt.Errorf("%w: it ends in the middle: %s", ErrReply, excerpt(rest))
		}
		replies, rest = append(replies, reply), after
	}
	if len(replies) != n {
		return nil, fmt.Errorf("%w: %d replies to %d commands", ErrReply, len(replies), n)
	}
	return replies, nil
}

// excerpt is the end of a reply, short enough for a message.
func excerpt(s string) string {
	const most = 80
	if len(s) > most {
		s = "…" + s[len(s)-most:]
	}
	return strconv.Quote(s)
}

// table has the rows of "show servers state" and "show stat" by the names in
// their header: columns differ between versions.
type table []map[string]string

// parseState reads the reply to "show servers state".
func parseState(command, reply string) (table, error) {
	format, rest, _ := strings.Cut(reply, "\n")
	header, rows, _ := strings.Cut(rest, "\n")
	names, ok := strings.CutPrefix(header, "# ")
	if format != "1" || !ok {
		return nil, &CommandError{Command: command, Reply: reply}
	}
	columns := strings.Fields(names)
	var t table
	for line := range strings.Lines(rows) {
		row, err := byName(columns, strings.Fields(line))
		if err != nil {
			return nil, err
		}
		t = append(t, row)
	}
	return t, nil
}

// parseStat reads the reply to "show stat".
func parseStat(command, reply string) (table, error) {
	text, ok := strings.CutPrefix(reply, "# ")
	if !ok {
		return nil, &CommandError{Command: command, Reply: reply}
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(records) == 0 {
		return nil, errors.Join(fmt.Errorf("%w: %s: %s", ErrReply, command, excerpt(reply)), err)
	}
	var t table
	for _, record := range records[1:] {
		row, err := byName(records[0], record)
		if err != nil {
			return nil, err
		}
		t = append(t, row)
	}
	return t, nil
}

func byName(columns, values []string) (map[string]string, error) {
	if len(values) < len(columns) {
		return nil, fmt.Errorf("%w: a row has %d of %d columns", ErrReply, len(values), len(columns))
	}
	row := make(map[string]string, len(columns))
	for i, name := range columns {
		row[name] = values[i]
	}
	return row, nil
}

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
		return nil, &CommandError{Command: command, Reply: reply}
	}
	var answers []answer
	for line := range strings.Lines(reply) {
		m := lookup.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			return nil, fmt.Errorf("%w: %s: %s", ErrReply, command, excerpt(line))
		}
		answers = append(answers, answer{how: m[1], key: m[2], value: m[3]})
	}
	return answers, nil
}

// mapID matches a line of the reply to "show map".
var mapID = regexp.MustCompile(`(?m)^-?\d+ \((.*?)\) `)

// parseMaps returns the names of all maps that the configuration uses.
func parseMaps(command, reply string) ([]string, error) {
	if !strings.HasPrefix(reply, "# id (file)") {
		return nil, &CommandError{Command: command, Reply: reply}
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
		return nil, &CommandError{Command: command, Reply: reply}
	}
	return strings.Fields(names), nil
}

// parsePID returns the worker's pid out of "show info".
func parsePID(command, reply string) (string, error) {
	for line := range strings.Lines(reply) {
		if pid, ok := strings.CutPrefix(line, "Pid: "); ok {
			return strings.TrimSpace(pid), nil
		}
	}
	return "", &CommandError{Command: command, Reply: reply}
}
