package gcplb

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// check is one endpoint of one backend service, and where its health is asked for.
type check struct {
	service, address, path string
}

func (c check) key() string { return c.service + " " + c.address }

// checkHealth looks at the endpoints of all backend services that URL maps name, until the lab ends.
func (l *Lab) checkHealth() {
	client := &http.Client{Transport: l.transport, Timeout: l.opts.HealthTimeout}
	ticker := time.NewTicker(l.opts.HealthInterval)
	defer ticker.Stop()
	for {
		select {
		case <-l.ctx.Done():
			return
		case <-ticker.C:
			l.checkOnce(client)
		}
	}
}

func (l *Lab) checkOnce(client *http.Client) {
	l.mu.Lock()
	checks := l.checks()
	l.mu.Unlock()
	results := make([]bool, len(checks))
	var wg sync.WaitGroup
	for i, c := range checks {
		wg.Go(func() { results[i] = ask(l.ctx, client, c) })
	}
	wg.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.health = make(map[string]bool, len(checks))
	for i, c := range checks {
		l.health[c.key()] = results[i]
	}
	l.refresh()
}

func ask(ctx context.Context, client *http.Client, c check) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.address+c.path, http.NoBody)
	if err != nil {
		return false
	}
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// checks are all that must be asked. The caller holds l.mu.
func (l *Lab) checks() []check {
	var all []check
	for _, path := range l.named() {
		service := l.resources[path]
		if service == nil || !checked(service.body) {
			continue
		}
		for _, address := range l.addresses(service.body) {
			all = append(all, check{path, address, l.healthPath(service.body)})
		}
	}
	return all
}

// checked tells whether anybody looks at the health of a backend service.
func checked(service object) bool { return len(list(service["healthChecks"])) > 0 }

// named are the backend services that URL maps name. The caller holds l.mu.
func (l *Lab) named() []string {
	var all []string
	for _, r := range l.resources {
		if r.at.collection == urlMaps {
			all = append(all, servicesOf(r.body)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (l *Lab) healthPath(service object) string {
	for _, link := range list(service["healthChecks"]) {
		if r := l.resources[canonical(text(link))]; r != nil {
			http, _ := r.body["httpHealthCheck"].(object)
			return orDefault(text(http["requestPath"]), "/")
		}
	}
	return "/"
}

// addresses are those of all endpoints of a backend service, or that of a backend bucket's bucket.
func (l *Lab) addresses(service object) []string {
	var all []string
	if bucket := l.buckets[text(service["bucketName"])]; bucket != "" {
		all = append(all, bucket)
	}
	for _, b := range objects(service["backends"]) {
		for _, e := range l.endpoints(text(b["group"])) {
			all = append(all, endpointAddress(e))
		}
	}
	return all
}

func endpointAddress(e object) string {
	return net.JoinHostPort(text(e["ipAddress"]), strconv.Itoa(whole(e["port"])))
}

// refresh tells the data planes which endpoints serve. The caller holds l.mu.
func (l *Lab) refresh() {
	serving := map[string][]string{}
	for _, c := range l.checks() {
		if l.health[c.key()] {
			serving[c.service] = append(serving[c.service], c.address)
		}
	}
	// What nobody checks serves whether a URL map names it or not: a data plane may
	// obey the one before for a moment yet, or the next one already.
	for path, r := range l.resources {
		if (r.at.collection == backendServices || r.at.collection == backendBuckets) && !checked(r.body) {
			serving[path] = l.addresses(r.body)
		}
	}
	l.serving.Store(&serving)
}

// serveHealth answers getHealth. The caller holds l.mu.
func (l *Lab) serveHealth(req *request) (any, *APIError) {
	service := l.resources[req.at.path()]
	if service == nil {
		return nil, notFound(req.at.path())
	}
	body, failed := parse(req.body)
	if failed != nil {
		return nil, failed
	}
	group := canonical(text(body["group"]))
	if !slices.ContainsFunc(objects(service.body["backends"]), func(b object) bool { return canonical(text(b["group"])) == group }) {
		return nil, invalid(fmt.Sprintf("Invalid value for field 'resource.group': '%s'. The group is no backend of the service.", group))
	}
	answer := object{"kind": "compute#backendServiceGroupHealth"}
	if states := l.states(req.at.path(), group); len(states) > 0 {
		answer["healthStatus"] = states
	}
	return answer, nil
}

// states are what is known of the endpoints of a group: nothing when no URL map names the service, or nobody
// checks it.
func (l *Lab) states(service, group string) []any {
	if !slices.Contains(l.named(), service) || !checked(l.resources[service].body) {
		return nil
	}
	var states []any
	for _, e := range l.endpoints(group) {
		state := "UNHEALTHY"
		if l.health[service+" "+endpointAddress(e)] {
			state = "HEALTHY"
		}
		states = append(states, object{"ipAddress": e["ipAddress"], "port": e["port"], "healthState": state})
	}
	return states
}

// count is how many endpoints of a backend service are healthy, and how many there are. All are where nobody
// checks them. The caller holds l.mu.
func (l *Lab) count(service string) (healthy, total int) {
	r := l.resources[service]
	if r == nil {
		return 0, 0
	}
	for _, address := range l.addresses(r.body) {
		total++
		if l.health[service+" "+address] || !checked(r.body) {
			healthy++
		}
	}
	return healthy, total
}
