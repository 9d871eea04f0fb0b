package haproxy

import (
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// traits are what "show stat" tells of backends and servers, and "show servers
// state" does not. Servers are named "backend/server".
type traits struct {
	algorithm map[string]string // of each backend, as after "balance"
	cookie    map[string]string // the name of that by which each backend ties clients to servers
	follows   map[string]string // the server that one tracks
	backup    map[string]bool
}

// parseTraits reads the reply to statAll. Only sockets at level operator or
// above are told algorithms.
func parseTraits(reply string) (traits, error) {
	table, err := haproxyapi.ParseStat(statAll, reply)
	if err != nil {
		return traits{}, err
	}
	t := traits{algorithm: map[string]string{}, cookie: map[string]string{}, follows: map[string]string{}, backup: map[string]bool{}}
	for _, row := range table {
		if row["svname"] == backendRow {
			t.algorithm[row["pxname"]], t.cookie[row["pxname"]] = row["algo"], row["cookie"]
			continue
		}
		id := row["pxname"] + "/" + row["svname"]
		t.backup[id] = row["bck"] == "1"
		if row["tracked"] != "" {
			t.follows[id] = row["tracked"]
		}
	}
	return t, nil
}

// mark says of each server whom it follows, and who follows it.
func (v view) mark() {
	followed := map[string]bool{}
	for _, id := range v.traits.follows {
		followed[id] = true
	}
	colors, servers := map[string]traffic.Color{}, map[string]server{}
	for _, m := range v.pools {
		for c, all := range m {
			for i := range all {
				s := &all[i]
				s.follows, s.followed = v.traits.follows[s.id()], followed[s.id()]
				colors[s.id()], servers[s.id()] = c, *s
			}
		}
	}
	v.edit(func(s *server) { s.led = isLed(*s, colors, servers) })
}

// isLed goes up the chain of who tracks whom.
func isLed(s server, colors map[string]traffic.Color, servers map[string]server) bool {
	color := colors[s.id()]
	for range len(servers) { // HAProxy takes no circle
		leader, ours := servers[s.follows]
		if !ours || colors[s.follows] != color || leader.maintained() {
			return false
		}
		if leader.admin&adminInherited == 0 {
			return true
		}
		s = leader
	}
	return false
}

// obeys are the algorithms that divide requests by weight and take a new one
// at any time (configuration manual, "balance"). "unknown" is what 2.6 calls
// random, the only one whose name it does not tell.
var obeys = map[string]bool{"roundrobin": true, "leastconn": true, "random": true, "unknown": true}

// allOrNothing are those that do not: static-rr takes a server's own weight or
// 0, and first looks at no weight but 0.
var allOrNothing = map[string]bool{"static-rr": true, "first": true}

// fixed says why a backend takes no shares, and the cure; empty when it does.
// Hashes (source, uri, hdr …) can have shares with "hash-type consistent", and
// not without, and servers with weights from DNS with "resolve-opts
// ignore-weight"; HAProxy tells neither, so the user does.
func (m members) fixed(t traits, shares bool) string {
	backend := m.backend()
	switch algorithm := t.algorithm[backend]; {
	case allOrNothing[algorithm]:
		return fmt.Sprintf("Backend %s has \"balance %s\", by which a server has its full weight or none: use \"balance roundrobin\" for shares.",
			backend, algorithm)
	case shares:
		return ""
	case m.any(func(s server) bool { return s.fromDNS }):
		return fmt.Sprintf("Servers of backend %s come from DNS SRV records, whose weights would replace ours at the next answer: "+
			"where their lines have \"resolve-opts ignore-weight\", set shares = true in the switch's haproxy block.", backend)
	case obeys[algorithm], m.any(func(s server) bool { return s.weight != 0 && s.weight != s.initial }):
		return "" // a backend that takes no shares would have refused that weight
	default:
		return fmt.Sprintf("HAProxy does not tell the hash-type of backend %s (balance %s): where it has \"hash-type consistent\", "+
			"set shares = true in the switch's haproxy block.", backend, haproxyapi.Clip(algorithm))
	}
}
