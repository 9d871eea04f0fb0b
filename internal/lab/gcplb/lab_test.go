package gcplb_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
)

type object = map[string]any

// call makes an API call, and returns its status and body.
func call(t *testing.T, l *gcplb.Lab, method, path string, body any) (int, object) {
	t.Helper()
	status, answer, err := try(t, l, method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	return status, answer
}

func try(t *testing.T, l *gcplb.Lab, method, path string, body any) (int, object, error) {
	t.Helper()
	var in io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, l.URL()+"/compute/v1/"+path, in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer t")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	var answer object
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer, nil
}

func reason(answer object) any {
	return answer["error"].(object)["errors"].([]any)[0].(object)["reason"]
}

// done waits for the operation that a write was answered with.
func done(t *testing.T, l *gcplb.Lab, op object) object {
	t.Helper()
	_, path, _ := strings.Cut(op["selfLink"].(string), "/compute/v1/")
	status, answer := call(t, l, http.MethodPost, path+"/wait", nil)
	if status != http.StatusOK || answer["status"] != "DONE" {
		t.Fatalf("wait: %d %v", status, answer)
	}
	return answer
}

// ask asks a data plane, and returns the status and the color that answered.
func ask(t *testing.T, url, host string, header http.Header) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	for key, values := range header {
		req.Header[key] = values
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(body)), resp.Header
}

func TestUpdateTakesAFingerprintAndTime(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Weighted: true})
	_, body := call(t, l, http.MethodGet, s.URLMap, nil)
	body["unknownToday"] = object{"a": 0}
	status, op := call(t, l, http.MethodPut, s.URLMap, body)
	if status != http.StatusOK || op["status"] != "RUNNING" || op["operationType"] != "update" {
		t.Fatalf("%d %v", status, op)
	}
	if status, answer := call(t, l, http.MethodPut, s.URLMap, body); status == http.StatusOK {
		t.Errorf("a write during another: %d %v", status, answer)
	}
	done(t, l, op)
	_, after := call(t, l, http.MethodGet, s.URLMap, nil)
	if fmt.Sprint(after["unknownToday"]) != "map[a:0]" || after["fingerprint"] == body["fingerprint"] || after["id"] != body["id"] {
		t.Errorf("after: %v", after)
	}
	status, answer := call(t, l, http.MethodPut, s.URLMap, body)
	if status != http.StatusPreconditionFailed || reason(answer) != "conditionNotMet" {
		t.Errorf("an old fingerprint: %d %v", status, answer)
	}
	delete(body, "fingerprint")
	if status, _ := call(t, l, http.MethodPut, s.URLMap, body); status != http.StatusPreconditionFailed {
		t.Errorf("no fingerprint: %d", status)
	}
}

func TestPatchMerges(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{OperationTime: -1})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Map: func(s *gcplb.Scenario) object {
		body := s.Default()
		body["headerAction"], body["description"] = object{"a": 1, "b": 2}, "old"
		return body
	}})
	_, body := call(t, l, http.MethodGet, s.URLMap, nil)
	patch := object{"fingerprint": body["fingerprint"], "description": nil, "headerAction": object{"b": 3}}
	if status, op := call(t, l, http.MethodPatch, s.URLMap, patch); status != http.StatusOK || op["status"] != "DONE" {
		t.Fatalf("%d %v", status, op)
	}
	_, body = call(t, l, http.MethodGet, s.URLMap, nil)
	if body["description"] != nil || fmt.Sprint(body["headerAction"]) != "map[a:1 b:3]" || body["defaultService"] == nil {
		t.Errorf("after: %v", body)
	}
}

func TestRequestIDMakesOneWrite(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{OperationTime: -1})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{})
	_, body := call(t, l, http.MethodGet, s.URLMap, nil)
	path := s.URLMap + "?requestId=0b6ad2a2-4d9f-4f4e-9d0e-5a9f3c0e8f11"
	l.Inject(gcplb.Fault{Action: "urlMaps.update", LoseReply: true})
	if _, _, err := try(t, l, http.MethodPut, path, body); err == nil {
		t.Fatal("the reply was not lost")
	}
	status, op := call(t, l, http.MethodPut, path, body)
	if status != http.StatusOK || op["status"] != "DONE" {
		t.Errorf("again: %d %v", status, op)
	}
	if status, _ := call(t, l, http.MethodPut, s.URLMap, body); status != http.StatusPreconditionFailed {
		t.Errorf("without the id: %d", status)
	}
}

