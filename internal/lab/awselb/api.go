package awselb

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awsquery"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

const (
	elbService   = "elasticloadbalancing"
	elbNamespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"
	stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"
	maxBody      = 1 << 20 // bytes, far above any request of the API
)

// request is an API call on its way through the lab.
type request struct {
	http   *http.Request
	body   []byte
	form   url.Values
	cred   credential
	caller caller
	call   *Call
	noCred *APIError // why there is no credential
}

// serveAPI answers one API call: the hooks, the faults, then what the service does itself.
func (l *Lab) serveAPI(w http.ResponseWriter, r *http.Request) {
	req, err := readRequest(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	action := req.form.Get("Action")
	req.call = l.Arrived(action, func(index, nth int) Call {
		return Call{
			Index: index, Nth: nth, Start: time.Now(), Service: req.cred.service, Region: req.cred.region, AccessKey: req.cred.key,
			Action: action, Params: req.form,
		}
	})
	fault := l.Befalls(req.call, action)
	if !l.wait(r.Context(), time.Duration(l.latency.Load())+fault.Delay) {
		l.ended(req.call, "", "request")
		return
	}
	if fault.LoseRequest {
		l.ended(req.call, "", "request")
		calls.HangUp(w)
		return
	}
	result, failed := l.carryOut(req, fault)
	l.finish(w, req, fault, result, failed)
}

func (l *Lab) finish(w http.ResponseWriter, req *request, fault Fault, result any, failed *APIError) {
	code, lost := "", ""
	if failed != nil {
		code = failed.Code
	}
	if fault.LoseReply {
		lost = "reply"
	}
	l.ended(req.call, code, lost)
	l.TookEffect(req.call)
	if fault.LoseReply {
		calls.HangUp(w)
		return
	}
	// A caller that has gone away does not see its answer; there is nobody to tell.
	_ = answer(w, req, result, failed)
}

func readRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	req := &request{http: r, body: body, form: r.Form}
	req.cred, req.noCred = parseCredential(r)
	return req, nil
}

// carryOut does what the call asks, unless a fault, a missing right or a bucket is in the way.
func (l *Lab) carryOut(req *request, fault Fault) (any, *APIError) {
	if fault.Err != nil {
		return nil, fault.Err
	}
	if req.noCred != nil {
		return nil, req.noCred
	}
	who, failed := l.authenticate(req.http, req.body, req.cred)
	if failed != nil {
		return nil, failed
	}
	req.caller = who
	if req.cred.service == "sts" {
		return l.serveSTS(req)
	}
	return l.serveELB(req)
}

func (l *Lab) serveELB(req *request) (any, *APIError) {
	run, ok := operations[req.call.Action]
	if !ok {
		return nil, apiErrorf("InvalidAction", "The action %s is not valid for this endpoint.", req.call.Action)
	}
	if !l.throttle.allow(req.cred.region, req.call.Action) {
		return nil, Throttled()
	}
	if !req.caller.may(req.call.Action) {
		return nil, Denied(req.caller.arn, elbService+":"+req.call.Action, resourceOf(req.form))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, Unavailable()
	}
	result, err := run(&operation{region: l.region(req.cred.region), call: req.call.Index}, req.form)
	return result, asAPIError(err)
}

func asAPIError(err error) *APIError {
	var failed *APIError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failed):
		return failed
	default:
		return invalidf("%v", err)
	}
}

func resourceOf(form url.Values) string {
	for _, name := range []string{"ListenerArn", "RuleArn", "TargetGroupArn", "LoadBalancerArn"} {
		if arn := form.Get(name); arn != "" {
			return arn
		}
	}
	return ""
}

func answer(w http.ResponseWriter, req *request, result any, failed *APIError) error {
	namespace := elbNamespace
	if req.cred.service == "sts" {
		namespace = stsNamespace
	}
	id := newID() + newID()
	if failed != nil {
		return awsquery.Failure{
			Status: orDefault(failed.Status, http.StatusBadRequest), Code: failed.Code, Message: failed.Message,
			Namespace: namespace, RequestID: id,
		}.Write(w)
	}
	return awsquery.Reply{Action: req.call.Action, Namespace: namespace, RequestID: id, Result: result}.Write(w)
}
