package haproxy

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The moments of one exchange at which something can go wrong.
const (
	beforeForward = "before the command arrives"
	afterForward  = "after the command was obeyed"
	halfWay       = "when a part of the commands was obeyed"
)

// proxy stands before a Runtime API socket, and lets something happen at one
// moment of one connection.
type proxy struct {
	listener net.Listener
	upstream string

	mu     sync.Mutex
	count  int
	at     int    // the connection that fails, from 1; 0 for none
	moment string // when it fails
	strike func() // what happens, besides the connection being lost
	obeyed int    // half-way: how many commands
	seen   []string
}

// lines are all commands that came, without those of connections that broke.
func (p *proxy) lines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.seen)
}

func (p *proxy) note(line []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, strings.Split(strings.TrimSuffix(string(line), "\n"), ";")...)
}

func newProxy(t *testing.T, upstream string) *proxy {
	t.Helper()
	dir := shortDir(t)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, "s"))
	must(t, err)
	p := &proxy{listener: listener, upstream: strings.TrimPrefix(upstream, "unix://"), strike: func() {}}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		served.Wait()
	})
	return p
}

// shortDir is a folder whose path leaves room for a socket's name: those of
// t.TempDir are too long for some tests.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "px") //nolint:usetesting // see above
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	return dir
}

func (p *proxy) socket() string { return "unix://" + p.listener.Addr().String() }

// arm makes the nth connection from now fail.
func (p *proxy) arm(n int, moment string, strike func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count, p.at, p.moment, p.strike = 0, n, moment, strike
}

// disarm returns how many connections there were since arm.
func (p *proxy) disarm() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = 0
	return p.count
}

// next counts a connection, and tells what is to happen to it.
func (p *proxy) next() (moment string, strike func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	if p.count != p.at {
		return "", nil
	}
	return p.moment, p.strike
}

// armHalfWay makes the nth connection from now end after so many commands.
func (p *proxy) armHalfWay(n, obeyed int) {
	p.arm(n, halfWay, func() {})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.obeyed = obeyed
}

// cut leaves those commands of a line that are to be obeyed.
func (p *proxy) cut(line []byte) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	commands := strings.Split(strings.TrimSuffix(string(line), "\n"), ";")
	return []byte(strings.Join(commands[:min(p.obeyed, len(commands))], ";") + "\n")
}

func (p *proxy) serve(conn net.Conn) {
	defer conn.Close()
	moment, strike := p.next()
	line := make([]byte, haproxyapi.LineLimit)
	n, err := conn.Read(line)
	if err != nil {
		return
	}
	p.note(line[:n])
	if moment == beforeForward {
		strike()
		return
	}
	if moment == halfWay {
		_, _ = p.forward(p.cut(line[:n]))
		return
	}
	reply, err := p.forward(line[:n])
	if err != nil {
		return
	}
	if moment == afterForward {
		strike()
		_, _ = conn.Write(reply[:len(reply)/2])
		return
	}
	_, _ = conn.Write(reply)
}

func (p *proxy) forward(line []byte) ([]byte, error) {
	conn, err := net.Dial("unix", p.upstream)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.Write(line); err != nil {
		return nil, err
	}
	return io.ReadAll(conn)
}

// place is one mode under fault: the way through the proxy, and the way around.
type place struct {
	mode          string
	faulty, clean traffic.Router
	live          func() traffic.Weights
}

// places are both modes, over one HAProxy that is made anew.
func places(t *testing.T) (*world, *proxy, []place) {
	t.Helper()
	w := newWorld(t, 2, nil)
	p := newProxy(t, w.AdminSocket())
	return w, p, []place{
		{"map", w.mapRouter(p.socket()), w.mapRouter(w.AdminSocket()), w.liveMap},
		{"server", w.serverRouter(p.socket(), 2), w.serverRouter(w.AdminSocket(), 2), w.liveServers},
	}
}

// TestLostReplies loses each connection of a movement in turn. Either the
// movement was completed, or everything is as it was; and the same call again
// completes it. The file never is ahead of the live map.
func TestLostReplies(t *testing.T) {
	_, p, modes := places(t)
	for _, mode := range modes {
		t.Run(mode.mode, func(t *testing.T) {
			for _, moment := range []string{beforeForward, afterForward} {
				for n := 1; loseOne(t, p, mode, n, moment) >= n; n++ {
				}
			}
		})
	}
}

// loseOne loses the nth connection of a movement, sets everything right, and
// returns how many connections the movement had.
func loseOne(t *testing.T, p *proxy, mode place, n int, moment string) int {
	t.Helper()
	p.arm(n, moment, func() {})
	err := mode.faulty.SetWeights(t.Context(), allBlue, allGreen)
	seen := p.disarm()
	live := mode.live()
	if (err == nil || seen < n) && (err != nil || live != allGreen) {
		t.Errorf("connection %d of %d, %s: %v, and %s", n, seen, moment, err, live)
	}
	must(t, mode.clean.SetWeights(t.Context(), live, allGreen))
	must(t, mode.clean.(traffic.Verifier).Verify(t.Context(), allGreen))
	must(t, mode.clean.SetWeights(t.Context(), allGreen, allBlue))
	return seen
}

