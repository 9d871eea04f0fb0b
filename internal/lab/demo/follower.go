package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"
)

// event is a line of the provider's event file, as far as the demo shows it.
type event struct {
	Time    time.Time      `json:"time"`
	Verdict string         `json:"verdict"`
	Monitor string         `json:"monitor"`
	Event   string         `json:"event"`
	Stage   string         `json:"stage"`
	Hold    float64        `json:"hold_seconds"`
	Weights map[string]int `json:"weights"`
	Result  string         `json:"result"`
}

// follower reads what is appended to the event file.
type follower struct {
	file   string
	offset int64
}

// next returns the events since the last call.
func (f *follower) next() ([]event, error) {
	file, err := os.Open(f.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if _, err := file.Seek(f.offset, 0); err != nil {
		return nil, err
	}
	var events []event
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return events, nil // The rest of a line comes next time.
		}
		f.offset += int64(len(line))
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return events, err
		}
		events = append(events, e)
	}
}
