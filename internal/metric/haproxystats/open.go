// Package haproxystats is the metric that HAProxy's own statistics are, over
// its Runtime API (management manual, section 9.1, "show stat"), so that
// analysis needs no metrics server.
package haproxystats

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "haproxystats"

// What a metric can be of.
const (
	ofErrors = "error_percent"
	ofTime   = "response_ms"
)

const defaultWindow = time.Second

// ErrConfig reports arguments that name nothing to measure.
var ErrConfig = pkg.New("invalid argument")

// Kind returns the kind haproxy.
func Kind() block.Kind[metric.Metric] {
	return block.New("haproxy", attribute(), open, "backend", "servers")
}

type config struct {
	Sockets     []string            `tfsdk:"sockets"`
	Backend     types.String        `tfsdk:"backend"`
	Servers     []string            `tfsdk:"servers"`
	Of          types.String        `tfsdk:"of"`
	MinRequests types.Int64         `tfsdk:"min_requests"`
	Window      block.DurationValue `tfsdk:"window"`
}

func open(_ context.Context, _ *session.Sessions, c config) (metric.Metric, error) {
	m := &stats{
		backend: c.Backend.ValueString(), servers: c.Servers, of: cmp.Or(c.Of.ValueString(), ofErrors),
		least: float64(max(c.MinRequests.ValueInt64(), 1)), window: block.Duration(c.Window, defaultWindow),
		bases: map[traffic.Color][]sample{},
	}
	for i, address := range c.Sockets {
		socket, err := haproxyapi.ParseSocket(address)
		if err != nil {
			return nil, invalid(path.Root("sockets").AtListIndex(i), "HAProxy Socket Not Valid", err)
		}
		m.sockets = append(m.sockets, socket)
	}
	if (m.backend == "") == (len(m.servers) == 0) {
		return nil, invalid(path.Root("backend"), "Nothing To Measure", fmt.Errorf("%w: give backend or servers, one of the two", ErrConfig))
	}
	stand := metric.Subject{Color: traffic.Green, Environment: "environment", Version: "version"}
	if _, err := m.rows(stand); err != nil {
		return nil, err
	}
	return m, nil
}

func invalid(at path.Path, summary string, err error) error {
	return &block.AttributeError{Path: at, Summary: summary, Err: err}
}

// row names a row of "show stat".
type row struct{ backend, server string }

// backendRow is what HAProxy calls the row of a backend itself.
const backendRow = "BACKEND"

func (r row) String() string {
	if r.server == backendRow {
		return "backend " + r.backend
	}
	return "server " + r.backend + "/" + r.server
}

// rows are those of an environment.
func (m *stats) rows(s metric.Subject) ([]row, error) {
	if m.backend != "" {
		name := s.Expand(m.backend)
		if err := haproxyapi.CheckName("backend", name); err != nil {
			return nil, invalid(path.Root("backend"), "HAProxy Backend Not Valid", err)
		}
		return []row{{name, backendRow}}, nil
	}
	var rows []row
	for i, id := range m.servers {
		backend, server, err := haproxyapi.SplitServer(s.Expand(id))
		if err != nil {
			return nil, invalid(path.Root("servers").AtListIndex(i), "HAProxy Server Not Valid", err)
		}
		rows = append(rows, row{backend, server})
	}
	return rows, nil
}
