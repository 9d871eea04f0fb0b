package haproxy

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// The names in the configuration that Start writes.
const (
	// BlueBackend and GreenBackend are what the map chooses between.
	BlueBackend  = "blue-backend"
	GreenBackend = "green-backend"
	// Backend has the servers of both colors: blue1, blue2 and so on, green1, green2 and so on.
	Backend = "app"
	// Key is the entry of the map that the frontend looks up.
	Key = "shop"
)

// Config is what a lab's HAProxy serves. Blue and Green are required.
type Config struct {
	// Blue and Green are the addresses of the applications: "127.0.0.1:8001".
	Blue, Green []string
	// HealthPath is asked of each application by HTTP; empty, it is enough that
	// a connection opens.
	HealthPath string
	// CheckEvery is the time between two health checks; 50 ms when zero.
	CheckEvery time.Duration
	// Balance is how Backend chooses among its servers; "roundrobin" when empty.
	Balance string
	// KeepState makes Reload hand the weights and states of servers to the new
	// process, through a state file.
	KeepState bool
	// Extra is appended to the configuration, and may use the applications.
	Extra string
	// Map is the content of the map file when HAProxy starts; when empty, one
	// comment, and an entry for Key that names BlueBackend.
	Map string
}

// layout is where one HAProxy has its files and ports.
type layout struct {
	dir                         string
	mapPort, serverPort, tcpAPI int
}

func (l layout) config() string    { return l.dir + "/haproxy.cfg" }
func (l layout) mapFile() string   { return l.dir + "/backend.map" }
func (l layout) stateFile() string { return l.dir + "/state" }
func (l layout) socket(level string) string {
	return l.dir + "/" + level + ".sock"
}

// text is the whole configuration. Blue servers have weight 100 and green ones
// 0: a fresh HAProxy sends everything to blue in both frontends.
func (c Config) text(l layout) string {
	var b strings.Builder
	c.global(&b, l)
	fmt.Fprintf(&b, "frontend by-map\n    bind 127.0.0.1:%d\n    use_backend %%[str(%s),map_str(%s)]\n", l.mapPort, Key, l.mapFile())
	fmt.Fprintf(&b, "frontend by-servers\n    bind 127.0.0.1:%d\n    default_backend %s\n", l.serverPort, Backend)
	c.backend(&b, BlueBackend)
	servers(&b, "blue", c.Blue, 100)
	c.backend(&b, GreenBackend)
	servers(&b, "green", c.Green, 100)
	c.backend(&b, Backend)
	fmt.Fprintf(&b, "    balance %s\n", cmp.Or(c.Balance, "roundrobin"))
	servers(&b, "blue", c.Blue, 100)
	servers(&b, "green", c.Green, 0)
	b.WriteString(c.Extra)
	b.WriteByte('\n')
	return b.String()
}

func (c Config) global(b *strings.Builder, l layout) {
	fmt.Fprintf(b, "global\n    stats socket %s mode 600 level admin expose-fd listeners\n", l.socket("admin"))
	for _, level := range []string{"operator", "user"} {
		fmt.Fprintf(b, "    stats socket %s mode 600 level %s\n", l.socket(level), level)
	}
	fmt.Fprintf(b, "    stats socket ipv4@127.0.0.1:%d level admin\n", l.tcpAPI)
	b.WriteString("    hard-stop-after 30s\n")
	if c.KeepState {
		fmt.Fprintf(b, "    server-state-file %s\n", l.stateFile())
	}
	// Without idle-close-on-response a reload closes idle connections under the
	// clients' hands.
	b.WriteString("defaults\n    mode http\n    option idle-close-on-response\n    timeout connect 2s\n    timeout client 30s\n    timeout server 30s\n")
	// Left out, a check has as long as lies between two: too short on a busy
	// machine.
	b.WriteString("    timeout check 5s\n")
	if c.KeepState {
		b.WriteString("    load-server-state-from-file global\n")
	}
	fmt.Fprintf(b, "    default-server check inter %s fall 2 rise 1\n", c.checkEvery())
}

func (c Config) backend(b *strings.Builder, name string) {
	fmt.Fprintf(b, "backend %s\n", name)
	if c.HealthPath != "" {
		fmt.Fprintf(b, "    option httpchk GET %s\n", c.HealthPath)
	}
}

func (c Config) checkEvery() string {
	return fmt.Sprintf("%dms", cmp.Or(c.CheckEvery, 50*time.Millisecond).Milliseconds())
}

func (c Config) mapText() string {
	return cmp.Or(c.Map, "# where "+Key+" goes\n"+Key+" "+BlueBackend+"\n")
}

func servers(b *strings.Builder, color string, addresses []string, weight int) {
	for i, address := range addresses {
		fmt.Fprintf(b, "    server %s%d %s weight %d\n", color, i+1, address, weight)
	}
}
