package haproxy

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestDisabledAndMadeReady: 0x04 stays on a server that the configuration calls
// disabled. It serves, so that 50/50 is seen, and corrected.
func TestDisabledAndMadeReady(t *testing.T) {
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "backend odd\n    balance roundrobin\n    server blue1 " + c.Blue[0] + " weight 100\n    server green1 " + c.Green[0] + " weight 100 disabled\n"
	})
	r := openAll(t, over(w.AdminSocket()), servers("odd/blue1"), servers("odd/green1"))[0].Router.(*weighted)
	wantErr(t, "SetWeights to a disabled server", r.SetWeights(t.Context(), allBlue, allGreen), ErrMaintenance)
	w.order("set server odd/green1 state ready")
	live, err := r.Weights(t.Context())
	must(t, err)
	if half := traffic.Split(traffic.Green, 50); live != half || column(t, w.rows()["odd/green1"], 6) != 0x04 {
		t.Errorf("the disabled server serves, and Weights = %s, state %s", live, w.rows()["odd/green1"][6])
	}
	w.eventually("green is healthy", func() bool {
		h, err := r.Health(t.Context(), traffic.Green)
		must(t, err)
		return h.Healthy == 1
	})
	must(t, r.SetWeights(t.Context(), live, allGreen))
	must(t, r.SetWeights(t.Context(), allGreen, allBlue))
}

// nameServer answers every question with one SRV record, and its address.
func nameServer(t *testing.T, target string, weight uint16) (address string) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	must(t, err)
	ended := make(chan struct{})
	t.Cleanup(func() { _ = conn.Close(); <-ended })
	to := netip.MustParseAddrPort(target)
	go func() {
		defer close(ended)
		packet := make([]byte, 4096)
		for {
			n, peer, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			if reply, err := srvReply(packet[:n], to, weight); err == nil {
				_, _ = conn.WriteTo(reply, peer)
			}
		}
	}()
	return conn.LocalAddr().String()
}

func srvReply(query []byte, to netip.AddrPort, weight uint16) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	host := dnsmessage.MustNewName("host.test.")
	a := dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: host, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET, TTL: 1},
		Body:   &dnsmessage.AResource{A: to.Addr().As4()},
	}
	m.Response, m.RecursionAvailable = true, true
	m.Answers, m.Additionals, m.Authorities = nil, nil, nil
	switch m.Questions[0].Type {
	case dnsmessage.TypeSRV:
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: dnsmessage.TypeSRV, Class: dnsmessage.ClassINET, TTL: 1},
			Body:   &dnsmessage.SRVResource{Priority: 1, Weight: weight, Port: to.Port(), Target: host},
		}}
		m.Additionals = []dnsmessage.Resource{a}
	case dnsmessage.TypeA:
		m.Answers = []dnsmessage.Resource{a}
	default:
	}
	return m.Pack()
}

// fromDNS is a HAProxy whose backend odd has its servers from SRV records, with
// one slot more for each color than there are addresses.
func fromDNS(t *testing.T, options string) *world {
	t.Helper()
	return newWorld(t, 1, func(c *lab.Config) {
		text := ""
		for color, target := range map[string]string{"blue": c.Blue[0], "green": c.Green[0]} {
			text += "resolvers " + color + "\n    nameserver one " + nameServer(t, target, 2560) + "\n    timeout resolve 100ms\n    timeout retry 100ms\n"
		}
		c.Extra = text + "backend odd\n    balance roundrobin\n" +
			"    server-template blue 2 _x._tcp.blue.test. resolvers blue init-addr none " + options + "\n" +
			"    server-template green 2 _x._tcp.green.test. resolvers green init-addr none " + options + "\n"
	})
}

var fromDNSServers = []Backend{servers("odd/blue1", "odd/blue2"), servers("odd/green1", "odd/green2")}

// TestServersFromDNS: 0x40 stays on a server whose name came from DNS. Weights of
// SRV records come back at each answer, and a drain does not.
func TestServersFromDNS(t *testing.T) {
	w := fromDNS(t, "")
	r := openAll(t, over(w.AdminSocket()), fromDNSServers[0], fromDNSServers[1])[0].Router.(*weighted)
	w.eventually("DNS has given two addresses, and weights", func() bool {
		count := 0
		for name, row := range w.rows() {
			if strings.HasPrefix(name, "odd/") && row[6] == "64" && row[7] == "10" {
				count++
			}
		}
		return count == 2
	})
	found, err := r.Weights(t.Context())
	must(t, err)
	facts, err := r.Inspect(t.Context(), traffic.Green)
	must(t, err)
	if !facts.AllOrNothing || !strings.Contains(facts.LimitedBy, "ignore-weight") {
		t.Errorf("Inspect = %+v", facts)
	}
	w.eventually("green is healthy", func() bool {
		h, err := r.Health(t.Context(), traffic.Green)
		must(t, err)
		return h.Healthy == 1 && h.Total == 1
	})
	wantErr(t, "a share", r.SetWeights(t.Context(), found, traffic.Split(traffic.Green, 10)), ErrWhole)
	for _, to := range []traffic.Weights{allGreen, allBlue, allGreen} {
		must(t, r.SetWeights(t.Context(), found, to))
		w.answered("blue", "green")
		must(t, r.Verify(t.Context(), to))
		found = to
	}
}

// answered waits until each of the resolvers had three answers more.
func (w *world) answered(resolvers ...string) {
	w.t.Helper()
	for _, name := range resolvers {
		valid := func() (n int) {
			for line := range strings.Lines(w.command("show resolvers " + name)) {
				if value, ok := strings.CutPrefix(strings.TrimSpace(line), "valid:"); ok {
					n = number(w.t, strings.TrimSpace(value))
				}
			}
			return n
		}
		before := valid()
		w.eventually("answers of "+name, func() bool { return valid() >= before+3 })
	}
}

// TestSharesOfServersFromDNS: with ignore-weight, which the user tells of, a
// share stays.
func TestSharesOfServersFromDNS(t *testing.T) {
	w := fromDNS(t, "weight 100 resolve-opts ignore-weight")
	yes := true
	block := over(w.AdminSocket())
	block.Shares = &yes
	r := openAll(t, block, fromDNSServers[0], fromDNSServers[1])[0].Router.(*weighted)
	w.eventually("both have an address", func() bool { return w.rows()["odd/blue1"][6] == "64" && w.rows()["odd/green1"][6] == "64" })
	found, err := r.Weights(t.Context())
	must(t, err)
	facts, err := r.Inspect(t.Context(), traffic.Green)
	if err != nil || facts.AllOrNothing {
		t.Errorf("Inspect = %+v, %v", facts, err)
	}
	for _, to := range []traffic.Weights{traffic.Split(traffic.Green, 10), allGreen, allBlue} {
		must(t, r.SetWeights(t.Context(), found, to))
		w.answered("blue", "green")
		must(t, r.Verify(t.Context(), to))
		found = to
	}
}
