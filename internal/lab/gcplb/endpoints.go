package gcplb

import "slices"

// fieldEndpoints is where a group keeps its endpoints. The API shows them by listNetworkEndpoints alone.
const fieldEndpoints = "labEndpoints"

// endpoints are those of a network endpoint group. The caller holds l.mu.
func (l *Lab) endpoints(group string) []object {
	r := l.resources[canonical(group)]
	if r == nil {
		return nil
	}
	return objects(r.body[fieldEndpoints])
}

func (l *Lab) listEndpoints(at address) (any, *APIError) {
	if l.resources[at.path()] == nil {
		return nil, notFound(at.path())
	}
	var items []any
	for _, e := range l.endpoints(at.path()) {
		items = append(items, object{"networkEndpoint": clone(e)})
	}
	return object{"kind": "compute#networkEndpointGroupsListNetworkEndpoints", "items": items}, nil
}

// prepareEndpoints attaches or detaches what a call names.
func (l *Lab) prepareEndpoints(r *resource, body object, attach bool) (change, *APIError) {
	given := objects(body["networkEndpoints"])
	for _, e := range given {
		if text(e["ipAddress"]) != "127.0.0.1" {
			return change{}, invalid("Invalid value for field 'networkEndpoints.ipAddress': this lab has endpoints on 127.0.0.1 only")
		}
	}
	return change{r.at, func(call int) {
		next := clone(r.body)
		kept := list(next[fieldEndpoints])
		for _, e := range given {
			kept = slices.DeleteFunc(kept, func(old any) bool {
				o, ok := old.(object)
				return ok && endpointAddress(o) == endpointAddress(e)
			})
			if attach {
				kept = append(kept, e)
			}
		}
		next[fieldEndpoints] = kept
		l.put(r.at, next, call)
	}}, nil
}
