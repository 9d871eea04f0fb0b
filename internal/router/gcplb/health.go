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

// Health implements traffic.HealthReader, with a call for each backend, which
// members of several URL maps share when they ask at the same time.
func (m *member) Health(ctx context.Context, c traffic.Color) (traffic.Health, error) {
	s := m.services[c]
	found, err := s.settings(ctx)
	if err != nil {
		return traffic.Health{}, m.serviceError(c, err)
	}
	if len(found.Backends) == 0 {
		return traffic.Health{Unhealthy: []string{errNoBackends.Error()}}, nil
	}
	parts := make([]traffic.Health, len(found.Backends))
	group, ctx := errgroup.WithContext(ctx)
	for i, b := range found.Backends {
		group.Go(func() (err error) {
			parts[i], err = s.health(ctx, b)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return traffic.Health{}, m.serviceError(c, err)
	}
	var all traffic.Health
	for _, part := range parts {
		all.Healthy += part.Healthy
		all.Total += part.Total
		all.Unhealthy = append(all.Unhealthy, part.Unhealthy...)
	}
	return all, nil
}

// health reads the health of one backend. One that Google says nothing about
// counts as a target that is not healthy: it is empty, or is not looked at.
func (s *service) health(ctx context.Context, b backend) (traffic.Health, error) {
	doc, err := s.groups.read(ctx, b.Group)
	if err != nil {
		return traffic.Health{}, err
	}
	var found struct {
		Targets []target `json:"healthStatus"`
	}
	if err := json.Unmarshal(doc.raw, &found); err != nil {
		return traffic.Health{}, fmt.Errorf("gcplb: the health of %s: %w", b.Group, err)
	}
	if len(found.Targets) == 0 {
		return traffic.Health{Total: 1, Unhealthy: []string{fmt.Sprintf("%s is unknown: Google has no health of it "+
			"(it is empty, has no health check, or no URL map in use names its backend service)", shortName(b.Group))}}, nil
	}
	return b.count(found.Targets), nil
}

// askHealth asks for the health of groups, each by a call of its own.
func (s *service) askHealth(ctx context.Context, groups []string) map[string]answer {
	return oneByOne(ctx, groups, func(ctx context.Context, group string) answer {
		body, err := json.Marshal(map[string]string{"group": group})
		if err != nil {
			return answer{err: fmt.Errorf("gcplb: %w", err)}
		}
		answered, err := s.session.Do(ctx, gcpcloud.Request{Method: http.MethodPost, Path: s.link.String() + "/getHealth", Body: body})
		if err != nil {
			return answer{err: notFound(err)}
		}
		doc, err := newDocument(answered)
		return answer{doc: doc, err: err}
	})
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
