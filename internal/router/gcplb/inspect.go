package gcplb

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Inspect implements traffic.Inspector, with reads that are shared. It fails
// when the first or the last write of a cutover would be refused. A map that
// has tests is shown to Google as it will be, since they may expect the
// outgoing backend service.
func (m *member) Inspect(ctx context.Context, to traffic.Color) (traffic.Facts, error) {
	root, incoming, err := m.inspected(ctx, to)
	if err != nil {
		return traffic.Facts{}, err
	}
	d, err := divide(root, m.site, m.pair)
	if err != nil {
		return traffic.Facts{}, m.wrap("reading", err)
	}
	classic, err := m.inspectScheme(ctx, to, d, incoming)
	if err != nil {
		return traffic.Facts{}, err
	}
	facts := traffic.Facts{AllOrNothing: d.whole() || (classic && d.plain != "")}
	did, err := d.change(traffic.All(to), classic)
	if err == nil && did != unchanged && hasTests(root) {
		err = m.urls.validate(ctx, root)
	}
	return facts, m.wrap("inspecting", err)
}

func hasTests(root object) bool {
	tests, _ := root["tests"].([]any)
	return len(tests) > 0
}

// inspected reads the URL map, to be changed, and the incoming backend service
// side by side.
func (m *member) inspected(ctx context.Context, to traffic.Color) (root object, incoming settings, err error) {
	var (
		wg                 sync.WaitGroup
		mapErr, serviceErr error
	)
	wg.Go(func() { root, mapErr = m.urls.draft(ctx) })
	wg.Go(func() { incoming, serviceErr = m.inspectService(ctx, to) })
	wg.Wait()
	return root, incoming, errors.Join(m.wrap("reading", mapErr), serviceErr)
}

// inspectService refuses a backend service that the health gate could never
// let in. That is asked of the incoming one only: one that has lost its
// backends is what people flee from.
func (m *member) inspectService(ctx context.Context, c traffic.Color) (settings, error) {
	found, err := m.services[c].settings(ctx)
	switch {
	case err != nil:
	case len(found.Backends) == 0:
		err = errNoBackends
	case len(found.Checks) == 0:
		err = errNoCheck
	}
	if err != nil {
		return settings{}, m.serviceError(c, err)
	}
	return found, nil
}

// inspectScheme refuses two services that no load balancer could take together,
// and tells whether they are classic. Of services that have weights in one
// route already neither needs to be asked for.
func (m *member) inspectScheme(ctx context.Context, to traffic.Color, d division, incoming settings) (classic bool, err error) {
	if d.attached() {
		return false, nil
	}
	from := to.Other()
	outgoing, err := m.services[from].settings(ctx)
	if err != nil {
		return false, m.serviceError(from, err)
	}
	if incoming.Scheme != outgoing.Scheme {
		return false, m.here(summaryScheme, fmt.Errorf("gcplb: %s cannot go from one environment to the other: the load balancing scheme of %s is %s, "+
			"and that of %s is %s: give both the same", m.name, m.pair.of(from), outgoing.Scheme, m.pair.of(to), incoming.Scheme))
	}
	return incoming.Scheme == schemeClassic, nil
}
