package main

import (
	"strings"
	"testing"
	"time"
)

const twoCutovers = `{"time":"2026-01-01T00:00:01Z","switch":"a","event":"started"}
{"time":"2026-01-01T00:00:00.5Z","switch":"b","event":"started"}
{"time":"2026-01-01T00:00:02Z","switch":"a","event":"stage","stage":"promote"}
{"time":"2026-01-01T00:00:04Z","switch":"b","event":"ended","result":"promoted"}
{"time":"2026-01-01T00:00:03Z","switch":"a","event":"ended","result":"promoted"}
`

func TestSpanIsFromTheFirstStartToTheLastEnd(t *testing.T) {
	events, err := readEvents(strings.NewReader(twoCutovers))
	if err != nil {
		t.Fatal(err)
	}
	first, last, err := span(events, 2)
	if err != nil {
		t.Fatal(err)
	}
	if took := last.Sub(first); took != 3500*time.Millisecond {
		t.Errorf("took %s, want 3.5s", took)
	}
}

func TestSpanMissesCutoversThatDidNotPromote(t *testing.T) {
	text := strings.Replace(twoCutovers, "promoted", "rolled_back", 1)
	events, err := readEvents(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := span(events, 2); err == nil || err.Error() != "1 of 2 cutovers promoted" {
		t.Errorf("got %v", err)
	}
}

func TestReadEventsRefusesWhatIsNotJSON(t *testing.T) {
	if _, err := readEvents(strings.NewReader("{}\nnonsense\n")); err == nil {
		t.Error("accepted")
	}
}
