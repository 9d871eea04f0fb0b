package gcplb

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// healthy is the only state that counts as good:
// https://cloud.google.com/compute/docs/reference/rest/v1/backendServices/getHealth
const healthy = "HEALTHY"

// target is an instance or an endpoint with its health.
type target struct {
	Instance string `json:"instance"`
	Port     int    `json:"port"`
	Address  string `json:"ipAddress"`
	State    string `json:"healthState"` // by its IPv4 address

	IPv6Address string `json:"ipv6Address"`
	IPv6State   string `json:"ipv6HealthState"`
}

// lookLimit ends a look at the health of a group that nobody may be waiting for
// any more.
const lookLimit = 30 * time.Second

// Health implements traffic.HealthReader, for all backend services of the color
// whose health can be known, with a call for each of their groups.
func (m *member) Health(ctx context.Context, c traffic.Color) (traffic.Health, error) {
	doc, known := m.urls.last()
	var err error
	if !known {
		doc, err = m.urls.recent(ctx, m.name)
	}
	d, err := m.divided(doc, err)
	if err != nil {
		return traffic.Health{}, m.wrap("reading", err)
	}
	var all traffic.Health
	asked := false
	for _, l := range d.backends(c) {
		if l.collection == backendBuckets {
			continue
		}
		h, known, err := m.services[l].health(ctx, m.name)
		if err != nil {
			return traffic.Health{}, m.backendError(l, c, err)
		}
		asked = asked || known
		all.Healthy += h.Healthy
		all.Total += h.Total
		all.Unhealthy = append(all.Unhealthy, h.Unhealthy...)
	}
	if !asked {
		return traffic.Health{}, pkg.Errorf("%s: nobody can know the health of %s", m.name, c)
	}
	return all, nil
}

// health reads the health of all groups of a service, and tells whether it can
// be known.
func (s *service) health(ctx context.Context, whom string) (all traffic.Health, known bool, err error) {
	found, err := s.settings(ctx, whom)
	switch {
	case err != nil:
		return traffic.Health{}, false, err
	case len(found.Backends) == 0:
		return traffic.Health{Unhealthy: []string{errNoBackends.Error()}}, true, nil
	case found.unknown() != "":
		return traffic.Health{}, false, nil
	}
	all, err = s.groups(ctx, found.Backends)
	return all, true, err
}

// groups reads the health of groups. One that Google says nothing about is empty,
// as those are of zones in which nothing runs, or is not looked at: it counts only
// where Google says nothing about any, as a target that is not healthy.
func (s *service) groups(ctx context.Context, backends []backend) (all traffic.Health, err error) {
	parts := make([]traffic.Health, len(backends))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	for i, b := range backends {
		group.Go(func() error {
			targets, err := s.targets(ctx, b.Group)
			parts[i] = b.count(targets)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return traffic.Health{}, err
	}
	for _, part := range parts {
		all.Healthy += part.Healthy
		all.Total += part.Total
		all.Unhealthy = append(all.Unhealthy, part.Unhealthy...)
	}
	if all.Total > 0 {
		return all, nil
	}
	for _, b := range backends {
		all.Total++
		all.Unhealthy = append(all.Unhealthy, fmt.Sprintf("%s is unknown: Google has no health of it "+
			"(it is empty, or no URL map in use names its backend service)", shortName(b.Group)))
	}
	return all, nil
}

// targets are what Google tells of a group. Members that ask while a look is
// under way share it.
func (s *service) targets(ctx context.Context, group string) ([]target, error) {
	apart := context.WithoutCancel(ctx)
	look := s.flights.DoChan(group, func() (any, error) {
		limited, cancel := context.WithTimeout(apart, lookLimit)
		defer cancel()
		return s.ask(limited, group)
	})
	select {
	case got := <-look:
		targets, _ := got.Val.([]target)
		return targets, got.Err
	case <-ctx.Done():
		return nil, pkg.Errorf("waiting for the health of %s: %w", shortName(group), context.Cause(ctx))
	}
}

func (s *service) ask(ctx context.Context, group string) ([]target, error) {
	body, err := json.Marshal(map[string]string{"group": group})
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	answered, err := s.session.Do(ctx, gcpcloud.Request{Method: http.MethodPost, Path: s.link.String() + "/getHealth", Body: body})
	if err != nil {
		return nil, notFound(err)
	}
	var found struct {
		Targets []target `json:"healthStatus"`
	}
	if err := json.Unmarshal(answered, &found); err != nil {
		return nil, pkg.Errorf("the health of %s: %w", shortName(group), err)
	}
	return found.Targets, nil
}

func (b backend) count(targets []target) traffic.Health {
	var h traffic.Health
	for _, t := range targets {
		h.Total++
		switch {
		case b.Capacity != nil && *b.Capacity == 0:
			h.Unhealthy = append(h.Unhealthy, t.name()+" is drained: capacity_scaler of "+shortName(b.Group)+" is 0")
		case t.state() == healthy:
			h.Healthy++
		default:
			h.Unhealthy = append(h.Unhealthy, t.name()+" is "+t.state())
		}
	}
	return h
}

// name is a target as its owner knows it: "web-1 10.0.0.7:8080".
func (t target) name() string {
	var parts []string
	if t.Instance != "" {
		parts = append(parts, shortName(t.Instance))
	}
	if address := cmp.Or(t.Address, t.IPv6Address); address != "" {
		parts = append(parts, net.JoinHostPort(address, strconv.Itoa(t.Port)))
	}
	if len(parts) == 0 {
		return "a target"
	}
	return strings.Join(parts, " ")
}

// state is that of the IPv4 address, and of the other one where there is only
// that.
func (t target) state() string { return cmp.Or(t.State, t.IPv6State, "UNKNOWN") }

// shortName is the last part of a link.
func shortName(text string) string { return text[strings.LastIndex(text, "/")+1:] }
