package gcplb

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"golang.org/x/sync/singleflight"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// schemeClassic is the load balancing scheme of the classic Application Load
// Balancer, and the one of a backend service that does not say.
const schemeClassic = "EXTERNAL"

// service is a backend service, which members of several URL maps may share.
type service struct {
	session *gcpcloud.Session
	link    link
	all     *collection
	flights singleflight.Group // of looks at the health of a group
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
var errNoBackends = errors.New("the backend service has no backends")

// settings reads the service, from a shared answer.
func (s *service) settings(ctx context.Context, whom string) (settings, error) {
	doc, err := s.all.recent(ctx, s.link.name, whom)
	if err != nil {
		return settings{}, err
	}
	var found settings
	if err := json.Unmarshal(doc.raw, &found); err != nil {
		return settings{}, pkg.Errorf("backend service %s: %w", s.link, err)
	}
	if found.Scheme == "" {
		found.Scheme = schemeClassic
	}
	return found, nil
}

// unknown says why nobody can know the health of a backend service; empty when
// somebody can. The endpoint groups that are not zonal are serverless ones (Cloud
// Run, App Engine, functions), of the internet, and of Private Service Connect.
// Those have no health checks, or ones whose results the API does not have:
// https://cloud.google.com/load-balancing/docs/negs
func (s settings) unknown() string {
	if len(s.Checks) == 0 {
		return "has no health check"
	}
	for _, b := range s.Backends {
		if !strings.Contains(b.Group, "/networkEndpointGroups/") || strings.Contains(b.Group, "/zones/") {
			return ""
		}
	}
	if len(s.Backends) == 0 {
		return ""
	}
	return "has endpoint groups only of whose health Google tells nothing"
}
