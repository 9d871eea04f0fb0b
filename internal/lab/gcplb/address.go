package gcplb

import (
	"net/http"
	"slices"
	"strings"
)

const apiPrefix = "/compute/v1/"

// address is what a request's path means: a collection, a resource in it, and what to do with it.
type address struct {
	project, scope string // scope: "global", "regions/r", "zones/z"
	collection     string
	name           string // empty for the collection itself
	verb           string // validate, getHealth, wait …; empty for the resource itself
}

// The collections that a lab has.
const (
	urlMaps         = "urlMaps"
	backendServices = "backendServices"
	backendBuckets  = "backendBuckets"
	healthChecks    = "healthChecks"
	endpointGroups  = "networkEndpointGroups"
	operations      = "operations"
)

var collections = []string{urlMaps, backendServices, backendBuckets, healthChecks, endpointGroups, operations}

// parseAddress reads a path below compute/v1, or a link that has one in it.
func parseAddress(path string) (address, bool) {
	at := strings.Index(path, "projects/")
	if at < 0 {
		return address{}, false
	}
	parts := strings.Split(strings.Trim(path[at:], "/"), "/")
	if len(parts) < 4 {
		return address{}, false
	}
	a := address{project: parts[1], scope: parts[2]}
	rest := parts[3:]
	if a.scope == "regions" || a.scope == "zones" {
		a.scope += "/" + parts[3]
		rest = parts[4:]
	} else if a.scope != "global" {
		return address{}, false
	}
	if len(rest) == 0 || len(rest) > 3 || !slices.Contains(collections, rest[0]) {
		return address{}, false
	}
	rest = append(rest, "", "")
	a.collection, a.name, a.verb = rest[0], rest[1], rest[2]
	return a, true
}

// parent is the path of the collection.
func (a address) parent() string { return "projects/" + a.project + "/" + a.scope + "/" + a.collection }

// path is the path of the resource.
func (a address) path() string { return a.parent() + "/" + a.name }

// action is the method's name in Google's API: urlMaps.get, regionUrlMaps.update, globalOperations.wait.
func (a address) action(method string) string {
	return a.family() + "." + a.doing(method)
}

func (a address) family() string {
	region := strings.HasPrefix(a.scope, "regions/")
	switch {
	case a.collection == operations && region:
		return "regionOperations"
	case a.collection == operations && a.scope == "global":
		return "globalOperations"
	case a.collection == operations:
		return "zoneOperations"
	case region:
		return "region" + strings.ToUpper(a.collection[:1]) + a.collection[1:]
	default:
		return a.collection
	}
}

func (a address) doing(method string) string {
	switch {
	case a.verb != "":
		return a.verb
	case method == http.MethodGet && a.name == "":
		return "list"
	case method == http.MethodGet:
		return "get"
	case method == http.MethodPost:
		return "insert"
	case method == http.MethodPut:
		return "update"
	default:
		return strings.ToLower(method) // patch, delete
	}
}

// canonical is a link as a path below compute/v1; as it is when it is none.
func canonical(link string) string {
	if a, ok := parseAddress(link); ok {
		return a.path()
	}
	return link
}
