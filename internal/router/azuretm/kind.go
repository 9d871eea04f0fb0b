package azuretm

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Name is the name of the kind and of its blocks.
const Name = "azure_traffic_manager"

// New returns the kind, with shared reads of its own: one for each provider.
func New() router.Kind {
	k := &kind{bySession: make(map[*azurecloud.Session]*reads)}
	return router.NewKind(router.Spec[backendBlock, routerBlock]{
		Name:    Name,
		Backend: backendSchema(),
		Router:  routerSchema(),
		Open:    k.open,
		Import:  parseImport,
		ImportExamples: []string{
			"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop",
		},
	})
}

type kind struct {
	mu        sync.Mutex
	bySession map[*azurecloud.Session]*reads
}

// open makes a member of each profile.
func (k *kind) open(ctx context.Context, sessions *session.Sessions, r routerBlock, blue, green backendBlock) ([]traffic.Member, error) {
	profiles, err := parseAll(router.InRouter, attrProfiles, r.ProfileIDs, parseProfileID)
	pairs, pairErr := newPairing(blue, green)
	if err := errors.Join(err, pairErr); err != nil {
		return nil, err
	}
	session, err := session.Get[*azurecloud.Session](ctx, sessions, azurecloud.Name)
	if err != nil {
		return nil, fmt.Errorf("azuretm: %w", err)
	}
	var (
		members []traffic.Member
		errs    []error
	)
	for _, p := range profiles {
		m, err := newMember(client{session}, k.reads(session), p, pairs)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		members = append(members, traffic.Member{Name: p.id.String(), Kind: Name, Router: m})
	}
	return members, errors.Join(errs...)
}

// newMember pairs a profile with its endpoints.
func newMember(a api, shared *reads, p named[profileID], pairs pairing) (*member, error) {
	m := &member{
		api: a, reads: shared, id: p.id, at: p.at,
		ours: endpoints{}, ourAts: ats{}, served: map[traffic.Color]bool{},
	}
	var errs []error
	for _, c := range traffic.Colors() {
		e, err := pairs.endpoint(p.id, c)
		m.ours[c], m.ourAts[c] = e.id, e.at
		errs = append(errs, err)
	}
	return m, errors.Join(errs...)
}

// reads returns the reads that routers of one session share.
func (k *kind) reads(session *azurecloud.Session) *reads {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.bySession[session] == nil {
		k.bySession[session] = newReads()
	}
	return k.bySession[session]
}

// parseImport makes a block of a profile's ID.
func parseImport(id string) (routerBlock, bool) {
	if _, err := parseProfileID(id); err != nil {
		return routerBlock{}, false
	}
	return routerBlock{ProfileIDs: []string{id}}, true
}
