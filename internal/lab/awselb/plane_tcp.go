package awselb

import (
	"io"
	"net"
	"sync"
)

// accept serves a Network Load Balancer's listener: every connection goes to a group by weight and stays
// there until it ends.
func (p *plane) accept() {
	for {
		conn, err := p.socket.Accept()
		if err != nil {
			return // the socket was closed
		}
		if !p.hold(conn) {
			_ = conn.Close()
			return
		}
		p.lab.wg.Go(func() {
			defer p.release(conn)
			p.serve(conn)
		})
	}
}

func (p *plane) serve(client net.Conn) {
	var to *target
	if f := p.table.Load().fallback.forward; f != nil {
		if g := f.choose(); g != nil {
			to = g.pick()
		}
	}
	if to == nil || to.addr == "" {
		p.refused.Add(1)
		return
	}
	server, err := p.dial(to.addr)
	if err != nil {
		p.refused.Add(1)
		return
	}
	if !p.hold(server) {
		_ = server.Close()
		return
	}
	defer p.release(server)
	var both sync.WaitGroup
	both.Go(func() { pipe(server, client) })
	both.Go(func() { pipe(client, server) })
	both.Wait()
}

// pipe copies one direction and passes its end on, so that half-closed connections go on working.
func pipe(to, from net.Conn) {
	// How a direction ended is the peers' business.
	_, _ = io.Copy(to, from)
	if half, ok := to.(*net.TCPConn); ok {
		_ = half.CloseWrite()
	}
}

// hold remembers a connection so that kill can cut it; false when the plane was killed.
func (p *plane) hold(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns == nil {
		return false
	}
	p.conns[conn] = struct{}{}
	return true
}

func (p *plane) release(conn net.Conn) {
	_ = conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
}
