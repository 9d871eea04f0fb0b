package gcplb

import (
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Insert makes a resource at once, without an API call: path is projects/p/SCOPE/COLLECTION/NAME, body
// anything that becomes a JSON object.
func (l *Lab) Insert(path string, body any) error {
	at, ok := parseAddress(path)
	if !ok || at.name == "" {
		return fmt.Errorf("gcplb: insert: no such path: %s", path)
	}
	o, err := toObject(body)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c, failed := l.prepareInsert(at, o)
	if failed != nil {
		return failed
	}
	c.apply(0)
	return nil
}

// Edit changes a resource at once, without an API call, as somebody else would: its fingerprint changes.
func (l *Lab) Edit(path string, edit func(body map[string]any)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.resources[path]
	if r == nil {
		return notFound(path)
	}
	edited := clone(r.body)
	edit(edited)
	next, err := toObject(edited)
	if err != nil {
		return err
	}
	c, failed := l.prepareUpdate(r, next)
	if failed != nil {
		return failed
	}
	c.apply(0)
	return nil
}

// Get returns a resource as the API would show it, nil when there is none.
func (l *Lab) Get(path string) map[string]any {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.resources[path]
	if r == nil {
		return nil
	}
	return clone(r.body)
}

// Delete removes a resource at once, in use or not.
func (l *Lab) Delete(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.resources[path]; r != nil {
		l.remove(r, 0)
	}
}

// Attach puts endpoints, as ports on 127.0.0.1, into a network endpoint group in place of those it has.
func (l *Lab) Attach(group string, ports ...int) error {
	return l.Edit(group, func(body map[string]any) {
		endpoints := []any{}
		for _, port := range ports {
			endpoints = append(endpoints, map[string]any{"ipAddress": "127.0.0.1", "port": port})
		}
		body[fieldEndpoints] = endpoints
	})
}

// Store has what listens on a port of 127.0.0.1 answer for a bucket of Cloud Storage.
func (l *Lab) Store(bucket string, port int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buckets[bucket] = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	l.refresh()
}

// Serving is the address of a URL map's data plane, empty when there is no such map.
func (l *Lab) Serving(urlMap string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.resources[urlMap]; r != nil && r.plane != nil {
		return r.plane.url
	}
	return ""
}

// Weights are what a place of a URL map sends its traffic to now, with health.
func (l *Lab) Weights(urlMap, place string) []ServiceWeight {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.resources[urlMap]
	if r == nil {
		return nil
	}
	return l.withHealth(placesOf(r.body)[place])
}

// WaitHealth returns when a backend service that a URL map names has as many healthy endpoints as asked for,
// or false when that is not so within a minute.
func (l *Lab) WaitHealth(service string, healthy int) bool {
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	ticker := time.NewTicker(l.opts.HealthInterval / 2)
	defer ticker.Stop()
	for {
		l.mu.Lock()
		now, _ := l.count(service)
		l.mu.Unlock()
		if now == healthy {
			return true
		}
		select {
		case <-ticker.C:
		case <-deadline.C:
			return false
		case <-l.ctx.Done():
			return false
		}
	}
}

func toObject(body any) (object, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("gcplb: %w", err)
	}
	o, failed := parse(raw)
	if failed != nil {
		return nil, failed
	}
	return o, nil
}
