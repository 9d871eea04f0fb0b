package gcplb

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

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
	body["kind"] = kindOf(at.collection)
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

// kindOf is how the API calls what is in a collection: compute#urlMap.
func kindOf(collection string) string { return "compute#" + strings.TrimSuffix(collection, "s") }

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
