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
	root, services, err := m.inspected(ctx, to)
	if err != nil {
		return traffic.Facts{}, err
	}
	d, err := divide(root, m.site, m.pair)
	if err != nil {
		return traffic.Facts{}, m.wrap("reading", err)
	}
	classic, err := m.schemes(services)
	if err != nil {
		return traffic.Facts{}, err
	}
	facts := traffic.Facts{WholeOnly: d.whole() || (classic && d.plain != "")}
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

// inspected reads the URL map, to be changed, and both backend services side
// by side.
func (m *member) inspected(ctx context.Context, to traffic.Color) (object, map[traffic.Color]settings, error) {
	var (
		wg   sync.WaitGroup
		root object
		errs [3]error
	)
	found := make([]settings, len(traffic.Colors()))
	wg.Go(func() {
		var err error
		root, err = m.urls.draft(ctx)
		errs[0] = m.wrap("reading", err)
	})
	for i, c := range traffic.Colors() {
		wg.Go(func() { found[i], errs[i+1] = m.inspectService(ctx, c, c == to) })
	}
	wg.Wait()
	services := make(map[traffic.Color]settings, len(found))
	for i, c := range traffic.Colors() {
		services[c] = found[i]
	}
	return root, services, errors.Join(errs[:]...)
}

// inspectService refuses a backend service that the health gate could never
// let in. What is behind the outgoing one does not matter: one that has lost
// its backends is what people flee from.
func (m *member) inspectService(ctx context.Context, c traffic.Color, incoming bool) (settings, error) {
	found, err := m.services[c].settings(ctx)
	switch {
	case err != nil || !incoming:
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

// schemes refuses two services that no load balancer could take together, and
// tells whether they are classic.
func (m *member) schemes(services map[traffic.Color]settings) (classic bool, err error) {
	blue, green := services[traffic.Blue].Scheme, services[traffic.Green].Scheme
	if blue != green {
		return false, m.here(summaryScheme, fmt.Errorf("gcplb: %s cannot go from one environment to the other: the load balancing scheme of %s is %s, "+
			"and that of %s is %s: give both the same", m.name, m.pair.blue, blue, m.pair.green, green))
	}
	return blue == schemeClassic, nil
}
