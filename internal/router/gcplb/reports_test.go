package gcplb_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// What is here is what people who use Google's load balancers have built, and
// what they reported of it. Each is made small, and has the right value.

// inspected is what a plan to go to green is told.
func (w *world) inspected(t *testing.T, m traffic.Member) traffic.Facts {
	t.Helper()
	facts, err := m.Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// moved sets weights, and reads them back.
func moved(t *testing.T, m traffic.Member, from, to traffic.Weights) {
	t.Helper()
	if err := m.SetWeights(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	if got, err := m.Weights(t.Context()); got != to || err != nil {
		t.Fatalf("read %s, %v, want %s", got, err, to)
	}
}

// serves asks the data plane, once green can answer, and returns the color that
// does.
func (w *world) serves(t *testing.T, path string, header ...string) string {
	t.Helper()
	if !w.Lab.WaitHealth(w.Green.Service, 1) {
		t.Fatal("green is not healthy")
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// matched is a URL map with a path matcher for all hosts, in which a test puts
// what it is about.
func matched(opts lab.ScenarioOptions, fill func(s *lab.Scenario, matcher object)) func(t *testing.T) *world {
	return func(t *testing.T) *world {
		t.Helper()
		opts.Map = func(s *lab.Scenario) map[string]any {
			body, matcher := s.Default(), s.Route(true)
			matcher["name"] = matcherName
			fill(s, matcher)
			body["hostRules"] = []any{object{"hosts": []any{"*"}, "pathMatcher": matcherName}}
			body["pathMatchers"] = []any{matcher}
			return body
		}
		w := newWorld(t, lab.Options{OperationTime: -1}, opts)
		w.place, w.matcher = "#"+matcherName, matcherName
		return w
	}
}

// TestCloudRun has serverless endpoint groups behind both kinds of load balancer:
// hashicorp/terraform-provider-google#9600 and #7311.
func TestCloudRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Backing: lab.Serverless})
	m := w.one(t, w.asked())
	if facts := w.inspected(t, m); facts.HealthUnknown == "" || facts.AllOrNothing || facts.WeightStep != 0 {
		t.Errorf("%+v", facts)
	}
	moved(t, m, traffic.All(traffic.Blue), traffic.Split(traffic.Green, 10))
	moved(t, m, traffic.Split(traffic.Green, 10), traffic.All(traffic.Green))
	if got := w.serves(t, "/"); got != "green" {
		t.Errorf("%s serves", got)
	}

	w = newWorld(t, lab.Options{}, lab.ScenarioOptions{Backing: lab.Serverless, Scheme: "EXTERNAL"})
	m = w.one(t, w.asked())
	if facts := w.inspected(t, m); facts.HealthUnknown == "" || !facts.AllOrNothing {
		t.Errorf("classic: %+v", facts)
	}
	if err := m.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.Split(traffic.Green, 10)); err == nil {
		t.Error("a classic load balancer was given weights")
	}
	moved(t, m, traffic.All(traffic.Blue), traffic.All(traffic.Green))
	if got := w.serves(t, "/"); got != "green" {
		t.Errorf("classic: %s serves", got)
	}
}

// TestBackendBuckets has a static site in a bucket of each color, global or
// regional: #27773 of the same.
func TestBackendBuckets(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"", "europe-west1"} {
		w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Backing: lab.Buckets, Region: region})
		a := w.asked()
		a.blueB, a.greenB, a.blue, a.green = a.blue, a.green, nil, nil
		m := w.one(t, a)
		if facts := w.inspected(t, m); facts.HealthUnknown == "" || !facts.AllOrNothing {
			t.Errorf("%+v", facts)
		}
		moved(t, m, traffic.All(traffic.Blue), traffic.All(traffic.Green))
		if got := w.serves(t, "/index.html"); got != "green" {
			t.Errorf("%s serves", got)
		}
		moved(t, m, traffic.All(traffic.Green), traffic.All(traffic.Blue))
	}
}

