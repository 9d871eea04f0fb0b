package gcplb

import (
	"errors"
	"fmt"
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
)

// Backing is what stands behind a URL map.
type Backing int

const (
	// Groups are backend services with network endpoint groups, and health checks.
	Groups Backing = iota
	// Serverless are backend services with the group of a Cloud Run service, whose health nobody checks.
	Serverless
	// Buckets are backend buckets. They have no weights.
	Buckets
)

// ScenarioOptions say what a scenario sets up. The zero value is a global URL map named shop whose default
// route goes to blue, with one application a color.
type ScenarioOptions struct {
	Project    string // lab when empty
	Region     string // global when empty
	Scheme     string // EXTERNAL_MANAGED when empty
	Name       string // of the URL map, and the beginning of the other names; shop when empty
	Targets    int    // of each color; 1 when 0
	Backing    Backing
	Weighted   bool // blue has the weight 100 and green 0 from the beginning
	AppOptions app.Options
	// Map makes the URL map; nil for one with nothing but its default route.
	Map func(s *Scenario) map[string]any
}

// Scenario is a URL map with blue and green behind it, and their applications.
type Scenario struct {
	Lab         *Lab
	URLMap      string // path below compute/v1, which is the id in Terraform
	URL         string // where the data plane serves
	Blue, Green *Side
	Weighted    bool
}

// Side is one environment.
type Side struct {
	Color   string
	Service string // path of the backend service or backend bucket, which is the id in Terraform
	Group   string // path of the network endpoint group
	Apps    []*app.App
}

// Scenario sets up a URL map, and returns when blue is healthy. Applications run until Close of the scenario.
func (l *Lab) Scenario(opts ScenarioOptions) (*Scenario, error) {
	opts.Project, opts.Name = orDefault(opts.Project, Project), orDefault(opts.Name, "shop")
	opts.Scheme, opts.Targets = orDefault(opts.Scheme, "EXTERNAL_MANAGED"), orDefault(opts.Targets, 1)
	s := &Scenario{Lab: l, Weighted: opts.Weighted}
	if err := s.build(opts); err != nil {
		return nil, errors.Join(fmt.Errorf("gcplb: scenario: %w", err), s.Close())
	}
	return s, nil
}

// ScenarioT is Scenario for a test, which closes it.
func (l *Lab) ScenarioT(t T, opts ScenarioOptions) *Scenario {
	t.Helper()
	s, err := l.Scenario(opts)
	if err != nil {
		t.Fatalf("set up a scenario: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (s *Scenario) build(opts ScenarioOptions) error {
	scope := "projects/" + opts.Project + "/global/"
	zone := "projects/" + opts.Project + "/zones/europe-west1-b/"
	if opts.Region != "" {
		scope = "projects/" + opts.Project + "/regions/" + opts.Region + "/"
		zone = "projects/" + opts.Project + "/zones/" + opts.Region + "-b/"
	}
	check := scope + healthChecks + "/" + opts.Name
	err := s.Lab.Insert(check, object{"type": "HTTP", "httpHealthCheck": object{"requestPath": app.HealthPath}})
	if err != nil {
		return err
	}
	if opts.Backing == Serverless {
		zone = "projects/" + opts.Project + "/regions/" + orDefault(opts.Region, "europe-west1") + "/"
	}
	for _, color := range []string{"blue", "green"} {
		name := opts.Name + "-" + color
		side := &Side{Color: color, Service: scope + backendServices + "/" + name, Group: zone + endpointGroups + "/" + name}
		if opts.Backing == Buckets {
			side.Service = scope + backendBuckets + "/" + name
		}
		if color == "blue" {
			s.Blue = side
		} else {
			s.Green = side
		}
		if err := s.addSide(side, check, opts); err != nil {
			return err
		}
	}
	s.URLMap = scope + urlMaps + "/" + opts.Name
	body := s.Default()
	if opts.Map != nil {
		body = opts.Map(s)
	}
	if err := s.Lab.Insert(s.URLMap, body); err != nil {
		return err
	}
	s.URL = s.Lab.Serving(s.URLMap)
	if opts.Backing == Groups && !s.Lab.WaitHealth(s.Blue.Service, opts.Targets) {
		return errors.New("blue did not become healthy")
	}
	return nil
}

func (s *Scenario) addSide(side *Side, check string, opts ScenarioOptions) error {
	var ports []int
	for range opts.Targets {
		a, err := app.Start(app.Options{Color: side.Color, Version: opts.AppOptions.Version, Latency: opts.AppOptions.Latency})
		if err != nil {
			return err
		}
		side.Apps = append(side.Apps, a)
		ports = append(ports, int(a.Port()))
	}
	group := object{"networkEndpointType": "GCE_VM_IP_PORT"}
	switch opts.Backing {
	case Buckets:
		name := opts.Name + "-" + side.Color
		s.Lab.Store(name, ports[0])
		return s.Lab.Insert(side.Service, object{"bucketName": name})
	case Serverless:
		check, group = "", object{"networkEndpointType": "SERVERLESS", "cloudRun": object{"service": opts.Name + "-" + side.Color}}
	case Groups:
	}
	if err := s.Lab.Insert(side.Group, group); err != nil {
		return err
	}
	if err := s.Lab.Attach(side.Group, ports...); err != nil {
		return err
	}
	return s.AddService(side.Service, side.Group, check, opts.Scheme)
}

// AddService makes a backend service with one group behind it, whose health a check looks at, or none.
func (s *Scenario) AddService(path, group, check, scheme string) error {
	service := object{
		"loadBalancingScheme": scheme, "protocol": "HTTP",
		"backends": []any{object{"group": s.Lab.link(group), "balancingMode": "RATE", "capacityScaler": 1.0}},
	}
	if check != "" {
		service["healthChecks"] = []any{s.Lab.link(check)}
	}
	return s.Lab.Insert(path, service)
}

// Default is the body of a URL map whose default route goes to blue.
func (s *Scenario) Default() map[string]any { return s.Route(true) }

// Route is an object whose route goes to blue: as a default one, or as a rule's. With the scenario's Weighted
// it has weights, and green is there at 0.
func (s *Scenario) Route(byDefault bool) map[string]any {
	service, action, _ := routeFields(byDefault)
	if !s.Weighted {
		return object{service: s.Link(s.Blue)}
	}
	return object{action: object{weightedServices: []any{
		object{"backendService": s.Link(s.Blue), "weight": 100}, object{"backendService": s.Link(s.Green), "weight": 0},
	}}}
}

// Link is the self link of a side's backend service.
func (s *Scenario) Link(side *Side) string { return s.Lab.link(side.Service) }

// SetHealthy makes all applications of a side healthy, or none, and returns when the lab has seen it. A side
// that no URL map names, or that nobody checks, is not looked at, and is not waited for.
func (s *Scenario) SetHealthy(side *Side, healthy bool) {
	want := 0
	for _, a := range side.Apps {
		a.SetHealthy(healthy)
		if healthy {
			want++
		}
	}
	s.Lab.mu.Lock()
	seen := slices.Contains(s.Lab.named(), side.Service) && checked(s.Lab.resources[side.Service].body)
	s.Lab.mu.Unlock()
	if seen {
		s.Lab.WaitHealth(side.Service, want)
	}
}

// Close ends the applications.
func (s *Scenario) Close() error {
	var errs []error
	for _, side := range []*Side{s.Blue, s.Green} {
		if side == nil {
			continue
		}
		for _, a := range side.Apps {
			errs = append(errs, a.Kill())
		}
	}
	return errors.Join(errs...)
}