func TestOperationThatFails(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Region: "r1"})
	_, body := call(t, l, http.MethodGet, s.URLMap, nil)
	l.Inject(gcplb.Fault{Action: "regionUrlMaps.update", Operation: &gcplb.OperationError{Status: 503, Code: "INTERNAL_ERROR", Message: "sorry"}})
	_, op := call(t, l, http.MethodPut, s.URLMap, body)
	op = done(t, l, op)
	if op["httpErrorStatusCode"] != 503.0 || op["error"] == nil {
		t.Errorf("operation %v", op)
	}
	if _, after := call(t, l, http.MethodGet, s.URLMap, nil); after["fingerprint"] != body["fingerprint"] {
		t.Error("it took effect")
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{OperationTime: -1, Limits: gcplb.Limits{URLMaps: 2}})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{})
	classic := l.ScenarioT(t, gcplb.ScenarioOptions{Name: "old", Scheme: "EXTERNAL"})
	maps := "projects/lab/global/urlMaps"
	weights := func(s *gcplb.Scenario, weight int) object {
		return object{"weightedBackendServices": []any{object{"backendService": s.Blue.Service, "weight": weight}}}
	}
	for name, test := range map[string]struct {
		method, path string
		body         any
		status       int
		reason       string
	}{
		"not found":        {http.MethodGet, maps + "/gone", nil, 404, "notFound"},
		"unknown":          {http.MethodGet, "projects/lab/global/somethings/x", nil, 404, "notFound"},
		"no JSON":          {http.MethodPost, "projects/lab/global/healthChecks", "text", 400, "parseError"},
		"exists":           {http.MethodPost, maps, object{"name": "shop", "defaultService": s.Blue.Service}, 409, "alreadyExists"},
		"quota":            {http.MethodPost, maps, object{"name": "third", "defaultService": s.Blue.Service}, 403, "quotaExceeded"},
		"in use":           {http.MethodDelete, s.Blue.Service, nil, 400, "resourceInUseByAnotherResource"},
		"classic weights":  {http.MethodPatch, classic.URLMap, object{"fingerprint": l.Get(classic.URLMap)["fingerprint"], "defaultService": nil, "defaultRouteAction": weights(classic, 1)}, 400, "invalid"},
		"weight too large": {http.MethodPatch, s.URLMap, object{"fingerprint": l.Get(s.URLMap)["fingerprint"], "defaultService": nil, "defaultRouteAction": weights(s, 1001)}, 400, "invalid"},
		"both ways":        {http.MethodPatch, s.URLMap, object{"fingerprint": l.Get(s.URLMap)["fingerprint"], "defaultRouteAction": weights(s, 1)}, 400, "invalid"},
		"no such service":  {http.MethodPatch, s.URLMap, object{"fingerprint": l.Get(s.URLMap)["fingerprint"], "defaultService": s.Blue.Service + "x"}, 400, "invalid"},
		"foreign group":    {http.MethodPost, s.Blue.Service + "/getHealth", object{"group": s.Green.Group}, 400, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, answer := call(t, l, test.method, test.path, test.body)
			if status != test.status || reason(answer) != test.reason {
				t.Errorf("%d %v", status, answer)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{})
	body := l.Get(s.URLMap)
	body["tests"] = []any{object{"host": "a", "path": "/", "service": s.Green.Service}}
	_, answer := call(t, l, http.MethodPost, s.URLMap+"/validate", object{"resource": body})
	result := answer["result"].(object)
	if result["loadSucceeded"] != true || result["testPassed"] != false || len(result["testFailures"].([]any)) != 1 {
		t.Errorf("result %v", result)
	}
	delete(body, "defaultService")
	_, answer = call(t, l, http.MethodPost, s.URLMap+"/validate", object{"resource": body})
	if result := answer["result"].(object); result["loadSucceeded"] != false || len(result["loadErrors"].([]any)) != 1 {
		t.Errorf("result %v", result)
	}
}

func TestDataPlaneObeysTheMap(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Targets: 2, Map: func(s *gcplb.Scenario) object {
		blue, green := s.Link(s.Blue), s.Link(s.Green)
		return object{
			"defaultService": blue,
			"hostRules": []any{
				object{"hosts": []any{"*.example.com"}, "pathMatcher": "paths"},
				object{"hosts": []any{"rules.example.com"}, "pathMatcher": "rules"},
				object{"hosts": []any{"old.example.com"}, "pathMatcher": "old"},
				object{"hosts": []any{"split.example.com"}, "pathMatcher": "split"},
			},
			"pathMatchers": []any{
				object{"name": "paths", "defaultService": blue, "pathRules": []any{
					object{"paths": []any{"/api/*"}, "service": green}, object{"paths": []any{"/api/v1/*", "/exact"}, "service": blue},
				}},
				object{"name": "rules", "defaultService": blue, "routeRules": []any{
					object{"priority": 20, "matchRules": []any{object{"prefixMatch": "/"}}, "service": blue},
					object{"priority": 10, "service": green, "matchRules": []any{
						object{"prefixMatch": "/g", "headerMatches": []any{object{"headerName": "X-Canary", "exactMatch": "yes"}}},
						object{"fullPathMatch": "/q", "queryParameterMatches": []any{object{"name": "green", "presentMatch": true}}},
					}},
				}},
				object{"name": "old", "defaultUrlRedirect": object{"hostRedirect": "new.example.com", "httpsRedirect": true, "stripQuery": true, "redirectResponseCode": "FOUND"}},
				object{"name": "split", "defaultRouteAction": object{"weightedBackendServices": []any{
					object{"backendService": blue, "weight": 750}, object{"backendService": green, "weight": 250},
				}}},
			},
		}
	}})
	s.SetHealthy(s.Green, true)
	canary := http.Header{"X-Canary": {"yes"}}
	for _, test := range []struct {
		host, path string
		header     http.Header
		want       string
	}{
		{"other.org", "/api/x", nil, "blue"},
		{"a.example.com", "/", nil, "blue"},
		{"a.example.com", "/api/x", nil, "green"},
		{"b.a.example.com:8080", "/api/x", nil, "green"},
		{"a.example.com", "/api/v1/x", nil, "blue"},
		{"a.example.com", "/exact", nil, "blue"},
		{"rules.example.com", "/g/x", nil, "blue"},
		{"rules.example.com", "/g/x", canary, "green"},
		{"rules.example.com", "/x", canary, "blue"},
		{"rules.example.com", "/q?green", nil, "green"},
		{"rules.example.com", "/q?blue", nil, "blue"},
	} {
		if status, body, _ := ask(t, s.URL+test.path, test.host, test.header); status != http.StatusOK || body != test.want {
			t.Errorf("%s%s: %d %q, want %s", test.host, test.path, status, body, test.want)
		}
	}
	status, _, header := ask(t, s.URL+"/a?b=c", "old.example.com", nil)
	if status != http.StatusFound || header.Get("Location") != "https://new.example.com/a" {
		t.Errorf("redirect: %d to %s", status, header.Get("Location"))
	}
	counts := map[string]int{}
	for range 40 {
		_, body, _ := ask(t, s.URL, "split.example.com", nil)
		counts[body]++
	}
	if counts["blue"] != 30 || counts["green"] != 10 {
		t.Errorf("shares %v", counts)
	}
}

