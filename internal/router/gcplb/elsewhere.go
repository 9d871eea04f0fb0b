package gcplb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// elsewhere warns of other routes of a URL map that still go to what is to be
// left. A map in which other routes go to either color gives each a host or a
// path of its own, and means it.
func (m *member) elsewhere(root object, d splits, to traffic.Color) string {
	var left []string
	for _, p := range placesOf(root) {
		if d.has(root, p) {
			continue
		}
		s, err := splitAt(root, p, m.pairs)
		if err != nil {
			continue // it goes to none of ours
		}
		has := s.parts()
		if has[to] > 0 {
			return ""
		}
		if has[to.Other()] > 0 {
			left = append(left, p.words())
		}
	}
	if len(left) == 0 {
		return ""
	}
	const shown = 5
	more := ""
	if len(left) > shown {
		left, more = left[:shown], fmt.Sprintf(" and %d more", len(left)-shown)
	}
	return fmt.Sprintf("Other routes of %s go on sending traffic to %s: %s%s. Move them too, by path_matchers, default_route or a switch of their own.",
		m.urls.link, to.Other(), strings.Join(left, ", "), more)
}

// unserved warns of places at which other services have all traffic, since what
// the two environments get there is taken from those.
func (d splits) unserved() string {
	var all []string
	for _, s := range d {
		if s.plain == "" && s.othersSum > 0 && s.parts().sum() == 0 {
			all = append(all, fmt.Sprintf("Neither environment has any weight at %s now, and %s with the weight %d has all of it; "+
				"the two environments get the weight %d together beside that.", s.at.words(), strings.Join(s.others, " and "), s.othersSum, s.sum()))
		}
	}
	return sentences(all...)
}

// has tells whether a place is one of the splits' own, whatever path names it.
func (d splits) has(root object, p place) bool {
	return slices.ContainsFunc(d, func(s split) bool {
		return slices.ContainsFunc(s.at.names(root), func(name place) bool { return name.String() == p.String() })
	})
}

// placesOf are all places of a URL map, each path rule by its first path.
func placesOf(root object) []place {
	all := []place{{}}
	for _, matcher := range objects(root["pathMatchers"]) {
		name, _ := matcher["name"].(string)
		all = append(all, place{matcher: name})
		for _, rule := range objects(matcher["routeRules"]) {
			priority := integer(rule["priority"])
			all = append(all, place{matcher: name, route: &priority})
		}
		for _, rule := range objects(matcher["pathRules"]) {
			if paths, _ := rule["paths"].([]any); len(paths) > 0 {
				first, _ := paths[0].(string)
				all = append(all, place{matcher: name, path: first})
			}
		}
	}
	return all
}

func objects(list any) (all []object) {
	items, _ := list.([]any)
	for _, item := range items {
		if o, ok := item.(object); ok {
			all = append(all, o)
		}
	}
	return all
}
