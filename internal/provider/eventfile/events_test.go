package eventfile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestEventFile holds the lines of the event file to their form, which others
// read.
func TestEventFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "events.jsonl")
	events := New(file).Of(t.Context(), "shop")
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
		events.Write(e)
	}
	var diags diag.Diagnostics
	events.Warn(&diags)
	if len(diags) != 0 {
		t.Fatal(diags)
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
	if err := (&Log{}).append("{}\n"); err != nil {
		t.Error(err)
	}
}

// TestEventFileHangs on a mount that does not answer: neither an event nor a plan
// waits for it, and what was lost is told.
func TestEventFileHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answers := make(chan struct{})
		hang := func() error { <-answers; return nil }
		defer close(answers)
		began := time.Now()
		w := newWriter(t.Context(), New("/mnt/events"), func(cutover.Event) string { return "line\n" }, func(string) error { return hang() })
		for range 2 * queueLength {
			w.Write(cutover.Event{Type: cutover.EventMeasured})
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("the cutover was held up for %s", took)
		}
		var diags diag.Diagnostics
		w.Warn(&diags)
		if took := time.Since(began); took != flushLimit || diags.HasError() || len(diags) != 1 {
			t.Fatalf("after %s: %v", took, diags)
		}
		if text := diags[0].Detail(); !strings.Contains(text, "2048 of the 2048 lines") || !strings.Contains(text, "a mount that does not answer") {
			t.Error(text)
		}
		began = time.Now()
		if err := within(t.Context(), hang); !errors.Is(err, errHangs) || time.Since(began) != tryLimit {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := within(ctx, hang); !errors.Is(err, context.Canceled) {
			t.Errorf("Ctrl-C: %v", err)
		}
	})
}