// TestHalfWay loses the connection on which servers are set, after each of the
// commands on it: the weights that stay must be known for our own.
func TestHalfWay(t *testing.T) {
	w := newWorld(t, 2, nil)
	p := newProxy(t, w.AdminSocket())
	faulty, clean := w.serverRouter(p.socket(), 2), w.serverRouter(w.AdminSocket(), 2)
	must(t, clean.SetWeights(t.Context(), w.liveServers(), allBlue))
	obeyed := 1
	for ; ; obeyed++ {
		const write = 2 // it reads, writes, and reads back
		p.armHalfWay(write, obeyed)
		err := faulty.SetWeights(t.Context(), allBlue, allGreen)
		p.disarm()
		live := w.liveServers()
		must(t, clean.SetWeights(t.Context(), live, allBlue))
		if err == nil {
			break
		}
		var partial *traffic.PartialError
		if !errors.As(err, &partial) || !slices.Contains(partial.Left, live) || live == allGreen || errors.Is(err, traffic.ErrConflict) {
			t.Errorf("after %d commands, with %s: %v", obeyed, live, err)
		}
	}
	if obeyed < 4 {
		t.Errorf("all was set by %d commands", obeyed)
	}
}

// TestKilled kills the process that moves traffic, by SIGKILL, at each moment
// of each connection. Then another one goes on, to green and to blue.
func TestKilled(t *testing.T) {
	w, p, modes := places(t)
	for _, mode := range modes {
		for _, to := range []traffic.Weights{allGreen, allBlue} {
			t.Run(mode.mode+" then "+to.String(), func(t *testing.T) {
				for n := 1; n <= 3; n++ {
					for _, moment := range []string{beforeForward, afterForward} {
						killAt(t, p, mode.mode, w.MapFile(), n, moment)
						live, err := mode.clean.Weights(t.Context())
						must(t, err)
						if actual := mode.live(); live != actual {
							t.Errorf("connection %d, %s: Weights = %s, but %s is live", n, moment, live, actual)
						}
						must(t, mode.clean.SetWeights(t.Context(), live, to))
						must(t, mode.clean.(traffic.Verifier).Verify(t.Context(), to))
						if mode.mode == "map" {
							w.reload()
							must(t, mode.clean.(traffic.Verifier).Verify(t.Context(), to))
						}
						must(t, mode.clean.SetWeights(t.Context(), to, allBlue))
					}
				}
			})
		}
	}
}

const childVariable = "BLUEGREEN_TEST_CHILD"

// killAt runs a movement to green in a process of its own, which is killed
// there. A crash may leave the file behind the live map, and never ahead.
func killAt(t *testing.T, p *proxy, mode, file string, n int, moment string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$") //nolint:gosec // this test itself
	child.Env = append(os.Environ(), childVariable+"="+mode+" "+p.socket()+" "+file)
	reached, killed := make(chan struct{}), make(chan struct{})
	p.arm(n, moment, func() {
		close(reached)
		<-killed
	})
	must(t, child.Start())
	defer p.disarm()
	defer close(killed)
	select {
	case <-reached:
	case <-time.After(20 * time.Second):
		t.Errorf("connection %d never came", n)
	}
	_ = child.Process.Kill()
	_ = child.Wait()
}

// TestChild is the process that killAt kills. By itself it does nothing.
func TestChild(t *testing.T) {
	args := strings.Fields(os.Getenv(childVariable))
	if len(args) != 3 {
		return
	}
	blue, green := serverBackends(2)
	block := Router{Sockets: args[1:2]}
	if args[0] == "map" {
		blue, green = mapBackends()
		block.Map = &Map{File: args[2], Key: ptr("shop")}
	}
	r := openAll(t, block, blue, green)[0]
	_ = r.SetWeights(t.Context(), allBlue, allGreen)
}

// TestNotHAProxy has something else answer on the socket.
func TestNotHAProxy(t *testing.T) {
	w := newWorld(t, 1, nil)
	for _, answer := range []string{"", "\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0\n", "\n\n\n\n\n"} {
		dir := shortDir(t)
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, "s"))
		must(t, err)
		served := make(chan struct{})
		go func() {
			defer close(served)
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				_, _ = conn.Read(make([]byte, haproxyapi.LineLimit))
				_, _ = io.WriteString(conn, answer)
				_ = conn.Close()
			}
		}()
		s := "unix://" + listener.Addr().String()
		for _, r := range []traffic.Router{w.mapRouter(s), w.serverRouter(s, 1)} {
			_, err := r.Weights(t.Context())
			setErr := r.SetWeights(t.Context(), allBlue, allGreen)
			_, inspectErr := r.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
			for _, err := range []error{err, setErr, inspectErr} {
				if err == nil || errors.Is(err, traffic.ErrNotFound) {
					t.Errorf("%q: %v", answer, err)
				}
			}
		}
		must(t, listener.Close())
		<-served
	}
	if text := w.fileText(); strings.Contains(text, "\tgreen") {
		t.Errorf("the file became %q", text)
	}
}
