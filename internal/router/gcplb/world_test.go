package gcplb_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

type object = map[string]any

// world is a lab with a URL map, and the place in it that a test is about.
type world struct {
	*lab.Scenario
	place   string // as in the lab: "", "#matcher", "#matcher#10", "#matcher#/path"
	classic bool
	// blocks of the switch besides url_maps.
	matcher, path string
	route         int64
}

// ask is what a user writes.
type ask struct {
	maps, blue, green []string
	matcher, path     *string
	route             *int64
	matchers          []string
	byDefault         *bool
	blueB, greenB     []string // backend buckets
	token             string
}

func newWorld(t *testing.T, opts lab.Options, scenario lab.ScenarioOptions) *world {
	t.Helper()
	return &world{Scenario: lab.StartT(t, opts).ScenarioT(t, scenario)}
}

func (w *world) asked() ask {
	a := ask{maps: []string{w.URLMap}, blue: []string{w.Blue.Service}, green: []string{w.Green.Service}}
	if w.matcher != "" {
		a.matcher = &w.matcher
	}
	if w.path != "" {
		a.path = &w.path
	}
	if w.route != 0 {
		a.route = &w.route
	}
	return a
}

// sessions are those of a provider whose gcp block names the lab.
func (w *world) sessions(t *testing.T, token string) *session.Sessions {
	t.Helper()
	return sessionsAt(t, w.Lab.URL(), token)
}

func sessionsAt(t *testing.T, endpoint, token string) *session.Sessions {
	t.Helper()
	c := gcpcloud.New()
	kinds, values := map[string]attr.Type{}, map[string]attr.Value{}
	for name, a := range c.Attribute().Attributes {
		kinds[name] = a.GetType()
		switch kinds[name] {
		case types.StringType:
			values[name] = types.StringNull()
		case types.BoolType:
			values[name] = types.BoolNull()
		default:
			values[name] = types.ListNull(types.StringType)
		}
	}
	values["endpoint"] = types.StringValue(endpoint)
	values["project"] = types.StringValue(lab.Project)
	if token != "" {
		values["access_token"] = types.StringValue(token)
	}
	return session.NewSessions([]session.Kind{c}, map[string]types.Object{gcpcloud.Name: types.ObjectValueMust(kinds, values)})
}

func (a ask) blocks(k router.Kind) router.Blocks {
	backend := func(services, buckets []string) types.Object {
		return types.ObjectValueMust(router.AttributeTypes(k.Backend()), map[string]attr.Value{
			"backend_services": texts(services), "backend_buckets": texts(buckets),
		})
	}
	return router.Blocks{
		Blue: backend(a.blue, a.blueB), Green: backend(a.green, a.greenB),
		Router: types.ObjectValueMust(router.AttributeTypes(k.Router()), map[string]attr.Value{
			"url_maps": texts(a.maps), "path_matcher": types.StringPointerValue(a.matcher),
			"path_rule": types.StringPointerValue(a.path), "route_rule": types.Int64PointerValue(a.route),
			"path_matchers": texts(a.matchers), "default_route": types.BoolPointerValue(a.byDefault),
		}),
	}
}

func texts(all []string) types.List {
	if all == nil {
		return types.ListNull(types.StringType)
	}
	values := make([]attr.Value, len(all))
	for i, one := range all {
		values[i] = types.StringValue(one)
	}
	return types.ListValueMust(types.StringType, values)
}

func (w *world) open(t *testing.T, a ask) ([]traffic.Member, error) {
	t.Helper()
	k := gcplb.New()
	return k.Open(context.WithoutCancel(t.Context()), w.sessions(t, a.token), a.blocks(k))
}

// one opens the only member.
func (w *world) one(t *testing.T, a ask) traffic.Member {
	t.Helper()
	members, err := w.open(t, a)
	if err != nil {
		t.Fatal(err)
	}
	if len(members) != 1 {
		t.Fatalf("%d members, want 1", len(members))
	}
	return members[0]
}

// live tells the weights as the lab has them.
func (w *world) live(t *testing.T) traffic.Weights {
	t.Helper()
	var blue, green uint64
	for _, s := range w.Lab.Weights(w.URLMap, w.place) {
		switch s.Service {
		case w.Blue.Service:
			blue = uint64(s.Weight)
		case w.Green.Service:
			green = uint64(s.Weight)
		}
	}
	weights, err := traffic.Shares(blue, green)
	if err != nil {
		t.Fatalf("the lab has no weights at %q: %v", w.place, err)
	}
	return weights
}

// at finds the object with the route of the place, and how its fields are called.
func (w *world) at(body object) (node object, service, action string) {
	if w.place == "" {
		return body, "defaultService", "defaultRouteAction"
	}
	for _, m := range body["pathMatchers"].([]any) {
		matcher := m.(object)
		if matcher["name"] != w.matcher {
			continue
		}
		switch {
		case w.route != 0:
			return matcher["routeRules"].([]any)[1].(object), "service", "routeAction"
		case w.path != "":
			return matcher["pathRules"].([]any)[1].(object), "service", "routeAction"
		default:
			return matcher, "defaultService", "defaultRouteAction"
		}
	}
	return nil, "", ""
}

// interfere sets weights as somebody else would.
func (w *world) interfere(t *testing.T, to traffic.Weights) {
	t.Helper()
	err := w.Lab.Edit(w.URLMap, func(body object) { w.set(body, to) })
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) set(body object, to traffic.Weights) {
	node, service, action := w.at(body)
	if w.classic {
		node[service] = w.Link(w.Blue)
		if to == traffic.All(traffic.Green) {
			node[service] = w.Link(w.Green)
		}
		return
	}
	a, _ := node[action].(object)
	if a == nil {
		a = object{}
		node[action] = a
	}
	var kept []any
	if old, ok := a["weightedBackendServices"].([]any); ok {
		for _, e := range old {
			entry := e.(object)
			link := entry["backendService"].(string)
			if !strings.HasSuffix(link, w.Blue.Service) && !strings.HasSuffix(link, w.Green.Service) {
				kept = append(kept, entry)
			}
		}
	}
	a["weightedBackendServices"] = append(kept,
		object{"backendService": w.Link(w.Blue), "weight": to.Blue}, object{"backendService": w.Link(w.Green), "weight": to.Green})
	delete(node, service)
}

// rest is the URL map without what is ours, as JSON.
func (w *world) rest(t *testing.T) string {
	t.Helper()
	body := w.Lab.Get(w.URLMap)
	delete(body, "fingerprint")
	node, service, action := w.at(body)
	if w.classic {
		delete(node, service)
	} else if a, ok := node[action].(object); ok {
		for _, e := range a["weightedBackendServices"].([]any) {
			entry := e.(object)
			link := entry["backendService"].(string)
			if strings.HasSuffix(link, w.Blue.Service) || strings.HasSuffix(link, w.Green.Service) {
				delete(entry, "weight")
			}
		}
	}
	text, err := json.MarshalIndent(body, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (w *world) side(c traffic.Color) *lab.Side {
	if c == traffic.Blue {
		return w.Blue
	}
	return w.Green
}
