package gcplb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// schemeClassic is the load balancing scheme of the classic Application Load
// Balancer, and the one of a backend service that does not say.
const schemeClassic = "EXTERNAL"

// service is a backend service, which members of several URL maps may share.
type service struct {
	session *gcpcloud.Session
	link    link
	all     *collection
	groups  *reads // their health, by the link of the group
}

func newService(session *gcpcloud.Session, l link, all *collection) *service {
	s := &service{session: session, link: l, all: all}
	s.groups = newReads(s.askHealth)
	return s
}

// settings are what a router must know of a backend service.
type settings struct {
	Scheme   string    `json:"loadBalancingScheme"`
	Backends []backend `json:"backends"`
	Checks   []string  `json:"healthChecks"`
}

type backend struct {
	Group string `json:"group"`
	// Capacity is the share of the group's capacity that is used, 1 when left
	// out. At 0 the group gets no traffic, whatever its health.
	Capacity *float64 `json:"capacityScaler"`
}

// Why a backend service cannot be found healthy.
var (
	errNoBackends = errors.New("the backend service has no backends")
	errNoCheck    = errors.New("the backend service has no health check, so that nobody knows whether it is fit for traffic")
)

// settings reads the service, from a shared answer.
func (s *service) settings(ctx context.Context) (settings, error) {
	doc, err := s.all.recent(ctx, s.link.name)
	if err != nil {
		return settings{}, err
	}
	var found settings
	if err := json.Unmarshal(doc.raw, &found); err != nil {
		return settings{}, fmt.Errorf("gcplb: backend service %s: %w", s.link, err)
	}
	if found.Scheme == "" {
		found.Scheme = schemeClassic
	}
	return found, nil
}

// classicScheme tells whether the backend services are those of a classic
// load balancer.
func (m *member) classicScheme(ctx context.Context) (bool, error) {
	for _, c := range traffic.Colors() {
		found, err := m.services[c].settings(ctx)
		if err != nil {
			return false, m.serviceError(c, err)
		}
		if found.Scheme == schemeClassic {
			return true, nil
		}
	}
	return false, nil
}
