package gcplb

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// plane is the data plane of one URL map: a reverse proxy on loopback that obeys the latest table. Changing
// the table touches neither open requests nor open connections.
type plane struct {
	lab    *Lab
	url    string
	server *http.Server
	table  atomic.Pointer[versioned]
	next   atomic.Uint64 // turns of the round robin over endpoints
	last   int           // version of the last table published; guarded by Lab.mu
}

type versioned struct {
	*table
	version int
}

// publish has the data plane of a URL map obey it, after the propagation, and notes the change. The caller
// holds l.mu.
func (l *Lab) publish(r *resource, old object, call int) {
	l.note(call, r.at, old, r.body)
	table := compile(r.body)
	if r.plane == nil {
		if r.plane = l.newPlane(); r.plane == nil {
			return // the lab is closing
		}
		r.plane.table.Store(&versioned{table: table})
		return
	}
	p := r.plane
	p.last++
	next := &versioned{table, p.last}
	lag := time.Duration(l.propagation.Load())
	if lag <= 0 {
		p.obey(next)
		return
	}
	l.wg.Go(func() {
		if l.wait(l.ctx, lag) {
			p.obey(next)
		}
	})
}

// obey takes a table over unless a later one is in force.
func (p *plane) obey(next *versioned) {
	for {
		old := p.table.Load()
		if old.version >= next.version || p.table.CompareAndSwap(old, next) {
			return
		}
	}
}

func (l *Lab) newPlane() *plane {
	var listen net.ListenConfig
	socket, err := listen.Listen(l.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil
	}
	p := &plane{lab: l, url: "http://" + socket.Addr().String()}
	p.server = &http.Server{Handler: http.HandlerFunc(p.serve), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	l.wg.Go(func() { _ = p.server.Serve(socket) }) // ends with close or shutdown, and says so
	return p
}

// close cuts off what is open.
func (p *plane) close() { _ = p.server.Close() }

// shutdown takes no more work; what is open may end while the lab lives.
func (p *plane) shutdown(ctx context.Context) { _ = p.server.Shutdown(ctx) }

func (p *plane) serve(w http.ResponseWriter, r *http.Request) {
	to := p.table.Load().find(r)
	if to.redirect != nil {
		redirect(w, r, to.redirect)
		return
	}
	service := to.pick()
	addresses := (*p.lab.serving.Load())[service]
	if at, _ := parseAddress(service); len(addresses) == 0 && at.collection == backendBuckets {
		http.Error(w, "The specified bucket does not exist.", http.StatusNotFound)
		return
	}
	if len(addresses) == 0 {
		http.Error(w, "no healthy upstream", http.StatusServiceUnavailable)
		return
	}
	turn := p.next.Add(1)
	target := &url.URL{Scheme: "http", Host: addresses[turn%uint64(len(addresses))]}
	proxy := httputil.ReverseProxy{
		Transport: p.lab.transport, ErrorLog: p.server.ErrorLog,
		Rewrite: func(pr *httputil.ProxyRequest) {
			pr.SetURL(target)
			pr.SetXForwarded()
			pr.Out.Host = pr.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, fmt.Sprintf("upstream: %v", err), http.StatusBadGateway)
		},
	}
	proxy.ServeHTTP(w, r)
}

// statuses are how the API calls redirect codes.
var statuses = map[string]int{
	"FOUND": http.StatusFound, "SEE_OTHER": http.StatusSeeOther,
	"TEMPORARY_REDIRECT": http.StatusTemporaryRedirect, "PERMANENT_REDIRECT": http.StatusPermanentRedirect,
}

func redirect(w http.ResponseWriter, r *http.Request, o object) {
	to := *r.URL
	to.Host = orDefault(text(o["hostRedirect"]), r.Host)
	to.Scheme = "http"
	if o["httpsRedirect"] == true {
		to.Scheme = "https"
	}
	to.Path = orDefault(text(o["pathRedirect"]), to.Path)
	if o["stripQuery"] == true {
		to.RawQuery = ""
	}
	status := orDefault(statuses[strings.TrimSuffix(text(o["redirectResponseCode"]), "_DEFAULT")], http.StatusMovedPermanently)
	http.Redirect(w, r, to.String(), status)
}
