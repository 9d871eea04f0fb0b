package gcplb

import (
	"context"
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Inspect implements traffic.Inspector, with reads that are shared. It fails
// when the first or the last write of a cutover would be refused. A map that
// has tests is shown to Google as it will be, since they may expect the
// outgoing backend service.
func (m *member) Inspect(ctx context.Context, to traffic.Color) (traffic.Facts, error) {
	root, err := m.urls.draft(ctx)
	d, err := m.divide(root, err)
	if err != nil {
		return traffic.Facts{}, m.wrap("reading", err)
	}
	classic, err := m.inspectServices(ctx)
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

// inspectServices refuses backend services without backends, and two that no
// load balancer could take together. It tells whether they are classic.
func (m *member) inspectServices(ctx context.Context) (classic bool, err error) {
	found := make(map[traffic.Color]settings, 2)
	var errs []error
	for _, c := range traffic.Colors() {
		s, err := m.services[c].settings(ctx)
		if err == nil && len(s.Backends) == 0 {
			err = errNoBackends
		}
		if err != nil {
			errs = append(errs, m.serviceError(c, err))
		}
		found[c] = s
	}
	if err := errors.Join(errs...); err != nil {
		return false, err
	}
	blue, green := found[traffic.Blue].Scheme, found[traffic.Green].Scheme
	if blue != green {
		return false, m.here(summaryScheme, fmt.Errorf("gcplb: %s cannot go from one environment to the other: the load balancing scheme of %s is %s, "+
			"and that of %s is %s: give both the same", m.name, m.pair.blue, blue, m.pair.green, green))
	}
	return blue == schemeClassic, nil
}
