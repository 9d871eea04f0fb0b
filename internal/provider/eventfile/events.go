// Package eventfile appends what happens in cutovers to files: events, for
// programs, one JSON object a line; and progress, for people, one plain line an
// event. It holds no cutover up, whatever the file is.
package eventfile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Variable names the file of events when the provider does not, and
// ProgressVariable that of progress.
const (
	Variable         = "BLUEGREEN_EVENT_FILE"
	ProgressVariable = "BLUEGREEN_PROGRESS_FILE"
)

// How long one line may need to be taken, which only a pipe does, and one after a
// reader that hung; and how long a plan waits for the file to be looked at.
const (
	lineLimit = time.Second
	hungLimit = 10 * time.Millisecond
	tryLimit  = 5 * time.Second
)

// Log appends lines of cutovers to a file. With no file it keeps nothing.
type Log struct {
	file string
	as   named

	mu    sync.Mutex
	limit time.Duration // for the next line

	tried    sync.Once
	unusable error // what the one try has found
}

// named is what users call a log.
type named struct{ title, lines, argument, variable string }

// New is the log of events of a provider. Without a file it is the one that
// Variable names, or none.
func New(file string) *Log {
	return open(file, named{"Event File", "The events of the cutover", "event_file", Variable})
}

// NewProgress is the log of progress of a provider. Without a file it is the one
// that ProgressVariable names, or none.
func NewProgress(file string) *Log {
	return open(file, named{"Progress File", "The lines on the progress of the cutover", "progress_file", ProgressVariable})
}

func open(file string, as named) *Log {
	if file == "" {
		file = os.Getenv(as.variable)
	}
	return &Log{file: file, as: as, limit: lineLimit}
}

var errIsFolder = errors.New("it is a folder")

// Line is the schema of a line. Fields that an event has not are absent.
type Line struct {
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
	Bound   string         `json:"bound,omitempty"`
	Result  string         `json:"result,omitempty"`
	Reason  string         `json:"reason,omitempty"`
}

// Of returns the writer of one switch's events: into the log of Terraform, and
// into the file.
func (l *Log) Of(ctx context.Context, name string) *Writer {
	return l.With(ctx, func(e cutover.Event) string {
		line := LineOf(name, e)
		tflog.Info(ctx, "cutover "+line.Event, line.fields())
		return line.encoded()
	})
}

// With returns a writer of lines that render makes of one cutover's events, each
// with its line break.
func (l *Log) With(ctx context.Context, render func(cutover.Event) string) *Writer {
	return newWriter(ctx, l, render, l.append)
}

// Foresee adds a warning when the file cannot be written as things are. It
// changes nothing, and all switches of a plan share one look.
func (l *Log) Foresee(ctx context.Context, diags *diag.Diagnostics) {
	if l.file == "" {
		return
	}
	l.tried.Do(func() { l.unusable = within(ctx, l.try) })
	if err := l.unusable; err != nil {
		diags.AddWarning(l.as.title+" Cannot Be Written", remotetext.Page(fmt.Sprintf(
			"%s are to be appended to %s, and as things are they will be lost; the cutover itself goes on. %s "+
				"Correct %s of the provider, or the variable %s, or make the file's folder one that can be written.",
			l.as.lines, l.file, diagnose.Sentence(err), l.as.argument, l.as.variable)))
	}
}

// within does not wait for a call that hangs, as one on a mount that does not
// answer does.
func within(ctx context.Context, call func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, tryLimit, errHangs)
	defer cancel()
	_, err := localfile.Within(ctx, func() (struct{}, error) { return struct{}{}, call() }, nil)
	return err
}

// try opens the file if it is there, and looks at its folder otherwise. What is
// no plain file is not opened: to whoever reads a pipe, the end of one writer
// is the end.
func (l *Log) try() error {
	info, err := os.Stat(l.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		folder := filepath.Dir(l.file)
		if _, err := os.Stat(folder); err != nil {
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

// LineOf is the line of an event.
func LineOf(name string, e cutover.Event) Line {
	line := Line{
		Time: e.Time.UTC(), Switch: name, Event: string(e.Type), From: e.From.String(), To: e.To.String(),
		Stage: string(e.Stage), Hold: e.Hold.Seconds(), Router: e.Member, Monitor: e.Monitor,
		Verdict: string(e.Measurement.Verdict), Value: e.Measurement.Value, Bound: e.Measurement.Bound, Result: string(e.Result),
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

// encoded is the line as it is written.
func (line Line) encoded() string {
	var b strings.Builder
	_ = json.NewEncoder(&b).Encode(line) // of texts and numbers, which cannot fail
	return b.String()
}

// fields are the line as the log of Terraform wants it.
func (line Line) fields() map[string]any {
	fields := map[string]any{}
	if encoded, err := json.Marshal(line); err == nil {
		_ = json.Unmarshal(encoded, &fields)
	}
	return fields
}

// append does not wait for anybody to read: a pipe without a reader is an error.
func (l *Log) append(line string) (err error) {
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
	_, err = f.WriteString(line)
	l.limit = lineLimit
	if errors.Is(err, os.ErrDeadlineExceeded) {
		l.limit = hungLimit
	}
	return err
}
