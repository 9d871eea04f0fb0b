package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

var errIsFolder = errors.New("it is a folder")

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

// of returns the writer of one switch's events: into the log of Terraform, and
// into the file.
func (l *eventLog) of(ctx context.Context, name string) *eventWriter {
	return &eventWriter{ctx: ctx, log: l, name: name}
}

// eventWriter writes the events of one cutover, one after the other.
type eventWriter struct {
	ctx  context.Context //nolint:containedctx // that of the apply whose events they are
	log  *eventLog
	name string

	lines, lost int
	err         error // the last one
}

func (w *eventWriter) write(e cutover.Event) {
	line := lineOf(w.name, e)
	tflog.Info(w.ctx, "cutover "+line.Event, line.fields())
	w.lines++
	if err := w.log.append(line); err != nil {
		w.lost++
		w.err = err
		tflog.Warn(w.ctx, "event not written", map[string]any{"file": w.log.file, "error": err.Error()})
	}
}

// warn adds a warning when lines were lost: whoever reads the file would take
// what it has for all.
func (w *eventWriter) warn(diags *diag.Diagnostics) {
	if w.lost > 0 {
		diags.AddWarning("Event File Not Written", remotetext.Page(fmt.Sprintf(
			"%d of the %d lines of this cutover could not be appended to %s, and are lost. The cutover itself went on. The last reason: %s",
			w.lost, w.lines, w.log.file, sentence(w.err))))
	}
}

// foresee adds a warning when the file cannot be written as things are. It
// changes nothing.
func (l *eventLog) foresee(diags *diag.Diagnostics) {
	if l.file == "" {
		return
	}
	if err := l.try(); err != nil {
		diags.AddWarning("Event File Cannot Be Written", remotetext.Page(fmt.Sprintf(
			"The events of the cutover are to be appended to %s, and as things are they will be lost; the cutover itself goes on. %s "+
				"Correct event_file of the provider, or the variable %s, or make the file's folder one that can be written.",
			l.file, sentence(err), eventFileVariable)))
	}
}

// try opens the file if it is there, and looks at its folder otherwise. What is
// no plain file is not opened: to whoever reads a pipe, the end of one writer
// is the end.
func (l *eventLog) try() error {
	info, err := os.Stat(l.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		folder := filepath.Dir(l.file)
		if _, err := os.ReadDir(folder); err != nil {
			return err
		}
		return writable(folder)
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s: %w", l.file, errIsFolder)
	case !info.Mode().IsRegular():
		return writable(l.file)
	}
	f, err := os.OpenFile(l.file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
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
