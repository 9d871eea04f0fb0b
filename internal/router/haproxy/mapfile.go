package haproxy

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// entry is where a map file has the value of a key: content[start:end]. When
// the line has nothing but its key, both are where the value would begin, and
// bare is set.
type entry struct {
	start, end int
	bare       bool
}

// findEntry finds the one entry of a key, reading lines as HAProxy does: a
// comment has its # in the first column (an indented one is an entry with the
// key "#"), blanks lead up to the key, and all after the blanks behind it is
// the value, but for blanks at the end. It fails with traffic.ErrNotFound
// without such an entry, and with ErrMapFile when there are several: HAProxy
// answers with the first and sets them all.
func findEntry(content []byte, key string) (entry, error) {
	var found []entry
	for start := 0; start < len(content); {
		line := content[start:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		if k, e := parseLine(line); k == key {
			e.start, e.end = e.start+start, e.end+start
			found = append(found, e)
		}
		start += len(line)
	}
	switch len(found) {
	case 0:
		return entry{}, fmt.Errorf("the key %q: %w", key, traffic.ErrNotFound)
	case 1:
		return found[0], nil
	default:
		return entry{}, fmt.Errorf("%w: it has %d entries for the key %q, and must have one", ErrMapFile, len(found), key)
	}
}

const blanks = " \t\r\n"

// parseLine returns the key of one line, "" when it has none, and where in the
// line its value is.
func parseLine(line []byte) (string, entry) {
	if len(line) > 0 && line[0] == '#' {
		return "", entry{}
	}
	begin := len(line) - len(bytes.TrimLeft(line, blanks))
	keyEnd := len(line)
	if i := bytes.IndexAny(line[begin:], blanks); i >= 0 {
		keyEnd = begin + i
	}
	key := string(line[begin:keyEnd])
	value := len(line) - len(bytes.TrimLeft(line[keyEnd:], blanks))
	end := len(bytes.TrimRight(line, blanks))
	if end <= keyEnd {
		return key, entry{start: keyEnd, end: keyEnd, bare: true}
	}
	return key, entry{start: value, end: end}
}

// replaceValues returns content with the values of the keys replaced, and
// everything else as it was, byte for byte.
func replaceValues(content []byte, to entries) ([]byte, error) {
	for key, value := range to {
		e, err := findEntry(content, key)
		if err != nil {
			return nil, err
		}
		if e.bare {
			value = " " + value
		}
		content = bytes.Join([][]byte{content[:e.start], []byte(value), content[e.end:]}, nil)
	}
	return content, nil
}

// valuesOf returns the values of the keys.
func valuesOf(content []byte, keys []string) (entries, error) {
	values := entries{}
	var errs []error
	for i, key := range keys {
		e, err := findEntry(content, key)
		if err != nil {
			errs = append(errs, &keyError{i, err})
		}
		values[key] = string(content[e.start:e.end])
	}
	return values, errors.Join(errs...)
}
