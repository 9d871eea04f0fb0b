package haproxy

import (
	"fmt"
	"strconv"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// What "show stat" is asked for: the rows of all backends, of all servers, or of both. It
// is never asked by name: where a frontend and a backend have the same one,
// HAProxy tells of that which stands first in its configuration.
const (
	statBackends = "show stat -1 2 -1"
	statServers  = "show stat -1 4 -1"
	statAll      = "show stat -1 6 -1"
)

// backendRow is the name of a backend's own row among those of its servers.
const backendRow = "BACKEND"

// stats are the rows of one backend by the names of its servers.
type stats map[string]map[string]string

// statsOf picks the rows of a backend out of the reply to a command.
func statsOf(command, reply, backend string) (stats, error) {
	table, err := haproxyapi.ParseStat(command, reply)
	if err != nil {
		return nil, err
	}
	rows := stats{}
	for _, row := range table {
		if row["pxname"] == backend {
			rows[row["svname"]] = row
		}
	}
	return rows, nil
}

// sum adds up columns of one row. A row that is not there is no answer, and
// never 0.
func (s stats) sum(backend, name string, columns ...string) (int, error) {
	row, ok := s[name]
	if !ok {
		return 0, pkg.Errorf("no statistics of %s/%s: %w", backend, name, traffic.ErrNotFound)
	}
	total := 0
	for _, column := range columns {
		n, err := strconv.Atoi(row[column])
		if err != nil {
			return 0, fmt.Errorf("%w: %s of %s/%s is %s", ErrReply, column, backend, name, haproxyapi.Clip(row[column]))
		}
		total += n
	}
	return total, nil
}
