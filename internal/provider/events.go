package provider

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// eventFileVariable names the file of events when the provider does not.
const eventFileVariable = "BLUEGREEN_EVENT_FILE"

// How long a cutover waits for one line to be taken, which only a pipe can need,
// and for one after a reader that hung: with a second for each, measurements and
// the rollback would come late.
const (
	lineLimit = time.Second
	hungLimit = 10 * time.Millisecond
)

// eventLog appends the events of cutovers to a file, one JSON object a line.
// With no file it keeps nothing.
type eventLog struct {
	file string

	mu    sync.Mutex
	limit time.Duration // for the next line
}

func newEventLog(file string) *eventLog {
	if file == "" {
		file = os.Getenv(eventFileVariable)
	}
	return &eventLog{file: file, limit: lineLimit}
}

// eventLine is the schema of a line. Fields that an event has not are absent.
type eventLine struct {
	Time    time.Time      `json:"time"`
	Switch  string         `json:"switch"`
	Event   string         `json:"event"`
	From    string         `json:"from"`
	To      string         `json:"to"`
	Stage   string         `json:"stage,omitempty"`
	Hold    float64        `json:"hold_seconds,omitempty"`
	Router  string         `json:"router,omitempty"`
	Weights map[string]int `json:"weights,omitempty"`
	Monitor string         `json:"monitor,omitempty"`
	Verdict string         `json:"verdict,omitempty"`
	Value   string         `json:"value,omitempty"`
	Result  string         `json:"result,omitempty"`
	Reason  string         `json:"reason,omitempty"`
}

// of returns the function that takes the events of one switch: into the log
// of Terraform, and into the file.
func (l *eventLog) of(ctx context.Context, name string) func(cutover.Event) {
	return func(e cutover.Event) {
		line := lineOf(name, e)
		tflog.Info(ctx, "cutover "+line.Event, line.fields())
		if err := l.append(line); err != nil {
			tflog.Warn(ctx, "event not written", map[string]any{"file": l.file, "error": err.Error()})
		}
	}
}

func lineOf(name string, e cutover.Event) eventLine {
	line := eventLine{
		Time: e.Time.UTC(), Switch: name, Event: string(e.Type), From: e.From.String(), To: e.To.String(),
		Stage: string(e.Stage), Hold: e.Hold.Seconds(), Router: e.Member, Monitor: e.Monitor,
		Verdict: string(e.Measurement.Verdict), Value: e.Measurement.Value, Result: string(e.Result),
	}
	if e.Weights != (traffic.Weights{}) {
		line.Weights = map[string]int{"blue": e.Weights.Blue, "green": e.Weights.Green}
	}
	for _, err := range []error{e.Err, e.Measurement.Err} {
		if err != nil {
			line.Reason = remotetext.Page(err.Error())
		}
	}
	return line
}

// fields are the line as the log of Terraform wants it.
func (line eventLine) fields() map[string]any {
	fields := map[string]any{}
	if encoded, err := json.Marshal(line); err == nil {
		_ = json.Unmarshal(encoded, &fields)
	}
	return fields
}

// append does not wait for anybody to read: a pipe without a reader is an error.
func (l *eventLog) append(line eventLine) (err error) {
	if l.file == "" {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	f, err := os.OpenFile(l.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	_ = f.SetWriteDeadline(time.Now().Add(l.limit)) // A plain file has no deadline, and needs none.
	err = json.NewEncoder(f).Encode(line)
	l.limit = lineLimit
	if errors.Is(err, os.ErrDeadlineExceeded) {
		l.limit = hungLimit
	}
	return err
}
