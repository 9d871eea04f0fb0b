package gcplb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Name is the name of the kind and of its blocks.
const Name = "gcp_lb"

// New returns the kind, with shared reads and writes of its own: one for each
// provider.
func New() router.Kind {
	k := &kind{collections: make(map[string]*collection), urlMaps: make(map[link]*urlMap), services: make(map[link]*service)}
	return router.NewKind(router.Spec[backendBlock, routerBlock]{
		Name:    Name,
		Backend: backendSchema(),
		Router:  routerSchema(),
		Open:    k.open,
		Import:  parseImport,
		ImportExamples: []string{
			"projects/shop/global/urlMaps/shop",
			"projects/shop/global/urlMaps/shop#api",
			"projects/shop/global/urlMaps/shop#api#10",
			"projects/shop/global/urlMaps/shop#api#/api/*",
		},
	})
}

type kind struct {
	mu          sync.Mutex
	collections map[string]*collection
	urlMaps     map[link]*urlMap
	services    map[link]*service
}

// open makes a member of each URL map.
func (k *kind) open(ctx context.Context, sessions *session.Sessions, r routerBlock, blue, green backendBlock) ([]traffic.Member, error) {
	session, err := session.Get[*gcpcloud.Session](ctx, sessions, gcpcloud.Name)
	if err != nil {
		return nil, fmt.Errorf("gcplb: %w", err)
	}
	site, siteErr := r.place()
	maps, err := parseAll(router.InRouter, attrMaps, urlMaps, session.Project(), r.URLMaps)
	pairs, pairErr := newPairing(session.Project(), blue, green)
	if err := errors.Join(siteErr, err, pairErr); err != nil {
		return nil, err
	}
	var (
		members []traffic.Member
		errs    []error
	)
	for _, n := range maps {
		m, err := k.member(session, n, site, pairs)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		members = append(members, traffic.Member{Name: m.name, Kind: Name, Router: m})
	}
	return members, errors.Join(errs...)
}

func (k *kind) member(session *gcpcloud.Session, n named, site place, pairs pairing) (*member, error) {
	two, at, err := pairs.of(n)
	if err != nil {
		return nil, err
	}
	m := &member{
		name: n.String() + site.String(), site: site, pair: two, at: n.at, serviceAt: at,
		urls: k.urlMap(session, n.link), services: make(map[traffic.Color]*service, 2),
		found: make(map[traffic.Weights]parts),
	}
	for _, c := range traffic.Colors() {
		m.services[c] = k.service(session, two.of(c))
	}
	return m, nil
}

// urlMap returns the one that all members of a URL map share.
func (k *kind) urlMap(session *gcpcloud.Session, l link) *urlMap {
	all := k.collection(session, l.parent())
	k.mu.Lock()
	defer k.mu.Unlock()
	u := k.urlMaps[l]
	if u == nil {
		u = &urlMap{session: session, link: l, all: all}
		k.urlMaps[l] = u
	}
	return u
}

// service returns the one that all members with a backend service share.
func (k *kind) service(session *gcpcloud.Session, l link) *service {
	all := k.collection(session, l.parent())
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.services[l]
	if s == nil {
		s = newService(session, l, all)
		k.services[l] = s
	}
	return s
}

func (k *kind) collection(session *gcpcloud.Session, path string) *collection {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.collections[path]
	if c == nil {
		c = newCollection(session, path)
		k.collections[path] = c
	}
	return c
}

// parseImport makes the block of a switch of URL maps separated by commas, all
// with the same place: ID, ID#MATCHER, ID#MATCHER#PRIORITY or ID#MATCHER#PATH.
func parseImport(id string) (routerBlock, bool) {
	var r routerBlock
	for i, text := range strings.Split(id, ",") {
		text, rest, _ := strings.Cut(strings.TrimSpace(text), "#")
		if _, err := parseLink(text, urlMaps, ""); err != nil {
			return routerBlock{}, false
		}
		at, ok := parsePlace(rest)
		if !ok || (i > 0 && at.String() != r.text()) {
			return routerBlock{}, false
		}
		r.setPlace(at)
		r.URLMaps = append(r.URLMaps, text)
	}
	return r, true
}
