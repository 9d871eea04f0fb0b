package haproxyapi

import (
	"encoding/csv"
	"errors"
	"fmt"
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
			return nil, fmt.Errorf("%w: it ends in the middle: %s", ErrReply, Excerpt(rest))
		}
		replies, rest = append(replies, reply), after
	}
	if len(replies) != n {
		return nil, fmt.Errorf("%w: %d replies to %d commands", ErrReply, len(replies), n)
	}
	return replies, nil
}

// Table has the rows of "show servers state" and "show stat" by the names in
// their header: columns differ between versions.
type Table []map[string]string

// ParseState reads the reply to "show servers state".
func ParseState(command, reply string) (Table, error) {
	format, rest, _ := strings.Cut(reply, "\n")
	header, rows, _ := strings.Cut(rest, "\n")
	names, ok := strings.CutPrefix(header, "# ")
	if format != "1" || !ok {
		return nil, &CommandError{Command: command, Reply: reply}
	}
	columns := strings.Fields(names)
	var t Table
	for line := range strings.Lines(rows) {
		row, err := byName(columns, strings.Fields(line))
		if err != nil {
			return nil, err
		}
		t = append(t, row)
	}
	return t, nil
}

// ParseStat reads the reply to "show stat".
func ParseStat(command, reply string) (Table, error) {
	text, ok := strings.CutPrefix(reply, "# ")
	if !ok {
		return nil, &CommandError{Command: command, Reply: reply}
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(records) == 0 {
		return nil, errors.Join(fmt.Errorf("%w: %s: %s", ErrReply, command, Excerpt(reply)), err)
	}
	var t Table
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

// ParsePID returns the worker's pid out of "show info".
func ParsePID(command, reply string) (string, error) {
	for line := range strings.Lines(reply) {
		if pid, ok := strings.CutPrefix(line, "Pid: "); ok {
			return strings.TrimSpace(pid), nil
		}
	}
	return "", &CommandError{Command: command, Reply: reply}
}
