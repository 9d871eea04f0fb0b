package azuretm

import (
	"context"
	"errors"
	"sync"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Name is the name of the kind and of its blocks.
const Name = "azure_traffic_manager"

// New returns the kind, with shared reads of its own: one for each provider.
func New() router.Kind {
	k := &kind{bySession: make(map[*azurecloud.Session]*router.Reads[tm.Profile])}
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
	bySession map[*azurecloud.Session]*router.Reads[tm.Profile]
}

// open makes a member of each profile.
func (k *kind) open(ctx context.Context, sessions *session.Sessions, r routerBlock, blue, green backendBlock) ([]traffic.Member, error) {
	profiles, err := router.Names[profileID]{
		In: router.InRouter, Attribute: attrProfiles, Texts: r.ProfileIDs, Parse: parseProfileID, Wrong: summaryID,
	}.Parsed()
	backends, pairErr := router.ParseBackends(words, parseEndpointID, blue.EndpointIDs, green.EndpointIDs)
	if err := errors.Join(err, pairErr); err != nil {
		return nil, err
	}
	session, err := session.Get[*azurecloud.Session](ctx, sessions, azurecloud.Name)
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	var (
		members []traffic.Member
		errs    []error
	)
	for _, p := range profiles {
		pair, err := backends.Pair(search(p.ID))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		m := &member{api: client{session}, reads: k.reads(session), id: p.ID, at: p.At, pair: pair, served: map[traffic.Color]bool{}}
		members = append(members, traffic.Member{
			Name: p.ID.String(), Kind: Name, Moves: pair.Blue.ID.Key() + "\n" + pair.Green.ID.Key(), Router: m,
		})
	}
	return members, errors.Join(errs...)
}

// words are what Traffic Manager calls its backends.
var words = router.Words{Attribute: attrEndpoints, Noun: "Endpoint", Place: "Profile", Wrong: summaryID}

// search finds the endpoints of a profile: their IDs name it.
func search(profile profileID) router.Search[endpointID] {
	return router.Search[endpointID]{
		For: profile, Where: "this profile", Fits: func(e endpointID) bool { return e.profile.Key() == profile.Key() },
	}
}

// reads returns the reads that routers of one session share.
func (k *kind) reads(session *azurecloud.Session) *router.Reads[tm.Profile] {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.bySession[session] == nil {
		k.bySession[session] = newReads(client{session})
	}
	return k.bySession[session]
}

// newReads shares the profiles that are read for plans: to refresh a switch and
// to inspect it is one call. Profiles are not listed together, since a list
// needs rights over the whole resource group.
func newReads(from api) *router.Reads[tm.Profile] {
	return router.NewReads(func(ctx context.Context, key string) (map[string]tm.Profile, error) {
		profile, err := from.profile(ctx, profileOf(key))
		if err != nil {
			return nil, err
		}
		return map[string]tm.Profile{key: profile}, nil
	})
}

// parseImport makes a block of a profile's ID.
func parseImport(id string) (routerBlock, bool) {
	if _, err := parseProfileID(id); err != nil {
		return routerBlock{}, false
	}
	return routerBlock{ProfileIDs: []string{id}}, true
}