// TestBucketBesideServices has the default route in a bucket, and a path matcher
// at services: #8307. Both move in one write, whole.
func TestBucketBesideServices(t *testing.T) {
	t.Parallel()
	w := matched(lab.ScenarioOptions{}, func(*lab.Scenario, object) {})(t)
	a, yes := w.asked(), true
	for color, list := range map[string]*[]string{"blue": &a.blueB, "green": &a.greenB} {
		path := "projects/lab/global/backendBuckets/static-" + color
		if err := w.Lab.Insert(path, object{"bucketName": "static-" + color}); err != nil {
			t.Fatal(err)
		}
		*list = []string{path}
	}
	if err := w.Lab.Edit(w.URLMap, func(body object) { body["defaultService"] = a.blueB[0] }); err != nil {
		t.Fatal(err)
	}
	a.byDefault = &yes
	m := w.one(t, a)
	if facts := w.inspected(t, m); !facts.AllOrNothing || !strings.Contains(facts.LimitedBy, "give that place a switch of its own") {
		t.Errorf("%+v", facts)
	}
	w.Lab.ForgetCalls()
	moved(t, m, traffic.All(traffic.Blue), traffic.All(traffic.Green))
	body := w.Lab.Get(w.URLMap)
	if !strings.HasSuffix(body["defaultService"].(string), "static-green") || w.serves(t, "/") != "green" || w.Lab.CallCounts()["urlMaps.update"] != 1 {
		t.Errorf("%v, %v", body, w.Lab.CallCounts())
	}
}

// TestHeaderRule divides what a header asks for, and nothing else: #18470, #6634.
func TestHeaderRule(t *testing.T) {
	t.Parallel()
	w := matched(lab.ScenarioOptions{}, func(s *lab.Scenario, matcher object) {
		rule := s.Route(false)
		rule["priority"] = 0
		rule["matchRules"] = []any{object{"prefixMatch": "/", "headerMatches": []any{object{"headerName": "abtest", "exactMatch": "b"}}}}
		rule["routeAction"] = object{"urlRewrite": object{"pathPrefixRewrite": "/app"}, "timeout": object{"seconds": "5"}}
		matcher["routeRules"] = []any{rule}
	})(t)
	a, first := w.asked(), int64(0)
	a.route = &first
	m := w.one(t, a)
	if facts := w.inspected(t, m); !strings.Contains(facts.Warning, "path matcher api") {
		t.Errorf("nothing said of the others: %q", facts.Warning)
	}
	moved(t, m, traffic.All(traffic.Blue), traffic.All(traffic.Green))
	if with, without := w.serves(t, "/", "abtest", "b"), w.serves(t, "/"); with != "green" || without != "blue" {
		t.Errorf("%s with the header, %s without", with, without)
	}
	rule := w.Lab.Get(w.URLMap)["pathMatchers"].([]any)[0].(object)["routeRules"].([]any)[0].(object)
	action := rule["routeAction"].(object)
	if rule["service"] != nil || action["urlRewrite"] == nil || action["timeout"] == nil || rule["matchRules"] == nil {
		t.Errorf("the rule is %v", rule)
	}
}

// TestMatcherThatRedirects has rules only, and a redirect for the rest: #11964,
// #21069.
func TestMatcherThatRedirects(t *testing.T) {
	t.Parallel()
	w := matched(lab.ScenarioOptions{}, func(s *lab.Scenario, matcher object) {
		delete(matcher, "defaultService")
		matcher["defaultUrlRedirect"] = object{"httpsRedirect": true, "stripQuery": false}
		rule := s.Route(false)
		rule["priority"], rule["matchRules"] = 2, []any{object{"fullPathMatch": "/ready"}}
		matcher["routeRules"] = []any{object{
			"priority": 1, "matchRules": []any{object{"prefixMatch": "/old"}}, "urlRedirect": object{"pathRedirect": "/new"},
		}, rule}
	})(t)
	_, err := w.one(t, w.asked()).Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	wantAttribute(t, err, router.InRouter, "url_maps[0]", "name a path matcher or a rule")
	a, second := w.asked(), int64(2)
	a.route = &second
	m := w.one(t, a)
	w.inspected(t, m)
	moved(t, m, traffic.All(traffic.Blue), traffic.All(traffic.Green))
	if got := w.serves(t, "/ready"); got != "green" {
		t.Errorf("%s serves", got)
	}
}

