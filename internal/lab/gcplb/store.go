package gcplb

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
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
	if req.at.collection == operations {
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
	all := l.members(req.at.parent())
	if err != nil || start < 0 || start > len(all) {
		return nil, invalid("Invalid value for field 'pageToken'")
	}
	page := object{"kind": "compute#" + req.at.collection + "List", "id": req.at.parent(), "selfLink": l.link(req.at.parent())}
	end := min(start+size, len(all))
	var items []any
	for _, r := range all[start:end] {
		items = append(items, clone(r.body))
	}
	if items != nil {
		page["items"] = items
	}
	if end < len(all) {
		page["nextPageToken"] = strconv.Itoa(end)
	}
	return page, nil
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
	if r.at.collection == urlMaps && body["fingerprint"] != r.body["fingerprint"] {
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

// put stores a resource with the fields that Google sets, and has the data plane obey it.
func (l *Lab) put(at address, body object, call int) {
	r, old := l.resources[at.path()], object(nil)
	if r == nil {
		l.ids++
		r = &resource{at: at, order: l.ids}
		l.resources[at.path()] = r
		body["creationTimestamp"] = time.Now().Format(time.RFC3339)
		body["id"] = strconv.Itoa(1000000 + l.ids)
	} else {
		old = r.body
		body["creationTimestamp"], body["id"] = old["creationTimestamp"], old["id"]
	}
	body["kind"] = "compute#" + strings.TrimSuffix(at.collection, "s")
	body["name"], body["selfLink"] = at.name, l.link(at.path())
	body["fingerprint"] = fingerprint()
	if region, ok := strings.CutPrefix(at.scope, "regions/"); ok {
		body["region"] = l.link("projects/" + at.project + "/regions/" + region)
	}
	r.body = body
	if at.collection == urlMaps {
		l.publish(r, old, call)
	}
	l.refresh()
}

func (l *Lab) remove(r *resource, call int) {
	delete(l.resources, r.at.path())
	if r.plane != nil {
		l.wg.Go(func() { r.plane.shutdown(l.ctx) })
		l.note(call, r.at, r.body, nil)
	}
	l.refresh()
}

func fingerprint() string {
	var b [8]byte
	// crypto/rand.Read never fails.
	_, _ = rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

func (l *Lab) link(path string) string { return "https://www.googleapis.com/compute/v1/" + path }

// merge is a JSON merge patch: objects are merged, null removes, all else replaces.
func merge(into, patch object) object {
	for key, value := range patch {
		nested, isObject := value.(object)
		old, wasObject := into[key].(object)
		switch {
		case value == nil:
			delete(into, key)
		case isObject && wasObject:
			into[key] = merge(old, nested)
		default:
			into[key] = value
		}
	}
	return into
}

// text, list, objects and whole read a field of a JSON object that may be missing.
func text(v any) string { s, _ := v.(string); return s }

func list(v any) []any { l, _ := v.([]any); return l }

func objects(v any) []object {
	var found []object
	for _, item := range list(v) {
		if o, ok := item.(object); ok {
			found = append(found, o)
		}
	}
	return found
}

func whole(v any) int {
	n, ok := v.(json.Number)
	if !ok {
		return 0
	}
	i, err := strconv.Atoi(n.String())
	if err != nil {
		return 0
	}
	return i
}
