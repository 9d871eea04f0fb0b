package gcplb

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const (
	maxWeight     = 1000
	schemeClassic = "EXTERNAL"
)

// check tells what is wrong with a resource. The caller holds l.mu.
func (l *Lab) check(at address, body object) []string {
	switch at.collection {
	case urlMaps:
		problems := l.checkMap(at, body)
		for _, failure := range l.test(body) {
			problems = append(problems, fmt.Sprintf("Test failed: host %v path %v expected %v, actual %v",
				failure["host"], failure["path"], failure["expectedService"], failure["actualService"]))
		}
		return problems
	case backendServices:
		return l.checkService(body)
	default:
		return nil
	}
}

func (l *Lab) checkService(body object) []string {
	var problems []string
	for i, b := range objects(body["backends"]) {
		if l.resources[canonical(text(b["group"]))] == nil {
			problems = append(problems, fmt.Sprintf("Invalid value for field 'resource.backends[%d].group': '%v'. "+
				"The referenced network endpoint group resource cannot be found.", i, b["group"]))
		}
	}
	if checked(body) && l.serverless(body) {
		problems = append(problems, "Invalid value for field 'resource.healthChecks': ''. "+
			"A backend service cannot have a healthcheck with Serverless network endpoint group backends.")
	}
	return problems
}

// serverless tells whether a backend service has a group of Cloud Run and the like.
func (l *Lab) serverless(service object) bool {
	return slices.ContainsFunc(objects(service["backends"]), func(b object) bool {
		group := l.resources[canonical(text(b["group"]))]
		return group != nil && group.body["networkEndpointType"] == "SERVERLESS"
	})
}

// checkMap tells what keeps a URL map from being loaded.
func (l *Lab) checkMap(at address, body object) []string {
	c := &mapCheck{lab: l, at: at, schemes: map[string]bool{}}
	c.route("resource", body, true)
	names := map[string]bool{}
	for i, m := range objects(body["pathMatchers"]) {
		name := fmt.Sprintf("resource.pathMatchers[%d]", i)
		names[text(m["name"])] = true
		c.route(name, m, true)
		for j, r := range objects(m["pathRules"]) {
			c.route(fmt.Sprintf("%s.pathRules[%d]", name, j), r, false)
		}
		priorities := map[int]bool{}
		for j, r := range objects(m["routeRules"]) {
			c.route(fmt.Sprintf("%s.routeRules[%d]", name, j), r, false)
			if priority := whole(r["priority"]); priorities[priority] {
				c.problem("Invalid value for field '%s.routeRules[%d].priority': '%d'. Priorities must be unique.", name, j, priority)
			}
			priorities[whole(r["priority"])] = true
		}
		if m["pathRules"] != nil && m["routeRules"] != nil {
			c.problem("Invalid value for field '%s': pathRules and routeRules must not both be specified.", name)
		}
	}
	for i, h := range objects(body["hostRules"]) {
		if !names[text(h["pathMatcher"])] {
			c.problem("Invalid value for field 'resource.hostRules[%d].pathMatcher': '%v'. Path matcher not found.", i, h["pathMatcher"])
		}
	}
	c.checkSchemes()
	return c.problems
}

// mapCheck collects what is wrong with one URL map.
type mapCheck struct {
	lab      *Lab
	at       address
	schemes  map[string]bool
	weighted bool
	problems []string
}

