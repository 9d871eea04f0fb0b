package eventfile

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "eventfile"

const (
	// queueLength is how many lines wait for a file that is slow.
	queueLength = 1024
	// flushLimit is how long the end of an apply waits for the lines that are
	// left, which a file on a mount that hangs never takes.
	flushLimit = 5 * time.Second
)

// The reasons why a line is lost that no call gave.
var (
	errQueueFull = pkg.New("the file takes no lines, and too many wait for it")
	errHangs     = pkg.New("the file takes no lines: is it on a mount that does not answer?")
)

// Writer writes the events of one cutover, one after the other, and beside
// it: no file can hold a cutover or its rollback up.
type Writer struct {
	ctx    context.Context //nolint:containedctx // that of the apply whose events they are
	log    *Log
	render func(cutover.Event) string
	queue  chan string   // nil without a file
	done   chan struct{} // closed when the queue was written

	mu             sync.Mutex
	lines, written int
	err            error // the last one
}

func newWriter(ctx context.Context, l *Log, render func(cutover.Event) string, appendLine func(string) error) *Writer {
	w := &Writer{ctx: ctx, log: l, render: render}
	if l.file != "" {
		w.queue, w.done = make(chan string, queueLength), make(chan struct{})
		go w.drain(appendLine)
	}
	return w
}

// drain writes what is queued.
func (w *Writer) drain(appendLine func(string) error) {
	defer close(w.done)
	for line := range w.queue {
		w.note(appendLine(line))
	}
}

// note counts a line that was written, or keeps why it was not.
func (w *Writer) note(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.written++
		return
	}
	w.err = err
	tflog.Warn(w.ctx, "event not written", map[string]any{"file": w.log.file, "error": err.Error()})
}

// Write queues an event. It waits for nobody.
func (w *Writer) Write(e cutover.Event) {
	line := w.render(e)
	if w.queue == nil {
		return
	}
	w.lines++
	select {
	case w.queue <- line:
	default:
		w.note(errQueueFull)
	}
}

// Warn ends the writing, and adds a warning when lines were lost: whoever reads
// the file would take what it has for all.
func (w *Writer) Warn(diags *diag.Diagnostics) {
	if w.queue == nil {
		return
	}
	close(w.queue)
	select {
	case <-w.done:
	case <-time.After(flushLimit):
		w.note(errHangs)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if lost := w.lines - w.written; lost > 0 {
		diags.AddWarning(w.log.as.title+" Not Written", remotetext.Page(fmt.Sprintf(
			"%d of the %d lines of this cutover could not be appended to %s, and are lost. The cutover itself went on. The last reason: %s",
			lost, w.lines, w.log.file, diagnose.Sentence(w.err))))
	}
}
