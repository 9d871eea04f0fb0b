package gcplb

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const weightedServices = "weightedBackendServices"

// routeFields are how the fields of a route are called: a default one's or a rule's.
func routeFields(byDefault bool) (service, action, redirect string) {
	if byDefault {
		return "defaultService", "defaultRouteAction", "defaultUrlRedirect"
	}
	return "service", "routeAction", "urlRedirect"
}

func routeAction(o object, action string) object { a, _ := o[action].(object); return a }

// each visits every object of a URL map that has a route, with its place: "", "#matcher",
// "#matcher#priority" or "#matcher#path".
func each(body object, visit func(place string, o object, byDefault bool)) {
	visit("", body, true)
	for _, m := range objects(body["pathMatchers"]) {
		place := "#" + text(m["name"])
		visit(place, m, true)
		for _, r := range objects(m["routeRules"]) {
			visit(place+"#"+strconv.Itoa(whole(r["priority"])), r, false)
		}
		for _, r := range objects(m["pathRules"]) {
			paths := list(r["paths"])
			if len(paths) > 0 {
				visit(place+"#"+text(paths[0]), r, false)
			}
		}
	}
}

// table is a URL map as the data plane obeys it.
type table struct {
	hosts    map[string]*matcher
	fallback *route
}

// matcher is a path matcher.
type matcher struct {
	rules    []rule // by priority
	paths    map[string]*route
	fallback *route
}

type rule struct {
	priority int
	matches  []object
	route    *route
}

// route is where a request goes.
type route struct {
	redirect object // nil for none
	mu       sync.Mutex
	entries  []entry
}

type entry struct {
	service         string
	weight, current int
}

// compile makes a table of a URL map.
func compile(body object) *table {
	t := &table{hosts: map[string]*matcher{}, fallback: newRoute(body, true)}
	matchers := map[string]*matcher{}
	for _, m := range objects(body["pathMatchers"]) {
		matchers[text(m["name"])] = newMatcher(m)
	}
	for _, h := range objects(body["hostRules"]) {
		for _, host := range list(h["hosts"]) {
			t.hosts[text(host)] = matchers[text(h["pathMatcher"])]
		}
	}
	return t
}

func newMatcher(o object) *matcher {
	m := &matcher{paths: map[string]*route{}, fallback: newRoute(o, true)}
	for _, r := range objects(o["routeRules"]) {
		m.rules = append(m.rules, rule{whole(r["priority"]), objects(r["matchRules"]), newRoute(r, false)})
	}
	slices.SortStableFunc(m.rules, func(a, b rule) int { return cmp.Compare(a.priority, b.priority) })
	for _, r := range objects(o["pathRules"]) {
		to := newRoute(r, false)
		for _, p := range list(r["paths"]) {
			m.paths[text(p)] = to
		}
	}
	return m
}

func newRoute(o object, byDefault bool) *route {
	service, action, redirect := routeFields(byDefault)
	r := &route{}
	r.redirect, _ = o[redirect].(object)
	r.entries = entriesOf(o, service, action)
	return r
}

func entriesOf(o object, service, action string) []entry {
	if s := text(o[service]); s != "" {
		return []entry{{service: canonical(s), weight: 1}}
	}
	var entries []entry
	for _, w := range objects(routeAction(o, action)[weightedServices]) {
		entries = append(entries, entry{service: canonical(text(w["backendService"])), weight: whole(w["weight"])})
	}
	return entries
}

// find returns the route of a request: by host, then by rules in order of priority or by the longest path.
func (t *table) find(r *http.Request) *route {
	m := t.matcher(r.Host)
	if m == nil {
		return t.fallback
	}
	for _, rule := range m.rules {
		if rule.holds(r) {
			return rule.route
		}
	}
	if to := m.byPath(r.URL.Path); to != nil {
		return to
	}
	return m.fallback
}

func (t *table) matcher(host string) *matcher {
	host, _, _ = strings.Cut(host, ":")
	if m, ok := t.hosts[host]; ok {
		return m
	}
	for rest := host; rest != ""; {
		_, after, ok := strings.Cut(rest, ".")
		if !ok {
			break
		}
		if m, ok := t.hosts["*."+after]; ok {
			return m
		}
		rest = after
	}
	return t.hosts["*"]
}

// byPath finds the path rule with the longest path; a path ends in /* or is exact.
func (m *matcher) byPath(path string) *route {
	if to := m.paths[path]; to != nil {
		return to
	}
	for prefix := path; prefix != ""; prefix = prefix[:strings.LastIndex(prefix, "/")] {
		if to := m.paths[prefix+"/*"]; to != nil {
			return to
		}
		if !strings.Contains(prefix, "/") {
			break
		}
	}
	return m.paths["/*"]
}

// holds tells whether any of a rule's matches does; a rule without them takes all.
func (r rule) holds(req *http.Request) bool {
	return len(r.matches) == 0 || slices.ContainsFunc(r.matches, func(m object) bool { return matches(m, req) })
}

func matches(m object, req *http.Request) bool {
	if prefix := text(m["prefixMatch"]); prefix != "" && !strings.HasPrefix(req.URL.Path, prefix) {
		return false
	}
	if full := text(m["fullPathMatch"]); full != "" && req.URL.Path != full {
		return false
	}
	for _, h := range objects(m["headerMatches"]) {
		if !fits(h, req.Header.Values(text(h["headerName"]))) {
			return false
		}
	}
	for _, q := range objects(m["queryParameterMatches"]) {
		if !fits(q, req.URL.Query()[text(q["name"])]) {
			return false
		}
	}
	return true
}

// fits tells whether a header or a parameter is as a match wants it.
func fits(m object, values []string) bool {
	ok := len(values) > 0
	if exact := text(m["exactMatch"]); exact != "" {
		ok = ok && values[0] == exact
	}
	if m["invertMatch"] == true {
		return !ok
	}
	return ok
}

// pick deals out services by their weights, evenly. Empty when there is none.
func (r *route) pick() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	total, best := 0, -1
	for i := range r.entries {
		e := &r.entries[i]
		if e.weight == 0 {
			continue
		}
		total += e.weight
		e.current += e.weight
		if best < 0 || e.current > r.entries[best].current {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	r.entries[best].current -= total
	return r.entries[best].service
}

// names are the services that a route can go to.
func (r *route) names() []string {
	var found []string
	for _, e := range r.entries {
		if e.weight > 0 {
			found = append(found, e.service)
		}
	}
	return found
}
