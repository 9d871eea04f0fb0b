package awselb

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// plane is the data plane of one listener: a server on loopback that obeys the latest table. Changing
// the table touches neither open requests nor open connections.
type plane struct {
	lab    *Lab
	socket net.Listener
	server *http.Server // nil for a Network Load Balancer
	table  atomic.Pointer[table]

	published int // version of the last table; guarded by Lab.mu
	refused   atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]struct{} // of a Network Load Balancer
}

// newPlane opens the socket of a listener. The caller holds l.mu and publishes a table before it lets go.
func (l *Lab) newPlane(network bool) (*plane, error) {
	var listen net.ListenConfig
	socket, err := listen.Listen(l.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &plane{lab: l, socket: socket, conns: map[net.Conn]struct{}{}}
	p.table.Store(&table{})
	if network {
		l.wg.Go(p.accept)
		return p, nil
	}
	p.server = &http.Server{
		Handler:           p.proxy(),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	l.wg.Go(func() { _ = p.server.Serve(socket) })
	return p, nil
}

// obey takes a table over unless a later one is in force.
func (p *plane) obey(t *table) {
	for {
		old := p.table.Load()
		if old.version >= t.version || p.table.CompareAndSwap(old, t) {
			return
		}
	}
}

// close takes no more work; what is open may end while the lab lives.
func (p *plane) close(l *Lab) {
	if p.server == nil {
		_ = p.socket.Close() // what is closed twice or late does no harm
		return
	}
	l.wg.Go(func() { _ = p.server.Shutdown(l.ctx) })
}

// kill ends the plane and cuts what is open.
func (p *plane) kill() {
	if p.server != nil {
		_ = p.server.Close()
		return
	}
	_ = p.socket.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		_ = conn.Close()
	}
	p.conns = nil
}

// dialTimeout is how long the data plane tries to reach a target.
const dialTimeout = 10 * time.Second

func (p *plane) dial(addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(p.lab.ctx, dialTimeout)
	defer cancel()
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", addr)
}
