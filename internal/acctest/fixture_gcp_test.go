package acctest

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// gcpFixture is a URL map.
type gcpFixture struct {
	*gcplb.Scenario
	place string // as the lab calls it: "", "#matcher", "#matcher#10", "#matcher#/path"
	more  string // arguments of the router's block besides url_maps
}

func openGCP(t *testing.T, options gcplb.Options, scenario gcplb.ScenarioOptions) *gcpFixture {
	t.Helper()
	return &gcpFixture{Scenario: gcplb.StartT(t, options).ScenarioT(t, scenario)}
}

func (*gcpFixture) kind() string { return "gcp_lb" }

func (s *gcpFixture) id() string { return s.URLMap }

func (s *gcpFixture) provider() string { return gcpBlock(s.Lab.URL(), "") }

func gcpBlock(endpoint, more string) string {
	return fmt.Sprintf("gcp = {\n    project  = %q\n    endpoint = %q\n    %s\n  }", gcplb.Project, endpoint, more)
}

func (s *gcpFixture) side(c traffic.Color) *gcplb.Side {
	if c == traffic.Blue {
		return s.Blue
	}
	return s.Green
}

func services(paths ...string) string { return "{ backend_services = " + list(paths) + " }" }

func urlMaps(more string, paths ...string) string {
	return fmt.Sprintf("{\n    url_maps = %s\n    %s\n  }", list(paths), more)
}

func buckets(paths ...string) string { return "{ backend_buckets = " + list(paths) + " }" }

func (s *gcpFixture) backend(c traffic.Color) string {
	if path := s.side(c).Service; strings.Contains(path, "/backendBuckets/") {
		return buckets(path)
	}
	return services(s.side(c).Service)
}

func (s *gcpFixture) router() string { return urlMaps(s.more, s.URLMap) }

func (s *gcpFixture) url() string { return s.URL }

func (*gcpFixture) allOrNothing() bool { return false }

func (*gcpFixture) whyUnhealthy() string { return "is UNHEALTHY" }

func (*gcpFixture) probes() bool { return false }

func (s *gcpFixture) weights() traffic.Weights {
	of := map[string]int{}
	for _, w := range s.Lab.Weights(s.URLMap, s.place) {
		of[w.Service] += w.Weight
	}
	return percents(of[s.Blue.Service], of[s.Green.Service])
}

func (s *gcpFixture) setWeights(t *testing.T, w traffic.Weights) {
	t.Helper()
	entry := func(c traffic.Color) map[string]any {
		return map[string]any{"backendService": s.Link(s.side(c)), "weight": w.Of(c)}
	}
	s.edit(t, func(body map[string]any) {
		delete(body, "defaultService")
		body["defaultRouteAction"] = map[string]any{"weightedBackendServices": []any{entry(traffic.Blue), entry(traffic.Green)}}
	})
}

// edit changes the URL map by hand.
func (s *gcpFixture) edit(t *testing.T, change func(body map[string]any)) {
	t.Helper()
	if err := s.Lab.Edit(s.URLMap, change); err != nil {
		t.Error(err)
	}
}

func (s *gcpFixture) steps(c traffic.Color) []int {
	var all []int
	for _, change := range s.Lab.JournalOf(s.URLMap, s.place) {
		all = append(all, percents(change.Weight(s.Blue.Service), change.Weight(s.Green.Service)).Of(c))
	}
	return distinct(all)
}

func (s *gcpFixture) setHealthy(_ *testing.T, c traffic.Color, healthy bool) {
	s.SetHealthy(s.side(c), healthy)
}

func (s *gcpFixture) keep(t *testing.T) func(*testing.T) {
	t.Helper()
	kept := s.Lab.Get(s.URLMap)
	return func(t *testing.T) {
		t.Helper()
		s.edit(t, func(body map[string]any) {
			fingerprint := body["fingerprint"]
			clear(body)
			maps.Copy(body, kept)
			body["fingerprint"] = fingerprint
		})
	}
}

func (s *gcpFixture) forget() {
	s.Lab.ForgetCalls()
	s.Lab.ForgetJournal()
}

func (s *gcpFixture) calls() []apiCall {
	var all []apiCall
	for _, c := range s.Lab.Calls() {
		all = append(all, gcpCall(c))
	}
	return all
}

func gcpCall(c gcplb.Call) apiCall {
	return apiCall{
		index: c.Index, action: c.Action, writes: strings.HasSuffix(c.Action, ".update") || strings.HasSuffix(c.Action, ".patch"),
		readsHealth: strings.HasSuffix(c.Action, "Health"),
	}
}

func (s *gcpFixture) unsound(traffic.Color) []string {
	var found []string
	for _, c := range s.Lab.JournalOf(s.URLMap, s.place) {
		if c.Sum() == 0 {
			found = append(found, "no weights at all")
		}
		for _, w := range c.Weights {
			if w.Weight > 0 && (w.Healthy == 0 || w.Healthy < w.Total) {
				found = append(found, fmt.Sprintf("%d of %d on %s, %d of %d of which are healthy", w.Weight, c.Sum(), w.Service, w.Healthy, w.Total))
			}
		}
	}
	return found
}

var gcpFaults = map[failure]gcplb.Fault{
	internalError: {Err: gcplb.InternalFailure()},
	throttled:     {Err: gcplb.Throttled()},
	denial:        {Err: gcplb.Denied("the.action", "the resource")},
	lostRequest:   {LoseRequest: true},
	lostReply:     {LoseReply: true},
	failedOperation: {Operation: &gcplb.OperationError{
		Status: 503, Code: "INTERNAL_ERROR", Message: "Internal error. Please try again.",
	}},
	refusedOperation: {Operation: &gcplb.OperationError{
		Status: 400, Code: "INVALID_USAGE", Message: "The load balancer does not take this.",
	}},
}

func (s *gcpFixture) watch(o observer) func() {
	h := gcplb.Hook{}
	if o.befall != nil {
		h.Befall = func(c gcplb.Call) gcplb.Fault { return gcpFaults[o.befall(gcpCall(c))] }
	}
	if o.after != nil {
		h.After = func(c gcplb.Call) { o.after(gcpCall(c)) }
	}
	return s.Lab.AddHook(h)
}