func (c *mapCheck) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// route checks the object that has a route, a default one or a rule's.
func (c *mapCheck) route(name string, o object, byDefault bool) {
	service, action, redirect := routeFields(byDefault)
	weights := list(routeAction(o, action)[weightedServices])
	ways := 0
	for _, has := range []bool{o[service] != nil, o[redirect] != nil, len(weights) > 0} {
		if has {
			ways++
		}
	}
	if ways != 1 {
		c.problem("Invalid value for field '%s': exactly one of %s, %s and %s.%s must be specified.", name, service, redirect, action, weightedServices)
	}
	if s := text(o[service]); s != "" {
		c.service(name+"."+service, s)
	}
	for i, w := range objects(routeAction(o, action)[weightedServices]) {
		c.weighted = true
		field := fmt.Sprintf("%s.%s.%s[%d]", name, action, weightedServices, i)
		c.service(field+".backendService", text(w["backendService"]))
		if at, _ := parseAddress(text(w["backendService"])); at.collection == backendBuckets {
			c.problem("Invalid value for field '%s.backendService': '%v'. Must be a backend service.", field, w["backendService"])
		}
		if weight := whole(w["weight"]); weight < 0 || weight > maxWeight {
			c.problem("Invalid value for field '%s.weight': '%d'. Must be in the range [0, %d].", field, weight, maxWeight)
		}
	}
}

func (c *mapCheck) service(field, link string) {
	at, ok := parseAddress(link)
	found := c.lab.resources[at.path()]
	switch {
	case !ok || found == nil:
		c.problem("Invalid value for field '%s': '%s'. The referenced resource cannot be found.", field, link)
	case at.scope != c.at.scope:
		c.problem("Invalid value for field '%s': '%s'. The resource is not in the scope %s.", field, link, c.at.scope)
	case at.collection == backendServices:
		c.schemes[orDefault(text(found.body["loadBalancingScheme"]), schemeClassic)] = true
	}
}

func (c *mapCheck) checkSchemes() {
	if len(c.schemes) > 1 {
		c.problem("Backend services with different load balancing schemes cannot be used in one URL map.")
	}
	if c.weighted && c.schemes[schemeClassic] {
		c.problem("Invalid value for field 'resource': %s are not supported with the load balancing scheme %s.", weightedServices, schemeClassic)
	}
}

// servicesOf are the paths of all that a URL map's routes name.
func servicesOf(body object) []string {
	var found []string
	each(body, func(_ string, o object, byDefault bool) {
		service, action, _ := routeFields(byDefault)
		if s := text(o[service]); s != "" {
			found = append(found, canonical(s))
		}
		for _, w := range objects(routeAction(o, action)[weightedServices]) {
			found = append(found, canonical(text(w["backendService"])))
		}
	})
	slices.Sort(found)
	return slices.Compact(found)
}

// test runs a URL map's own tests, and returns those that fail as the API shows them.
func (l *Lab) test(body object) []object {
	var failures []object
	table := compile(body)
	for _, t := range objects(body["tests"]) {
		expected := canonical(text(t["service"]))
		if expected == "" {
			continue
		}
		r, err := http.NewRequestWithContext(l.ctx, http.MethodGet, "http://"+text(t["host"])+text(t["path"]), http.NoBody)
		if err != nil {
			continue
		}
		actual := table.find(r).names()
		if !slices.Contains(actual, expected) {
			failures = append(failures, object{
				"host": t["host"], "path": t["path"], "expectedService": expected, "actualService": strings.Join(actual, ","),
			})
		}
	}
	return failures
}

// serveValidate answers urlMaps.validate. The caller holds l.mu.
func (l *Lab) serveValidate(req *request) (any, *APIError) {
	if l.resources[req.at.path()] == nil {
		return nil, notFound(req.at.path())
	}
	body, failed := parse(req.body)
	if failed != nil {
		return nil, failed
	}
	given, _ := body["resource"].(object)
	if given == nil {
		return nil, invalid("Invalid value for field 'resource': must be specified")
	}
	problems := l.checkMap(req.at, given)
	result := object{"loadSucceeded": len(problems) == 0}
	if len(problems) > 0 {
		result["loadErrors"] = problems
		return object{"result": result}, nil
	}
	failures := l.test(given)
	result["testPassed"] = len(failures) == 0
	if len(failures) > 0 {
		result["testFailures"] = failures
	}
	return object{"result": result}, nil
}