func TestUnhealthyEndpointsGetNothing(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Targets: 2})
	s.Blue.Apps[0].SetHealthy(false)
	if !l.WaitHealth(s.Blue.Service, 1) {
		t.Fatal("the endpoint stays healthy")
	}
	before := s.Blue.Apps[0].Requests()
	for range 10 {
		if status, _, _ := ask(t, s.URL, "", nil); status != http.StatusOK {
			t.Errorf("status %d", status)
		}
	}
	if s.Blue.Apps[0].Requests() != before {
		t.Error("the unhealthy endpoint was asked")
	}
	s.SetHealthy(s.Blue, false)
	if status, _, _ := ask(t, s.URL, "", nil); status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
	_, answer := call(t, l, http.MethodPost, s.Green.Service+"/getHealth", object{"group": s.Green.Group})
	if answer["healthStatus"] != nil {
		t.Errorf("health of a service that no map names: %v", answer)
	}
}

func TestThrottlingAndTokens(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{Tokens: map[string]gcplb.Token{"t": {Denied: []string{"urlMaps.list"}}}})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{})
	if status, answer := call(t, l, http.MethodGet, "projects/lab/global/urlMaps", nil); status != 403 || reason(answer) != "forbidden" {
		t.Errorf("list: %d %v", status, answer)
	}
	l.SetThrottling(&gcplb.Throttling{Burst: 2, Refill: 0.001})
	for i, want := range []int{200, 200, 403} {
		status, answer := call(t, l, http.MethodGet, s.URLMap, nil)
		if status != want || (want == 403 && reason(answer) != "rateLimitExceeded") {
			t.Errorf("call %d: %d %v", i, status, answer)
		}
	}
	other := gcplb.StartT(t, gcplb.Options{Tokens: map[string]gcplb.Token{}})
	if status, answer := call(t, other, http.MethodGet, s.URLMap, nil); status != 401 || reason(answer) != "authError" {
		t.Errorf("no token: %d %v", status, answer)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{})
	for i := range 4 {
		if err := l.Insert(fmt.Sprintf("%s-%d", s.URLMap, i), s.Default()); err != nil {
			t.Fatal(err)
		}
	}
	var names []any
	for token := ""; ; {
		_, page := call(t, l, http.MethodGet, "projects/lab/global/urlMaps?maxResults=2&pageToken="+token, nil)
		for _, item := range page["items"].([]any) {
			names = append(names, item.(object)["name"])
		}
		if token, _ = page["nextPageToken"].(string); token == "" {
			break
		}
	}
	if fmt.Sprint(names) != "[shop shop-0 shop-1 shop-2 shop-3]" {
		t.Errorf("names %v", names)
	}
}

