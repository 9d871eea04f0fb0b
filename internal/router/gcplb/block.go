package gcplb

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "gcplb"

// routerBlock is the block of a switch.
type routerBlock struct {
	URLMaps      []string `tfsdk:"url_maps"`
	PathMatcher  *string  `tfsdk:"path_matcher"`
	PathMatchers []string `tfsdk:"path_matchers"`
	DefaultRoute *bool    `tfsdk:"default_route"`
	RouteRule    *int64   `tfsdk:"route_rule"`
	PathRule     *string  `tfsdk:"path_rule"`
}

// backendBlock is the block of an environment.
type backendBlock struct {
	BackendServices []string `tfsdk:"backend_services"`
	BackendBuckets  []string `tfsdk:"backend_buckets"`
}

// places are where the block says that traffic is divided, at least one.
func (r routerBlock) places() ([]place, error) {
	var all []place
	if value(r.DefaultRoute) {
		all = append(all, place{})
	}
	for _, name := range r.PathMatchers {
		all = append(all, place{matcher: name})
	}
	if r.PathMatcher != nil {
		all = append(all, place{matcher: *r.PathMatcher, route: r.RouteRule, path: value(r.PathRule)})
	}
	if len(all) == 0 && r.DefaultRoute == nil {
		all = []place{{}}
	}
	return all, r.check()
}

// check refuses what does not say one thing.
func (r routerBlock) check() error {
	rule := r.RouteRule != nil || r.PathRule != nil
	switch {
	case r.PathMatcher != nil && len(r.PathMatchers) > 0:
		return notPlaces(attrMatchers, "path_matcher and path_matchers are both set: keep one")
	case rule && r.PathMatcher == nil:
		return notPlaces(attrMatcher, "route_rule and path_rule are rules of a path matcher: set path_matcher too")
	case r.RouteRule != nil && r.PathRule != nil:
		return notPlaces(attrPath, "a path matcher has route rules or path rules: keep one of route_rule and path_rule")
	case r.DefaultRoute != nil && !*r.DefaultRoute && r.PathMatcher == nil && len(r.PathMatchers) == 0:
		return notPlaces(attrDefault, "without the default route no place is left: set path_matchers, or take default_route out")
	default:
		return nil
	}
}

func notPlaces(attribute, text string) error {
	return &router.AttributeError{In: router.InRouter, Path: path.Root(attribute), Summary: summaryPlace, Err: pkg.New("" + text)}
}

// setPlaces is the reverse of places.
func (r *routerBlock) setPlaces(all []place) {
	yes := true
	if len(all) > 1 && all[0].matcher == "" {
		r.DefaultRoute, all = &yes, all[1:]
	}
	for _, p := range all {
		if len(all) > 1 {
			r.PathMatchers = append(r.PathMatchers, p.matcher)
			continue
		}
		if p.matcher != "" {
			r.PathMatcher = &p.matcher
		}
		if p.path != "" {
			r.PathRule = &p.path
		}
		r.RouteRule = p.route
	}
}

// parseImport makes the block of a switch of URL maps separated by commas, all
// with the same places: ID, ID#MATCHER, ID#MATCHER#PRIORITY, ID#MATCHER#PATH, or
// ID#+MATCHER+MATCHER, where the first + stands for the default route.
func parseImport(id string) (routerBlock, bool) {
	var (
		r     routerBlock
		first string
	)
	for i, text := range strings.Split(id, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(text), "#")
		rest := strings.TrimPrefix(strings.TrimSpace(text), name)
		all, ok := parsePlaces(rest)
		if _, err := parseLink(name, urlMaps, ""); err != nil || !ok || (i > 0 && rest != first) {
			return routerBlock{}, false
		}
		if i == 0 {
			first = rest
			r.setPlaces(all)
		}
		r.URLMaps = append(r.URLMaps, name)
	}
	return r, true
}

// value is what a pointer points to, and the zero value for none.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
