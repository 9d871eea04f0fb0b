package azuretm

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
)

// Subscription and Group are where a scenario is unless its options say otherwise.
const (
	Subscription = "00000000-0000-0000-0000-000000000001"
	Group        = "shop"
)

// ScenarioOptions say what Scenario sets up. The zero value is a weighted profile named shop with an
// external endpoint a color: blue enabled, green disabled.
type ScenarioOptions struct {
	Name         string          // of the profile, and its relative DNS name; shop when empty
	Subscription string          // Subscription when empty
	Group        string          // Group when empty
	Kind         tm.EndpointType // of both endpoints; ExternalEndpoints when empty. Nested ones get a profile each
	TTL          int64           // seconds; 30 when 0, none when negative
	Interval     int64           // between checks, seconds; 10 when 0
	Tolerated    int64           // failed checks; none when 0
	NoApps       bool            // no applications: Options.Check answers for them
	ForgetAfter  bool            // calls and journal are forgotten when all is set up
	AppOptions   app.Options
}

// Scenario is a profile with blue and green behind it, and their applications.
type Scenario struct {
	Lab         *Lab
	Clients     *tm.ClientFactory
	FQDN        string
	ProfileID   string
	Blue, Green *Side
	opts        ScenarioOptions
}

// Side is one environment: an endpoint, and its application unless there are none.
type Side struct {
	Color      string // also the endpoint's name
	Target     string
	EndpointID string
	App        *app.App
}

// Scenario sets a profile up through the API, with the real SDK, and returns when blue is online.
// Applications run until Close of the scenario.
func (l *Lab) Scenario(ctx context.Context, opts ScenarioOptions) (*Scenario, error) {
	opts = opts.withDefaults()
	clients, err := l.Clients(opts.Subscription)
	if err != nil {
		return nil, fmt.Errorf("azuretm: scenario: %w", err)
	}
	s := &Scenario{Lab: l, Clients: clients, opts: opts, FQDN: opts.Name + "." + domain}
	if err := s.build(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("azuretm: scenario: %w", err), s.Close())
	}
	if opts.ForgetAfter {
		l.ForgetCalls()
		l.ForgetJournal()
	}
	return s, nil
}

