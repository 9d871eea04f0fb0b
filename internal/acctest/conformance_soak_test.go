package acctest

import (
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// soak cuts over to and fro under loads, calls between after each cutover, and
// counts what becomes of every request.
func (e *project) soak(t *testing.T, what string, loads map[string]load.Options, between func(traffic.Color)) {
	t.Helper()
	running := map[string]*load.Load{}
	for name, options := range loads {
		options.Rate, options.Concurrency = 100, 4
		l, err := load.Start(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		running[name] = l
	}
	n, color := soakCutovers(t), traffic.Blue
	for range n {
		color = color.Other()
		e.apply(t, to(color)...)
		between(color)
	}
	for name, l := range running {
		total := l.Stop()
		if total.Failures > 0 {
			t.Errorf("%s: %d of %d requests failed: %v", name, total.Failures, total.Requests, total.Errors)
		}
		if total.Colors["blue"] == 0 || total.Colors["green"] == 0 {
			t.Errorf("%s: the load did not see both colors: %v", name, total.Colors)
		}
		report(t, "%d cutovers of %s under load, %s connections: %d requests, %d to blue, %d to green, %d failed",
			n, what, name, total.Requests, total.Colors["blue"], total.Colors["green"], total.Failures)
	}
	e.wantWeights(t, traffic.All(color))
}

// reloader is a fixture whose router operators reload now and then.
type reloader interface{ reload(t *testing.T) }

// TestRoutersSoak cuts over to and fro under steady load, kept-alive connections
// and fresh ones alike, and counts what becomes of every request. Between
// cutovers a router that can be reloaded is.
func TestRoutersSoak(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		if s.url() == "" {
			return // its clients need a resolver: it has a test of its own
		}
		e := found(t, cli.Options{}, nil, s)
		e.inSteps(t, threeSteps)
		e.apply(t)
		loads := map[string]load.Options{"kept-alive": {URL: s.url()}, "fresh": {URL: s.url(), Fresh: true}}
		e.soak(t, s.kind(), loads, func(serving traffic.Color) {
			e.wantWeights(t, traffic.All(serving))
			if r, ok := s.(reloader); ok {
				r.reload(t)
			}
		})
	})
}

// TestAzureSoak ends the outgoing application after each cutover and starts
// another one, so that whoever is still sent to it is lost. Clients resolve the
// name for each connection, by a resolver that honours the TTL of a second,
// which the apply waits for.
func TestAzureSoak(t *testing.T) {
	t.Parallel()
	s := openAzure(t, azuretm.Options{Second: time.Second, FirstCheck: -1}, azuretm.ScenarioOptions{TTL: 1})
	clients := s.Lab.Resolver()
	e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(threeSteps) }, s)
	e.soak(t, "a Traffic Manager profile", map[string]load.Options{
		"fresh": {URL: "http://" + s.FQDN + "/", Fresh: true, Dial: clients.DialContext},
	}, func(serving traffic.Color) { s.replace(t, clients, serving.Other()) })
}

// replace ends the application of a color and starts another one. Requests that
// were sent to it before are let end.
func (s *azureFixture) replace(t *testing.T, clients *azuretm.Resolver, c traffic.Color) {
	t.Helper()
	side := s.side(c)
	if err := clients.WaitIdle(t.Context(), side.Target); err != nil {
		t.Fatal(err)
	}
	if err := s.Restart(side); err != nil {
		t.Fatal(err)
	}
}
