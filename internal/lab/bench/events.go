package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// event is a line of the provider's event file, as far as it is measured.
type event struct {
	Time   time.Time `json:"time"`
	Event  string    `json:"event"`
	Result string    `json:"result"`
}

// own is what the provider's cutovers cost: from the first one's start to the
// last one's end. It is an error when not all n of them promoted.
func (u *user) own(w *world, n int) (sample, error) {
	file, err := os.Open(u.events)
	if err != nil {
		return sample{}, err
	}
	defer func() { _ = file.Close() }()
	events, err := readEvents(file)
	if err != nil {
		return sample{}, err
	}
	first, last, err := span(events, n)
	s := count(w.lab.Calls(), func(c awselb.Call) bool { return !c.Start.Before(first) && !c.Start.After(last) })
	s.took = last.Sub(first)
	return s, err
}

func readEvents(lines io.Reader) ([]event, error) {
	var events []event
	for decoder := json.NewDecoder(lines); ; {
		var e event
		err := decoder.Decode(&e)
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
}

// span returns when the first cutover started and the last one ended.
func span(events []event, n int) (first, last time.Time, err error) {
	promoted := 0
	for _, e := range events {
		if first.IsZero() || e.Time.Before(first) {
			first = e.Time
		}
		if e.Time.After(last) {
			last = e.Time
		}
		if e.Result == "promoted" {
			promoted++
		}
	}
	if promoted != n {
		return first, last, fmt.Errorf("%d of %d cutovers promoted", promoted, n)
	}
	return first, last, nil
}