// ScenarioT is Scenario for a test, which closes it.
func (l *Lab) ScenarioT(t T, opts ScenarioOptions) *Scenario {
	t.Helper()
	s, err := l.Scenario(t.Context(), opts)
	if err != nil {
		t.Fatalf("set up a scenario: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (o ScenarioOptions) withDefaults() ScenarioOptions {
	o.Name = cmp.Or(o.Name, "shop")
	o.Subscription = cmp.Or(o.Subscription, Subscription)
	o.Group = cmp.Or(o.Group, Group)
	o.Kind = cmp.Or(o.Kind, tm.EndpointTypeExternalEndpoints)
	o.TTL = max(cmp.Or(o.TTL, 30), 0)
	o.Interval = cmp.Or(o.Interval, 10)
	return o
}

func (s *Scenario) build(ctx context.Context) error {
	id, err := s.addProfile(ctx, s.opts.Name)
	if err != nil {
		return err
	}
	s.ProfileID = id
	if s.Blue, err = s.addSide(ctx, "blue", tm.EndpointStatusEnabled); err != nil {
		return err
	}
	if s.Green, err = s.addSide(ctx, "green", tm.EndpointStatusDisabled); err != nil {
		return err
	}
	return s.Lab.WaitStatus(ctx, s.ProfileID, "blue", tm.EndpointMonitorStatusOnline)
}

// addProfile makes a weighted profile without endpoints, and returns its ID.
func (s *Scenario) addProfile(ctx context.Context, name string) (string, error) {
	made, err := s.Clients.NewProfilesClient().CreateOrUpdate(ctx, s.opts.Group, name, tm.Profile{
		Location: ptr("global"),
		Tags:     map[string]*string{"team": ptr("shop")},
		Properties: &tm.ProfileProperties{
			TrafficRoutingMethod: ptr(tm.TrafficRoutingMethodWeighted),
			DNSConfig:            &tm.DNSConfig{RelativeName: &name, TTL: &s.opts.TTL},
			MonitorConfig: &tm.MonitorConfig{
				Protocol: ptr(tm.MonitorProtocolHTTP), Port: ptr(int64(80)), Path: ptr(app.HealthPath),
				IntervalInSeconds: &s.opts.Interval, TimeoutInSeconds: ptr(int64(5)), ToleratedNumberOfFailures: &s.opts.Tolerated,
			},
		},
	}, nil)
	return value(made.ID), err
}

// addSide makes an environment: an application, its name, and its endpoint.
func (s *Scenario) addSide(ctx context.Context, color string, status tm.EndpointStatus) (*Side, error) {
	side := &Side{Color: color, Target: s.opts.Name + "-" + color + ".example.net"}
	if !s.opts.NoApps {
		opts := s.opts.AppOptions
		opts.Color = color
		a, err := app.Start(opts)
		if err != nil {
			return nil, err
		}
		side.App = a
		s.Lab.Host(side.Target, a.Addr())
	}
	properties := &tm.EndpointProperties{EndpointStatus: &status, Weight: ptr(int64(100)), Target: &side.Target}
	if s.opts.Kind == tm.EndpointTypeNestedEndpoints {
		child, err := s.addChild(ctx, side)
		if err != nil {
			return side, err
		}
		properties.Target, properties.TargetResourceID, properties.MinChildEndpoints = nil, &child, ptr(int64(1))
	}
	made, err := s.AddEndpoint(ctx, s.opts.Kind, color, properties)
	side.EndpointID = value(made.ID)
	return side, err
}

// addChild makes the profile below a nested endpoint, with the application's endpoint in it.
func (s *Scenario) addChild(ctx context.Context, side *Side) (string, error) {
	name := s.opts.Name + "-" + side.Color
	id, err := s.addProfile(ctx, name)
	if err != nil {
		return "", err
	}
	_, err = s.Clients.NewEndpointsClient().CreateOrUpdate(ctx, s.opts.Group, name, tm.EndpointTypeExternalEndpoints, "app",
		tm.Endpoint{Properties: &tm.EndpointProperties{Target: &side.Target}}, nil)
	return id, err
}

// AddEndpoint makes an endpoint in the scenario's profile, or replaces it.
func (s *Scenario) AddEndpoint(ctx context.Context, kind tm.EndpointType, name string, properties *tm.EndpointProperties) (tm.Endpoint, error) {
	made, err := s.Clients.NewEndpointsClient().CreateOrUpdate(ctx, s.opts.Group, s.opts.Name, kind, name, tm.Endpoint{Properties: properties}, nil)
	return made.Endpoint, err
}

// PatchEndpoint changes an endpoint of the scenario's kind, as somebody else would.
func (s *Scenario) PatchEndpoint(ctx context.Context, name string, properties *tm.EndpointProperties) error {
	_, err := s.Clients.NewEndpointsClient().Update(ctx, s.opts.Group, s.opts.Name, s.opts.Kind, name, tm.Endpoint{Properties: properties}, nil)
	return err
}

// PatchProfile changes the scenario's profile, as somebody else would.
func (s *Scenario) PatchProfile(ctx context.Context, properties *tm.ProfileProperties) error {
	_, err := s.Clients.NewProfilesClient().Update(ctx, s.opts.Group, s.opts.Name, tm.Profile{Properties: properties}, nil)
	return err
}

// Delete deletes the scenario's profile.
func (s *Scenario) Delete(ctx context.Context) error {
	_, err := s.Clients.NewProfilesClient().Delete(ctx, s.opts.Group, s.opts.Name, nil)
	return err
}

// Restart ends a side's application, and starts another one in its place.
func (s *Scenario) Restart(side *Side) error {
	opts := s.opts.AppOptions
	opts.Color = side.Color
	fresh, err := app.Start(opts)
	if err != nil {
		return err
	}
	old := side.App
	side.App = fresh
	s.Lab.Host(side.Target, fresh.Addr())
	return old.Close()
}

// Close ends the applications.
func (s *Scenario) Close() error {
	var errs []error
	for _, side := range []*Side{s.Blue, s.Green} {
		if side != nil && side.App != nil {
			errs = append(errs, side.App.Close())
		}
	}
	return errors.Join(errs...)
}
