package gcplb

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// resource is something that has a path. Guarded by Lab.mu.
type resource struct {
	at   address
	body object
	// pending is the operation at work on it.
	pending *operation
	plane   *plane // of a URL map
	order   int
}

// serve carries out a call on a resource. The caller holds l.mu.
func (l *Lab) serve(req *request) (any, *APIError) {
	if req.at.collection == operations && req.at.name != "" {
		return l.serveOperation(req)
	}
	switch req.at.doing(req.http.Method) {
	case "list":
		return l.list(req)
	case "get":
		return l.show(req.at)
	case "validate":
		return l.serveValidate(req)
	case "getHealth":
		return l.serveHealth(req)
	case "listNetworkEndpoints":
		return l.listEndpoints(req.at)
	case "insert", "update", "patch", "delete", "attachNetworkEndpoints", "detachNetworkEndpoints":
		return l.write(req)
	default:
		return nil, notFound(req.call.Resource)
	}
}

func (l *Lab) show(at address) (any, *APIError) {
	r := l.resources[at.path()]
	if r == nil {
		return nil, notFound(at.path())
	}
	return clone(r.body), nil
}

// members are the resources of a collection, in the order of their making.
func (l *Lab) members(parent string) []*resource {
	var found []*resource
	for _, r := range l.resources {
		if r.at.parent() == parent {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *resource) int { return cmp.Compare(a.order, b.order) })
	return found
}

const maxPage = 500

func (l *Lab) list(req *request) (any, *APIError) {
	size, err := strconv.Atoi(orDefault(req.call.Query.Get("maxResults"), strconv.Itoa(maxPage)))
	if err != nil || size < 1 || size > maxPage {
		return nil, invalid("Invalid value for field 'maxResults': must be in the range [1, 500]")
	}
	if req.call.Query.Has("filter") {
		return nil, invalid("Invalid value for field 'filter': this lab has no filters")
	}
	start, err := strconv.Atoi(orDefault(req.call.Query.Get("pageToken"), "0"))
	all := l.shown(req.at)
	if err != nil || start < 0 || start > len(all) {
		return nil, invalid("Invalid value for field 'pageToken'")
	}
	page := object{"kind": kindOf(req.at.collection) + "List", "id": req.at.parent(), "selfLink": l.link(req.at.parent())}
	end := min(start+size, len(all))
	if end > start {
		page["items"] = all[start:end]
	}
	if end < len(all) {
		page["nextPageToken"] = strconv.Itoa(end)
	}
	return page, nil
}

// shown are all of a collection as the API answers them.
func (l *Lab) shown(at address) (all []any) {
	if at.collection == operations {
		return l.showOperations(at.parent())
	}
	for _, r := range l.members(at.parent()) {
		all = append(all, clone(r.body))
	}
	return all
}

// write checks a write and makes an operation of it. A write whose requestId has been seen is not made
// again.
func (l *Lab) write(req *request) (any, *APIError) {
	id := req.call.Query.Get("requestId")
	if id != "" {
		if op := l.requests[id]; op != nil {
			return op.show(l), nil
		}
	}
	change, failed := l.prepare(req)
	if failed != nil {
		return nil, failed
	}
	op := l.begin(req, change)
	if id != "" {
		l.requests[id] = op
	}
	return op.show(l), nil
}

// change is what a write does when its operation ends. The caller holds l.mu.
type change struct {
	target address
	apply  func(call int)
}

func (l *Lab) prepare(req *request) (change, *APIError) {
	body := object{}
	if req.http.Method != http.MethodDelete {
		var failed *APIError
		if body, failed = parse(req.body); failed != nil {
			return change{}, failed
		}
	}
	at, doing := req.at, req.at.doing(req.http.Method)
	if doing == "insert" {
		at.name, _ = body["name"].(string)
		return l.prepareInsert(at, body)
	}
	r := l.resources[at.path()]
	if r == nil {
		return change{}, notFound(at.path())
	}
	if r.pending != nil {
		return change{}, notReady(at.path())
	}
	switch doing {
	case "delete":
		return l.prepareDelete(r)
	case "attachNetworkEndpoints", "detachNetworkEndpoints":
		return l.prepareEndpoints(r, body, doing == "attachNetworkEndpoints")
	case "patch":
		given := body
		body = merge(clone(r.body), body)
		body["fingerprint"] = given["fingerprint"]
	}
	return l.prepareUpdate(r, body)
}

func (l *Lab) prepareInsert(at address, body object) (change, *APIError) {
	if at.name == "" {
		return change{}, invalid("Invalid value for field 'resource.name': must be specified")
	}
	if l.resources[at.path()] != nil {
		return change{}, alreadyExists(at.path())
	}
	if failed := l.checkQuota(at); failed != nil {
		return change{}, failed
	}
	if problems := l.check(at, body); len(problems) > 0 {
		return change{}, invalid(problems...)
	}
	return change{at, func(call int) { l.put(at, body, call) }}, nil
}

func (l *Lab) checkQuota(at address) *APIError {
	limit := 0
	switch at.collection {
	case urlMaps:
		limit = l.opts.Limits.URLMaps
	case backendServices:
		limit = l.opts.Limits.BackendServices
	}
	if limit == 0 || len(l.members(at.parent())) < limit {
		return nil
	}
	return &APIError{
		Status: http.StatusForbidden, Reason: "quotaExceeded", Domain: "usageLimits",
		Message: fmt.Sprintf("Quota '%s' exceeded. Limit: %d.0 globally.", strings.ToUpper(at.collection), limit),
	}
}

func (l *Lab) prepareUpdate(r *resource, body object) (change, *APIError) {
	// A URL map asks for one; what else has one looks at it when it is there.
	if given := body["fingerprint"]; given != r.body["fingerprint"] && (given != nil || r.at.collection == urlMaps) {
		return change{}, conditionNotMet()
	}
	if problems := l.check(r.at, body); len(problems) > 0 {
		return change{}, invalid(problems...)
	}
	return change{r.at, func(call int) { l.put(r.at, body, call) }}, nil
}

func (l *Lab) prepareDelete(r *resource) (change, *APIError) {
	for _, other := range l.resources {
		if other.at.collection == urlMaps && slices.Contains(servicesOf(other.body), r.at.path()) {
			return change{}, inUse(r.at.path(), other.at.path())
		}
	}
	return change{r.at, func(call int) { l.remove(r, call) }}, nil
}
