package gcplb

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// place is where in a URL map traffic is divided: the map's default route, the
// default route of a path matcher, or one of its rules.
type place struct {
	matcher string // empty for the map's default route
	route   *int64 // priority of a route rule
	path    string // one of the paths of a path rule
}

// String returns the place as part of a member's name; empty for the map's
// default route.
func (p place) String() string {
	text := ""
	if p.matcher != "" {
		text = "#" + p.matcher
	}
	if p.route != nil {
		text += "#" + strconv.FormatInt(*p.route, 10)
	}
	if p.path != "" {
		text += "#" + p.path
	}
	return text
}

// placesText is the places of one switch as part of a member's name, and as an
// import's identifier has them: "" for the default route, "#api", "#api#10",
// "#+api+web" for the default route and two path matchers.
func placesText(all []place) string {
	if len(all) == 1 {
		return all[0].String()
	}
	names, rule := make([]string, len(all)), ""
	for i, p := range all {
		names[i] = p.matcher
		rule += strings.TrimPrefix(p.String(), "#"+p.matcher)
	}
	return "#" + strings.Join(names, "+") + rule
}

// parsePlaces reads what placesText writes.
func parsePlaces(text string) ([]place, bool) {
	if text == "" {
		return []place{{}}, true
	}
	matchers, rule, hasRule := strings.Cut(strings.TrimPrefix(text, "#"), "#")
	var all []place
	for i, name := range strings.Split(matchers, "+") {
		if name == "" && (i > 0 || !strings.Contains(matchers, "+")) {
			return nil, false
		}
		all = append(all, place{matcher: name})
	}
	if !hasRule {
		return all, true
	}
	last := &all[len(all)-1]
	if strings.HasPrefix(rule, "/") {
		last.path = rule
	} else {
		priority, err := strconv.ParseInt(rule, 10, 64)
		if err != nil {
			return nil, false
		}
		last.route = &priority
	}
	return all, len(all) == 1 || len(all) == 2 && all[0].matcher == ""
}

// words are the place as a sentence has it.
func (p place) words() string {
	switch {
	case p.matcher == "":
		return "the default route"
	case p.route != nil:
		return fmt.Sprintf("route rule %d of path matcher %s", *p.route, p.matcher)
	case p.path != "":
		return fmt.Sprintf("path rule %s of path matcher %s", p.path, p.matcher)
	default:
		return "path matcher " + p.matcher
	}
}

// object is a JSON object as it came. Numbers keep their text.
type object = map[string]any

// spot is a place in one URL map: the object that has the route, and how its
// fields are called there.
type spot struct {
	node                      object
	service, action, redirect string
}

// Why a place cannot be used.
var (
	errNoMatcher = errors.New("there is no such path matcher")
	errNoRoute   = errors.New("the path matcher has no such route rule")
	errNoPath    = errors.New("the path matcher has no path rule with that path")
)

// find returns the place's spot in a URL map.
func (p place) find(root object) (spot, error) {
	if p.matcher == "" {
		return spot{root, "defaultService", "defaultRouteAction", "defaultUrlRedirect"}, nil
	}
	matcher, ok := first(root["pathMatchers"], func(m object) bool { return m["name"] == p.matcher })
	switch {
	case !ok:
		return spot{}, fmt.Errorf("%w: %q", errNoMatcher, p.matcher)
	case p.route != nil:
		rule, ok := first(matcher["routeRules"], func(r object) bool { return integer(r["priority"]) == *p.route })
		if !ok {
			return spot{}, fmt.Errorf("%w: no rule of %q has priority %d", errNoRoute, p.matcher, *p.route)
		}
		return ruleSpot(rule), nil
	case p.path != "":
		rule, ok := first(matcher["pathRules"], func(r object) bool { return contains(r["paths"], p.path) })
		if !ok {
			return spot{}, fmt.Errorf("%w: none of %q has %q", errNoPath, p.matcher, p.path)
		}
		return ruleSpot(rule), nil
	default:
		return spot{matcher, "defaultService", "defaultRouteAction", "defaultUrlRedirect"}, nil
	}
}

func ruleSpot(rule object) spot { return spot{rule, "service", "routeAction", "urlRedirect"} }

// first returns the first object of a list for which match holds.
func first(list any, match func(object) bool) (object, bool) {
	items, _ := list.([]any)
	for _, item := range items {
		if o, ok := item.(object); ok && match(o) {
			return o, true
		}
	}
	return nil, false
}

func contains(list any, text string) bool {
	items, _ := list.([]any)
	for _, item := range items {
		if item == text {
			return true
		}
	}
	return false
}

// integer reads a number of the API. Left out, it is zero.
func integer(v any) int64 {
	number, ok := v.(json.Number)
	if !ok {
		return 0
	}
	if i, err := number.Int64(); err == nil {
		return i
	}
	f, err := number.Float64()
	if err != nil {
		return 0
	}
	return int64(f)
}
