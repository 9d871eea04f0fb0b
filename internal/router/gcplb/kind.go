package gcplb

import (
	"context"
	"errors"
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
			"projects/shop/global/urlMaps/shop#+api+web",
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
		return nil, pkg.Errorf("%w", err)
	}
	places, placeErr := r.places()
	maps, err := router.Names[link]{In: router.InRouter, Attribute: attrMaps, Texts: r.URLMaps, Wrong: summaryLink, Parse: func(text string) (link, error) {
		return parseLink(text, urlMaps, session.Project())
	}}.Parsed()
	backends, backendErr := parseBackends(session.Project(), blue, green)
	if err := errors.Join(placeErr, err, backendErr); err != nil {
		return nil, err
	}
	var (
		members []traffic.Member
		errs    []error
	)
	for _, n := range maps {
		pairs, err := pairsOf(backends, n)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		m := k.member(session, n, places, pairs)
		m.listed = len(r.PathMatchers) > 0
		members = append(members, traffic.Member{Name: m.name, Kind: Name, Moves: textOf(pairs), Router: m})
	}
	return members, errors.Join(errs...)
}

func (k *kind) member(session *gcpcloud.Session, n named, places []place, pairs []pair) *member {
	m := &member{
		name: n.ID.String() + placesText(places), places: places, pairs: pairs, at: n.At,
		urls: k.urlMap(session, n.ID), services: make(map[link]*service, 2*len(pairs)),
	}
	for _, p := range pairs {
		for _, c := range traffic.Colors() {
			if !isBucket(p) {
				m.services[side(p, c)] = k.service(session, side(p, c))
			}
		}
	}
	return m
}

// urlMap returns the one that all members of a URL map share.
func (k *kind) urlMap(session *gcpcloud.Session, l link) *urlMap {
	k.mu.Lock()
	defer k.mu.Unlock()
	u := k.urlMaps[l]
	if u == nil {
		u = &urlMap{session: session, link: l, all: k.collection(session, l)}
		k.urlMaps[l] = u
	}
	return u
}

// service returns the one that all members with a backend service share.
func (k *kind) service(session *gcpcloud.Session, l link) *service {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.services[l]
	if s == nil {
		s = &service{session: session, link: l, all: k.collection(session, l)}
		k.services[l] = s
	}
	return s
}

// collection returns that of a resource, which is then one of those that it may
// be asked for. The caller holds k.mu.
func (k *kind) collection(session *gcpcloud.Session, l link) *collection {
	c := k.collections[l.parent()]
	if c == nil {
		c = newCollection(session, l.parent())
		k.collections[l.parent()] = c
	}
	c.known.Add(1)
	return c
}
