package haproxy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Bits of srv_admin_state (management manual, "show servers state"; tried with
// 2.6). Two more are history and no state: 0x04 stays on a server that the
// configuration calls disabled after "state ready", and 0x40 on one whose name
// DNS or an operator has set.
const (
	// adminForced is set by an operator.
	adminForced = 0x01
	adminDrain  = 0x08
	// adminInherited is the drain of the server that this one tracks.
	adminInherited = 0x10
	// adminUnresolved is set on a slot that has no address yet, as those of
	// server-template have while DNS gives fewer of them.
	adminUnresolved = 0x20
	// adminMaintenance is HAProxy's own mask: forced, inherited, unresolved.
	adminMaintenance = adminForced | 0x02 | adminUnresolved
)

// maxWeight is the most that a server may weigh.
const maxWeight = 256

// server is one row of "show servers state".
type server struct {
	backend, name string
	op            int  // 0 stopped, 1 starting, 2 running, 3 stopping
	admin         int  // bits, above
	weight        int  // srv_uweight: as it was last set
	initial       int  // srv_iweight: as the configuration has it
	checkState    int  // bits: 0x2 configured, 0x4 enabled
	agentState    int  // the same of agent-check
	fromDNS       bool // DNS SRV records set its weight

	// What "show stat" tells; see traits.
	follows  string // the server whose checks this one has: "track"
	followed bool   // another server, of whatever backend, tracks this one
	led      bool   // follows one of its own color that is ours to make ready
}

func (s server) id() string { return s.backend + "/" + s.name }

// maintained tells whether an operator, DNS or a tracked server has taken s out.
// None of it is ours to end.
func (s server) maintained() bool { return s.admin&adminMaintenance != 0 }

// taken tells whether s can get no traffic from us: it is in maintenance, or
// drained with a server that is not ours. One that is drained with another of
// its own color is free again when that is made ready.
func (s server) taken() bool {
	return s.maintained() || s.admin&adminInherited != 0 && !s.led
}

// effective is the weight that counts: none while s is drained or taken out.
func (s server) effective() int {
	if s.admin&(adminMaintenance|adminDrain|adminInherited) != 0 {
		return 0
	}
	return s.weight
}

// parseServers reads the reply to "show servers state".
func parseServers(command, reply string) ([]server, error) {
	rows, err := haproxyapi.ParseState(command, reply)
	if err != nil {
		return nil, err
	}
	servers := make([]server, 0, len(rows))
	for _, row := range rows {
		s := server{backend: row["be_name"], name: row["srv_name"]}
		if haproxyapi.CheckName("server", s.backend+":"+s.name) != nil {
			return nil, fmt.Errorf("%w: a server is called %s", ErrReply, haproxyapi.Clip(s.id()))
		}
		for column, field := range map[string]*int{
			"srv_op_state": &s.op, "srv_admin_state": &s.admin,
			"srv_uweight": &s.weight, "srv_iweight": &s.initial,
			"srv_check_state": &s.checkState, "srv_agent_state": &s.agentState,
		} {
			n, err := strconv.Atoi(row[column])
			if err != nil {
				return nil, fmt.Errorf("%w: %s of %s is %s", ErrReply, column, s.id(), haproxyapi.Clip(row[column]))
			}
			*field = n
		}
		s.fromDNS = row["srvrecord"] != "" && row["srvrecord"] != "-"
		servers = append(servers, s)
	}
	return servers, nil
}

// pool is one backend that has servers of both colors.
type pool struct {
	backend string
	names   map[traffic.Color][]string
}

// show is the command that reads a pool.
func (p pool) show() string { return "show servers state " + p.backend }

// members are the servers of a pool by color, as they are now.
type members map[traffic.Color][]server

// members picks the pool's own servers out of all those of its backend.
func (p pool) members(all []server) (members, error) {
	known := make(map[string]server, len(all))
	for _, s := range all {
		known[s.name] = s
	}
	m := members{}
	var errs []error
	for _, c := range traffic.Colors() {
		for _, name := range p.names[c] {
			s, ok := known[name]
			if !ok {
				errs = append(errs, p.missing(c, name, all))
			}
			m[c] = append(m[c], s)
		}
	}
	return m, errors.Join(errs...)
}

// backend is the name of the pool's backend.
func (m members) backend() string { return m[traffic.Blue][0].backend }

// any tells whether a server of either color is so.
func (m members) any(is func(server) bool) bool {
	return slices.ContainsFunc(m[traffic.Blue], is) || slices.ContainsFunc(m[traffic.Green], is)
}

func (m members) clone() members {
	copied := members{}
	for c, servers := range m {
		copied[c] = slices.Clone(servers)
	}
	return copied
}

// missingServerError says which server HAProxy does not have, and which it has.
type missingServerError struct {
	color   traffic.Color
	backend string
	name    string
	known   []string
}

// missing is the error of a server that is not among all those of its backend.
func (p pool) missing(c traffic.Color, name string, all []server) error {
	known := make([]string, len(all))
	for i, s := range all {
		known[i] = s.name
	}
	return &missingServerError{color: c, backend: p.backend, name: name, known: known}
}

func (e *missingServerError) Error() string { return string(pkg) + ": " + e.Text() }

// Text is what Error says without the package's name.
func (e *missingServerError) Text() string {
	return fmt.Sprintf("server %s/%s: %v: backend %s has %s", e.backend, e.name, traffic.ErrNotFound, e.backend, haproxyapi.List(e.known))
}

func (e *missingServerError) Unwrap() error { return traffic.ErrNotFound }

// weights returns how the pool divides traffic between the colors.
func (m members) weights() (traffic.Weights, error) {
	sum := map[traffic.Color]uint64{}
	for c, servers := range m {
		for _, s := range servers {
			sum[c] += uint64(max(s.effective(), 0)) //nolint:gosec // not negative
		}
	}
	return traffic.Shares(sum[traffic.Blue], sum[traffic.Green])
}

// together returns the weights of several pools as one. Pools that disagree,
// as a cutover that was cut short or another tool may leave them, read as their
// mean, and never as 0 or 100: some clients are sent to either color.
func together(pools []traffic.Weights) (traffic.Weights, error) {
	var blue, green uint64
	for _, w := range pools {
		blue += uint64(w.Blue)   //nolint:gosec // 0 to 100
		green += uint64(w.Green) //nolint:gosec // 0 to 100
	}
	return traffic.Shares(blue, green)
}
