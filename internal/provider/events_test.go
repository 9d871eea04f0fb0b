package provider

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestEventFile holds the lines of the event file to their form, which others
// read.
func TestEventFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "events.jsonl")
	events := newEventLog(file).of(t.Context(), "shop")
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	event := cutover.Event{Time: at, From: traffic.Blue, To: traffic.Green}
	for _, change := range []func(e *cutover.Event){
		func(e *cutover.Event) { e.Type = cutover.EventStarted },
		func(e *cutover.Event) {
			e.Type, e.Stage, e.Hold, e.Weights = cutover.EventStage, cutover.StageStep, time.Minute, traffic.Split(traffic.Green, 10)
		},
		func(e *cutover.Event) {
			e.Type, e.Stage, e.Monitor = cutover.EventMeasured, cutover.StageStep, "health"
			e.Measurement = cutover.Measurement{Verdict: cutover.Fail, Value: "7", Err: errors.New("too high")}
		},
		func(e *cutover.Event) { e.Type, e.Result = cutover.EventEnded, cutover.Promoted },
	} {
		e := event
		change(&e)
		events.write(e)
	}
	const begin = `{"time":"2026-02-03T04:05:06Z","switch":"shop","event":`
	want := begin + `"started","from":"blue","to":"green"}
` + begin + `"stage","from":"blue","to":"green","stage":"step","hold_seconds":60,"weights":{"blue":90,"green":10}}
` + begin + `"measured","from":"blue","to":"green","stage":"step","monitor":"health","verdict":"fail","value":"7","reason":"too high"}
` + begin + `"ended","from":"blue","to":"green","result":"promoted"}
`
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("got\n%s\nwant\n%s (%v)", got, want, err)
	}
}

func TestNoEventFile(t *testing.T) {
	t.Parallel()
	if err := (&eventLog{}).append(eventLine{}); err != nil {
		t.Error(err)
	}
}
