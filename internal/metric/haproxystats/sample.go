package haproxystats

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// ErrRestarted reports counters that began anew: HAProxy was reloaded, or
// somebody cleared them.
var ErrRestarted = errors.New("HAProxy began to count anew")

const (
	showInfo = "show info"
	showStat = "show stat"
)

// sample is what one HAProxy had counted at one time.
type sample struct {
	pid      string // of the worker that answered
	counters map[row]counters
}

// counters are those of one row since the worker began.
type counters struct {
	requests, errors float64
	response         float64 // milliseconds; an average, not a counter
}

// take asks one HAProxy for the rows, with the worker that they are of.
func take(ctx context.Context, s haproxyapi.Socket, rows []row) (sample, error) {
	replies, err := s.Run(ctx, showInfo, showStat)
	if err != nil {
		return sample{}, err
	}
	taken := sample{counters: map[row]counters{}}
	if taken.pid, err = haproxyapi.ParsePID(showInfo, replies[0]); err != nil {
		return sample{}, err
	}
	table, err := haproxyapi.ParseStat(showStat, replies[1])
	if err != nil {
		return sample{}, err
	}
	found := map[row]map[string]string{}
	for _, r := range table {
		found[row{r["pxname"], r["svname"]}] = r
	}
	for _, r := range rows {
		columns, ok := found[r]
		if !ok {
			return sample{}, pkg.Errorf("%s has no %s: %w", s.Name, r, traffic.ErrNotFound)
		}
		if taken.counters[r], err = read(r, columns); err != nil {
			return sample{}, err
		}
	}
	return taken, nil
}

// read reads a row by the names of its columns. The row of a backend counts
// the answers that clients got, HAProxy's own 503 among them. That of a server
// counts the server's own answers: what could not be sent to it, or came back
// as no answer, stands in columns of its own, and is in no count of requests
// (tried with 2.6).
func read(r row, columns map[string]string) (counters, error) {
	number := func(name string) (float64, error) {
		value, err := strconv.ParseFloat(columns[name], 64)
		if err != nil || !(value >= 0) || math.IsInf(value, 0) {
			return 0, fmt.Errorf("%w: %s of %s is %s", haproxyapi.ErrReply, name, r, haproxyapi.Clip(columns[name]))
		}
		return value, nil
	}
	requests, err1 := number("req_tot")
	failed, err2 := number("hrsp_5xx")
	response, err3 := number("rtime")
	c := counters{requests: requests, errors: failed, response: response}
	if err := errors.Join(err1, err2, err3); err != nil || r.server == backendRow {
		return c, err
	}
	unconnected, err1 := number("econ")
	unanswered, err2 := number("eresp")
	c.requests += unconnected + unanswered
	c.errors += unconnected + unanswered
	return c, errors.Join(err1, err2)
}

// since returns what was counted after base, all rows together: response is
// the average of the rows that had requests, by how many they had.
func (s sample) since(base sample) (counters, error) {
	if s.pid != base.pid {
		return counters{}, ErrRestarted
	}
	var sum counters
	for r, now := range s.counters {
		before := base.counters[r]
		if now.requests < before.requests || now.errors < before.errors {
			return counters{}, ErrRestarted
		}
		requests := now.requests - before.requests
		sum.requests += requests
		sum.errors += now.errors - before.errors
		sum.response += now.response * requests
	}
	return sum, nil
}
