package gcplb

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

const maxBody = 8 << 20 // bytes, far above any request of the API

// object is a JSON object. Numbers keep their text.
type object = map[string]any

// request is an API call on its way through the lab.
type request struct {
	http  *http.Request
	at    address
	body  []byte
	call  *Call
	fault Fault
}

// serveAPI answers one API call: the hooks, the faults, then what the service does itself.
func (l *Lab) serveAPI(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, apiPrefix)
	at, known := parseAddress(path)
	action := "unknown"
	if known {
		action = at.action(r.Method)
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	call := l.Arrived(action, func(index, nth int) Call {
		return Call{
			Index: index, Nth: nth, Start: time.Now(),
			Action: action, Method: r.Method, Resource: path, Query: r.URL.Query(), Body: body, Token: token,
		}
	})
	req := &request{http: r, at: at, body: body, call: call, fault: l.Befalls(call, action)}
	if !l.wait(r.Context(), time.Duration(l.latency.Load())+req.fault.Delay) {
		l.ended(call, 0, "", "request")
		return
	}
	if req.fault.LoseRequest {
		l.ended(call, 0, "", "request")
		calls.HangUp(w)
		return
	}
	l.finish(w, req, known)
}

func (l *Lab) finish(w http.ResponseWriter, req *request, known bool) {
	result, failed := any(nil), notFound(req.call.Resource)
	if known {
		result, failed = l.carryOut(req)
	}
	status, reason, lost := http.StatusOK, "", ""
	if failed != nil {
		status, reason, result = failed.Status, failed.Reason, failed.body()
	}
	if req.fault.LoseReply {
		lost = "reply"
	}
	l.ended(req.call, status, reason, lost)
	l.TookEffect(req.call)
	if req.fault.LoseReply {
		calls.HangUp(w)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	// A caller that has gone away does not see its answer; there is nobody to tell.
	_ = json.NewEncoder(w).Encode(result)
}

// carryOut does what the call asks, unless a fault, a missing right or the bucket is in the way.
func (l *Lab) carryOut(req *request) (any, *APIError) {
	if req.fault.Err != nil {
		return nil, req.fault.Err
	}
	if failed := l.authorize(req.call); failed != nil {
		return nil, failed
	}
	if !l.throttle.allow() {
		return nil, Throttled()
	}
	if req.call.Action == req.at.family()+".wait" {
		return l.waitOperation(req)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, Unavailable()
	}
	return l.serve(req)
}

// authorize finds out whether the caller may make the call.
func (l *Lab) authorize(call *Call) *APIError {
	if l.opts.Tokens == nil {
		return nil
	}
	token, ok := l.opts.Tokens[call.Token]
	if !ok {
		return unauthenticated()
	}
	if slices.Contains(token.Denied, "*") || slices.Contains(token.Denied, call.Action) {
		return Denied(call.Action, call.Resource)
	}
	return nil
}

// parse reads a JSON object with its numbers as they are.
func parse(body []byte) (object, *APIError) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var o object
	if err := decoder.Decode(&o); err != nil || o == nil {
		return nil, &APIError{Status: http.StatusBadRequest, Reason: "parseError", Message: "Parse Error"}
	}
	return o, nil
}

// clone copies a JSON object whole.
func clone(o object) object {
	text, err := json.Marshal(o)
	if err != nil {
		return nil // JSON that was read can be written
	}
	c, _ := parse(text)
	return c
}
