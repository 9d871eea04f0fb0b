package acctest

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
)

// exchange is one line to the Runtime API, counted from 1 since forget.
type exchange struct {
	index int
	line  string
}

// moves tells whether the line moves traffic.
func (e exchange) moves() bool {
	return strings.Contains(e.line, "set map") || strings.Contains(e.line, "set server")
}

// watcher sees what passes a relay. Either may be nil.
type watcher struct {
	// before returns false when the line is to be lost, and a reply when
	// HAProxy is not to be asked.
	before func(e exchange) (reply string, pass bool)
	// after runs when HAProxy has obeyed, and returns false when the reply is
	// to be lost.
	after func(e exchange) bool
}

// relay stands before HAProxy's Runtime API, and lets tests see and fail what
// passes.
type relay struct {
	upstream string
	address  string
	mu       sync.Mutex
	watcher  watcher
	seen     []exchange
}

// newRelay starts a relay before the admin socket.
func newRelay(t *testing.T, h *haproxy.HAProxy) *relay {
	t.Helper()
	// The path of a Unix socket must be short, and those of t.TempDir are not.
	dir, err := os.MkdirTemp("", "rl") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{upstream: strings.TrimPrefix(h.AdminSocket(), "unix://"), address: filepath.Join(dir, "s")}
	listener, err := (&net.ListenConfig{}).Listen(context.WithoutCancel(t.Context()), "unix", r.address)
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() { r.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		served.Wait()
		_ = os.RemoveAll(dir)
	})
	return r
}

func (r *relay) socket() string { return "unix://" + r.address }

// watch sets who sees what passes, and forgets what has passed.
func (r *relay) watch(w watcher) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watcher, r.seen = w, nil
}

// passed is what has passed since watch.
func (r *relay) passed() []exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]exchange(nil), r.seen...)
}

func (r *relay) count(line string) (exchange, watcher) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := exchange{len(r.seen) + 1, strings.TrimSpace(line)}
	r.seen = append(r.seen, e)
	return e, r.watcher
}

// serve passes one line on. HAProxy closes after its reply, and so does this.
func (r *relay) serve(conn net.Conn) {
	defer conn.Close()
	line := make([]byte, 16<<10)
	n, err := conn.Read(line)
	if err != nil {
		return
	}
	e, w := r.count(string(line[:n]))
	if w.before != nil {
		reply, pass := w.before(e)
		if !pass || reply != "" {
			_, _ = io.WriteString(conn, reply)
			return
		}
	}
	reply, err := r.forward(line[:n])
	if err != nil || (w.after != nil && !w.after(e)) {
		return
	}
	_, _ = conn.Write(reply)
}

func (r *relay) forward(line []byte) ([]byte, error) {
	conn, err := net.Dial("unix", r.upstream)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.Write(line); err != nil {
		return nil, err
	}
	return io.ReadAll(conn)
}