func TestPropagationAndJournal(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{Propagation: time.Hour, OperationTime: -1})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{Weighted: true})
	_, body := call(t, l, http.MethodGet, s.URLMap, nil)
	weights := body["defaultRouteAction"].(object)["weightedBackendServices"].([]any)
	weights[0].(object)["weight"], weights[1].(object)["weight"] = 0, 100
	call(t, l, http.MethodPut, s.URLMap, body)
	if _, color, _ := ask(t, s.URL, "", nil); color != "blue" {
		t.Errorf("%s answers before the change has spread", color)
	}
	changes := l.JournalOf(s.URLMap, "")
	last := changes[len(changes)-1]
	if len(changes) != 2 || last.Sum() != 100 || last.Weight(s.Green.Service) != 100 || last.Call == 0 {
		t.Errorf("journal %+v", changes)
	}
}

func TestFaultsAndHooks(t *testing.T) {
	t.Parallel()
	l := gcplb.StartT(t, gcplb.Options{})
	s := l.ScenarioT(t, gcplb.ScenarioOptions{})
	var mu sync.Mutex
	var seen []string
	note := func(when string) func(gcplb.Call) {
		return func(c gcplb.Call) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, fmt.Sprint(when, c.Action, c.Nth, c.Status))
		}
	}
	remove := l.AddHook(gcplb.Hook{Before: note("before "), After: note("after ")})
	l.Inject(gcplb.Fault{Action: "urlMaps.get", Nth: 2, Err: gcplb.Unavailable()})
	l.Inject(gcplb.Fault{Action: "urlMaps.get", Nth: 3, Times: -1, LoseRequest: true}) // the client tries again on a kept connection
	for _, want := range []int{200, 503} {
		if status, _ := call(t, l, http.MethodGet, s.URLMap, nil); status != want {
			t.Errorf("status %d, want %d", status, want)
		}
	}
	if _, _, err := try(t, l, http.MethodGet, s.URLMap+"?x", nil); err == nil {
		t.Error("the request was not lost")
	}
	remove()
	l.ClearFaults()
	mu.Lock()
	defer mu.Unlock()
	if got := strings.Join(seen[:4], "; "); got != "before urlMaps.get1 0; after urlMaps.get1 200; before urlMaps.get2 0; after urlMaps.get2 503" {
		t.Errorf("hooks saw %s", got)
	}
}
