package gcplb

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// waitLimit is how long a wait holds its answer back at most, as Google does.
const waitLimit = 2 * time.Minute

// operation is a write at work. Guarded by Lab.mu.
type operation struct {
	at     address
	id     int
	kind   string // insert, update …
	target address
	whose  string // id of the target; empty until it is made
	begun  time.Time
	failed *OperationError
	done   chan struct{} // closed when it is
}

// begin makes an operation of a change. The caller holds l.mu.
func (l *Lab) begin(req *request, c change) *operation {
	l.ids++
	op := &operation{
		id: l.ids, kind: req.at.doing(req.http.Method), target: c.target, begun: time.Now(),
		failed: req.fault.Operation, done: make(chan struct{}),
		at: address{
			project: req.at.project, scope: req.at.scope, collection: operations,
			name: fmt.Sprintf("operation-%d-%d", time.Now().UnixMilli(), l.ids),
		},
	}
	l.operations[op.at.path()] = op
	if r := l.resources[c.target.path()]; r != nil {
		r.pending, op.whose = op, text(r.body["id"])
	}
	took := time.Duration(l.working.Load())
	if took <= 0 {
		l.end(op, c, req.call.Index)
		return op
	}
	l.wg.Go(func() {
		if !l.wait(l.ctx, took) {
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.end(op, c, req.call.Index)
	})
	return op
}

// end carries an operation out. The caller holds l.mu.
func (l *Lab) end(op *operation, c change, call int) {
	if l.closed {
		return
	}
	if op.failed == nil {
		c.apply(call)
	}
	if r := l.resources[c.target.path()]; r != nil {
		op.whose = text(r.body["id"])
		if r.pending == op {
			r.pending = nil
		}
	}
	close(op.done)
}

func (o *operation) isDone() bool {
	select {
	case <-o.done:
		return true
	default:
		return false
	}
}

// show is the operation as the API answers it. The caller holds l.mu.
func (o *operation) show(l *Lab) object {
	shown := object{
		"kind": kindOf(operations), "id": strconv.Itoa(o.id), "name": o.at.name, "operationType": o.kind,
		"targetLink": l.link(o.target.path()), "selfLink": l.link(o.at.path()), "status": "RUNNING", "progress": 0,
		"insertTime": o.begun.Format(time.RFC3339Nano), "startTime": o.begun.Format(time.RFC3339Nano),
	}
	if o.whose != "" {
		shown["targetId"] = o.whose
	}
	if region, ok := strings.CutPrefix(o.at.scope, "regions/"); ok {
		shown["region"] = l.link("projects/" + o.at.project + "/regions/" + region)
	}
	if !o.isDone() {
		return shown
	}
	shown["status"], shown["progress"], shown["endTime"] = "DONE", 100, time.Now().Format(time.RFC3339Nano)
	if o.failed != nil {
		shown["error"] = object{"errors": []any{object{"code": o.failed.Code, "message": o.failed.Message}}}
		shown["httpErrorStatusCode"], shown["httpErrorMessage"] = o.failed.Status, http.StatusText(o.failed.Status)
	}
	return shown
}

// showOperations are all operations in one scope, in the order of their making. The caller holds l.mu.
func (l *Lab) showOperations(parent string) (all []any) {
	var found []*operation
	for _, op := range l.operations {
		if op.at.parent() == parent {
			found = append(found, op)
		}
	}
	slices.SortFunc(found, func(a, b *operation) int { return cmp.Compare(a.id, b.id) })
	for _, op := range found {
		all = append(all, op.show(l))
	}
	return all
}

// serveOperation answers get. The caller holds l.mu.
func (l *Lab) serveOperation(req *request) (any, *APIError) {
	op := l.operations[req.at.path()]
	if op == nil || req.http.Method != http.MethodGet {
		return nil, notFound(req.at.path())
	}
	return op.show(l), nil
}

// waitOperation answers wait: when the operation is done, or after two minutes.
func (l *Lab) waitOperation(req *request) (any, *APIError) {
	l.mu.Lock()
	op := l.operations[req.at.path()]
	l.mu.Unlock()
	if op == nil {
		return nil, notFound(req.at.path())
	}
	timer := time.NewTimer(waitLimit)
	defer timer.Stop()
	select {
	case <-op.done:
	case <-timer.C:
	case <-req.http.Context().Done():
	case <-l.ctx.Done():
		return nil, Unavailable()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return op.show(l), nil
}