// TestMapThatOnlyRedirects is the one for HTTP beside the one for HTTPS: #6967.
func TestMapThatOnlyRedirects(t *testing.T) {
	t.Parallel()
	w := same(t)
	redirects := w.URLMap + "-http"
	if err := w.Lab.Insert(redirects, object{"defaultUrlRedirect": object{"httpsRedirect": true}}); err != nil {
		t.Fatal(err)
	}
	a := w.asked()
	a.maps = append(a.maps, redirects)
	members, err := w.open(t, a)
	if err != nil {
		t.Fatal(err)
	}
	_, err = members[1].Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	wantAttribute(t, err, router.InRouter, "url_maps[1]", "leave a URL map that only redirects out of url_maps")
}

// TestZoneWithoutEndpoints has a group for each zone of a cluster, one of which
// runs none of the pods: kubernetes/ingress-gce#554.
func TestZoneWithoutEndpoints(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Weighted: true})
	if !w.Lab.WaitHealth(w.Green.Service, 1) {
		t.Fatal("green is not healthy")
	}
	empty := "projects/lab/zones/europe-west1-c/networkEndpointGroups/shop-green"
	if err := w.Lab.Insert(empty, object{"networkEndpointType": "GCE_VM_IP_PORT"}); err != nil {
		t.Fatal(err)
	}
	err := w.Lab.Edit(w.Green.Service, func(body object) {
		body["backends"] = append([]any{object{"group": empty}}, body["backends"].([]any)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	m := w.one(t, w.asked())
	w.inspected(t, m)
	health := m.Router.(traffic.HealthReader)
	if h, err := health.Health(t.Context(), traffic.Green); err != nil || h.Healthy != 1 || h.Total != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	if err := w.Lab.Attach(w.Green.Group); err != nil { // nothing runs anywhere
		t.Fatal(err)
	}
	if h, err := health.Health(t.Context(), traffic.Green); err != nil || h.Healthy != 0 || h.Total != 2 || len(h.Unhealthy) != 2 {
		t.Errorf("with nothing at all: %+v, %v", h, err)
	}
}

// TestServicesOfAnotherProject has the URL map in the host project, and the
// services in another one: #18060.
func TestServicesOfAnotherProject(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Project: "team"})
	host := "projects/lab/global/urlMaps/host"
	if err := w.Lab.Insert(host, w.Route(true)); err != nil {
		t.Fatal(err)
	}
	a := w.asked()
	a.maps = []string{host}
	m := w.one(t, a)
	w.inspected(t, m)
	moved(t, m, traffic.All(traffic.Blue), traffic.Split(traffic.Green, 5))
	for _, s := range w.Lab.Weights(host, "") {
		if !strings.HasPrefix(s.Service, "projects/team/") {
			t.Errorf("traffic goes to %s", s.Service)
		}
	}
}

// TestWeightsOfGoogleItself has weights as a description of the API in another
// language writes them, without those that are 0, and one service twice.
func TestWeightsOfGoogleItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{})
	set := func(entries ...any) {
		err := w.Lab.Edit(w.URLMap, func(body object) {
			delete(body, "defaultService")
			body["defaultRouteAction"] = object{"weightedBackendServices": entries}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	blue, green := w.Link(w.Blue), w.Link(w.Green)
	set(object{"backendService": blue, "weight": 1000}, object{"backendService": green})
	m := w.one(t, w.asked())
	moved(t, m, traffic.All(traffic.Blue), traffic.Split(traffic.Green, 50))
	set(object{"backendService": blue, "weight": 50}, object{"backendService": green, "weight": 20}, object{"backendService": blue, "weight": 30})
	_, err := m.Weights(t.Context())
	wantAttribute(t, err, router.InRouter, "url_maps[0]", "give it one entry, with the sum of its weights")
}

// TestServiceMesh has route rules of Traffic Director, whose weights are of a
// scheme of their own: GoogleCloudPlatform/magic-modules#2748.
func TestServiceMesh(t *testing.T) {
	t.Parallel()
	w := matched(lab.ScenarioOptions{Scheme: "INTERNAL_SELF_MANAGED"}, func(s *lab.Scenario, matcher object) {
		rule := s.Route(false)
		rule["priority"], rule["matchRules"] = 10, []any{object{"prefixMatch": ""}}
		matcher["routeRules"] = []any{rule}
	})(t)
	a, ten := w.asked(), int64(10)
	a.route = &ten
	m := w.one(t, a)
	if facts := w.inspected(t, m); facts.AllOrNothing {
		t.Errorf("%+v", facts)
	}
	moved(t, m, traffic.All(traffic.Blue), traffic.Split(traffic.Green, 1))
}
