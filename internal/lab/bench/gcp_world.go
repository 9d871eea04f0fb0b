package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
)

// gcpOperation is how long a write of a URL map takes, as in the figures that
// ours stand beside.
const gcpOperation = 50 * time.Millisecond

// gcpWorld is a project with all that the switches divide. All traffic goes to
// blue, and both backend services are attached everywhere.
type gcpWorld struct {
	lab      *gcplb.Lab
	scenario *gcplb.Scenario
	sites    []gcpSite
}

// gcpSite is what one switch divides: the default routes of URL maps, or that
// of a path matcher.
type gcpSite struct {
	URLMaps []string `json:"url_maps"`
	Matcher *string  `json:"path_matcher"`
	Blue    string   `json:"blue"`
	Green   string   `json:"green"`
}

// gcpShape is how switches and URL maps go together.
type gcpShape struct {
	switches int
	maps     int // of each switch
	matchers int // of each URL map, each with a switch; 0 for the default route
}

func (s gcpShape) String() string {
	switch {
	case s.matchers > 0:
		return fmt.Sprintf("%d path matchers in %d URL maps", s.switches, s.switches/s.matchers)
	case s.maps > 1:
		return fmt.Sprintf("%d URL maps in one switch", s.maps)
	case s.switches > 1:
		return fmt.Sprintf("%d URL maps, a switch each", s.switches)
	default:
		return "1 URL map"
	}
}

// newGCPWorld starts a lab with sites of a shape. It outlives an interrupt, so
// that Terraform can end in order.
func newGCPWorld(ctx context.Context, shape gcpShape) (*gcpWorld, error) {
	lab, err := gcplb.Start(context.WithoutCancel(ctx), gcplb.Options{
		HealthInterval: 5 * time.Second, Limits: gcplb.Limits{URLMaps: shape.switches*shape.maps + 1},
	})
	if err != nil {
		return nil, err
	}
	w := &gcpWorld{lab: lab}
	if w.scenario, err = lab.Scenario(gcplb.ScenarioOptions{}); err != nil {
		return nil, errors.Join(err, w.close())
	}
	for i := 0; i < shape.switches; i += max(shape.matchers, 1) {
		if err := w.add(i, shape); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	for _, s := range w.sites {
		if !lab.WaitHealth(s.Blue, 1) || !lab.WaitHealth(s.Green, 1) {
			return nil, errors.Join(errors.New("the backend services did not become healthy"), w.close())
		}
	}
	lab.SetOperationTime(gcpOperation)
	return w, nil
}

// add makes a site with its URL maps, or a URL map with its sites.
func (w *gcpWorld) add(i int, shape gcpShape) error {
	if shape.matchers > 0 {
		return w.addMatchers(i, shape.matchers)
	}
	s := gcpSite{}
	route, err := w.addServices(&s, i)
	if err != nil {
		return err
	}
	for n := range shape.maps {
		path := fmt.Sprintf("projects/%s/global/urlMaps/shop%03d-%03d", gcplb.Project, i, n)
		if err := w.lab.Insert(path, route); err != nil {
			return err
		}
		s.URLMaps = append(s.URLMaps, path)
	}
	w.sites = append(w.sites, s)
	return nil
}

// addMatchers makes a URL map with n path matchers, each a site.
func (w *gcpWorld) addMatchers(first, n int) error {
	path := fmt.Sprintf("projects/%s/global/urlMaps/shop%03d", gcplb.Project, first)
	body := w.scenario.Default()
	var matchers, hosts []any
	for i := first; i < first+n; i++ {
		name := fmt.Sprintf("shop%03d", i)
		s := gcpSite{URLMaps: []string{path}, Matcher: &name}
		route, err := w.addServices(&s, i)
		if err != nil {
			return err
		}
		route["name"] = name
		matchers = append(matchers, route)
		hosts = append(hosts, map[string]any{"hosts": []string{name + ".example"}, "pathMatcher": name})
		w.sites = append(w.sites, s)
	}
	body["pathMatchers"], body["hostRules"] = matchers, hosts
	return w.lab.Insert(path, body)
}

// addServices makes the backend services of a site, and returns the route that
// divides between them.
func (w *gcpWorld) addServices(s *gcpSite, i int) (map[string]any, error) {
	var weights []any
	for side, weight := range map[*gcplb.Side]int{w.scenario.Blue: 100, w.scenario.Green: 0} {
		path := fmt.Sprintf("projects/%s/global/backendServices/shop%03d-%s", gcplb.Project, i, side.Color)
		check := fmt.Sprintf("projects/%s/global/healthChecks/shop", gcplb.Project)
		if err := w.scenario.AddService(path, side.Group, check, "EXTERNAL_MANAGED"); err != nil {
			return nil, err
		}
		if side.Color == "blue" {
			s.Blue = path
		} else {
			s.Green = path
		}
		weights = append(weights, map[string]any{"backendService": path, "weight": weight})
	}
	return map[string]any{"defaultRouteAction": map[string]any{"weightedBackendServices": weights}}, nil
}

func (w *gcpWorld) close() error {
	var err error
	if w.scenario != nil {
		err = w.scenario.Close()
	}
	w.lab.Close()
	return err
}

// measure has the lab answer slowly and throttle as Google does, from a full
// bucket, while work is done, and returns what that cost.
func (w *gcpWorld) measure(work func() (seen int, err error)) (sample, error) {
	w.lab.SetLatency(latency)
	w.lab.SetThrottling(gcplb.PublishedThrottling())
	w.lab.ForgetCalls()
	start := time.Now()
	seen, err := work()
	s := sample{took: time.Since(start), errors: seen, calls: map[string]int{}}
	w.lab.SetLatency(0)
	w.lab.SetThrottling(nil)
	for _, c := range w.lab.Calls() {
		if c.Reason == gcplb.Throttled().Reason {
			s.throttled++
			continue
		}
		s.calls[c.Action]++
	}
	return s, err
}

// check returns an error unless all traffic of all sites goes to a color.
func (w *gcpWorld) check(color string) error {
	for _, s := range w.sites {
		place, want := "", s.Blue
		if s.Matcher != nil {
			place = "#" + *s.Matcher
		}
		if color == "green" {
			want = s.Green
		}
		for _, path := range s.URLMaps {
			for _, weight := range w.lab.Weights(path, place) {
				if (weight.Weight > 0) != (weight.Service == want) {
					return fmt.Errorf("%s%s should send everything to %s", path, place, color)
				}
			}
		}
	}
	return nil
}

// newUser returns the user of switches over all sites.
func (w *gcpWorld) newUser(s settings, name string) (*user, error) {
	u, err := newcomer(s, name)
	if err != nil {
		return nil, err
	}
	switches := map[string]gcpSite{}
	for i, site := range w.sites {
		switches[fmt.Sprintf("shop%03d", i)] = site
	}
	values, err := json.Marshal(map[string]any{
		"switches": switches, "gcp": map[string]string{"project": gcplb.Project, "endpoint": w.lab.URL()},
	})
	if err != nil {
		return nil, err
	}
	return u, errors.Join(u.workspace.Write("main.tf", gcpConfiguration), u.workspace.Write("terraform.tfvars.json", string(values)))
}
