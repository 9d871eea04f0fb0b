package azuretm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

// maxBody is the most bytes of a request that are read, far above any of the API.
const maxBody = 1 << 20

// errLost is what became of a call that a fault lost.
var errLost = errors.New("azuretm: the connection was lost")

// route is what a path and a method ask for.
type route struct {
	action       string
	subscription string
	// path is the same request in the letter case that the fake servers know.
	path string
}

// serveHTTP answers one API call over the network.
func (l *Lab) serveHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	response, err := l.do(r)
	if err != nil {
		calls.HangUp(w)
		return
	}
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(response.StatusCode)
	// A caller that has gone away does not see its answer; there is nobody to tell.
	_, _ = io.Copy(w, response.Body)
	_ = response.Body.Close()
}

// Transport reaches the API without a network: the Transport of the SDK's client options.
func (l *Lab) Transport() policy.Transporter { return inProcess{l} }

type inProcess struct{ lab *Lab }

// Do implements policy.Transporter.
func (p inProcess) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	response, err := p.lab.do(r)
	if cause := context.Cause(r.Context()); cause != nil {
		return nil, cause
	}
	return response, err
}

// do carries one call out: the hooks, the faults, then what the service does itself. The error is
// errLost when there is no answer.
func (l *Lab) do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, errLost
	}
	to, known := parseRoute(r.Method, r.URL.EscapedPath())
	call := l.Arrived(to.action, func(index, nth int) Call {
		return Call{Index: index, Nth: nth, Start: time.Now(), Action: to.action, Path: r.URL.Path, Body: string(body)}
	})
	fault := l.Befalls(call, to.action)
	if !l.wait(r.Context(), time.Duration(l.latency.Load())+fault.Delay) || fault.LoseRequest {
		l.ended(call, "", "request")
		return nil, errLost
	}
	response, failed := l.carryOut(r, to, known, body, fault, call.Index)
	code, lost := "", ""
	if failed != nil {
		code, response = failed.Code, failed.response(r)
	}
	if fault.LoseReply {
		lost = "reply"
	}
	l.ended(call, code, lost)
	l.TookEffect(call)
	if fault.LoseReply {
		return nil, errLost
	}
	return response, nil
}

// carryOut does what the call asks, unless a fault, a missing right or a bucket is in the way.
func (l *Lab) carryOut(r *http.Request, to route, known bool, body []byte, fault Fault, call int) (*http.Response, *APIError) {
	rights, signedIn := l.opts.Tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	switch {
	case fault.Err != nil:
		return nil, fault.Err
	case !signedIn:
		return nil, unauthenticated()
	case rights.Denied:
		return nil, denied(to.action, r.URL.Path)
	case !known:
		return nil, notFound(r.URL.Path)
	case !l.throttle.allow(to.subscription, r.Method):
		return nil, Throttled()
	}
	ctx := context.WithValue(r.Context(), runtime.CtxAPINameKey{}, to.action)
	ctx = context.WithValue(ctx, callKey{}, callInfo{call, to.subscription})
	request := r.Clone(ctx)
	request.Body = io.NopCloser(bytes.NewReader(body))
	request.URL = &url.URL{Path: to.path, RawQuery: r.URL.RawQuery}
	response, err := l.fakes.serve(request, to.action)
	var failed *APIError
	switch {
	case errors.As(err, &failed):
		return nil, failed
	case err != nil:
		return nil, badRequestf("%v", err)
	default:
		return response, nil
	}
}

// response is the answer that carries the error.
func (e *APIError) response(r *http.Request) *http.Response {
	body, _ := json.Marshal(map[string]any{ //nolint:errchkjson // two strings
		"error": map[string]string{"code": e.Code, "message": e.Message},
	})
	header := http.Header{"Content-Type": {"application/json"}}
	if e.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
	}
	return &http.Response{
		Status: strconv.Itoa(e.Status) + " " + http.StatusText(e.Status), StatusCode: e.Status, Header: header, Request: r,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}

// methods are the SDK's names of what can be asked of a resource.
var methods = map[string]string{
	http.MethodGet: "Get", http.MethodPut: "CreateOrUpdate", http.MethodPatch: "Update", http.MethodDelete: "Delete",
}

// parseRoute reads a path without regard to letter case, as Resource Manager does:
// /subscriptions/S/resourceGroups/G/providers/Microsoft.Network/trafficManagerProfiles[/P[/TYPE/E]].
func parseRoute(method, escaped string) (route, bool) {
	parts := strings.Split(strings.Trim(escaped, "/"), "/")
	fixed := map[int]string{0: "subscriptions", 2: "resourceGroups", 4: "providers", 5: "Microsoft.Network", 6: "trafficmanagerprofiles"}
	for i, want := range fixed {
		if i >= len(parts) || !strings.EqualFold(parts[i], want) {
			return route{action: "Unknown"}, false
		}
		parts[i] = want
	}
	to := route{subscription: parts[1], path: "/" + strings.Join(parts, "/")}
	switch {
	case len(parts) == 7 && method == http.MethodGet:
		to.action = "ProfilesClient.NewListByResourceGroupPager"
	case len(parts) == 8:
		to.action = "ProfilesClient." + methods[method]
	case len(parts) == 10:
		to.action = "EndpointsClient." + methods[method]
	default:
		return route{action: "Unknown"}, false
	}
	return to, methods[method] != ""
}
