package haproxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ErrMissing reports that HAProxy is not installed.
var ErrMissing = errors.New("lab/haproxy: no haproxy on this machine: install the package \"haproxy\"")

// errPort reports that another process was given a port in the meantime.
var errPort = errors.New("lab/haproxy: a port is in use")

const (
	tries      = 5
	startLimit = 20 * time.Second
	pollEvery  = 10 * time.Millisecond
)

// HAProxy is one that runs: a master, its worker, their sockets and files.
// Methods may be called from several goroutines, but Reload, Stop and Kill
// from one at a time.
type HAProxy struct {
	layout layout
	config Config
	log    *log
	cmd    *exec.Cmd
	done   chan struct{} // closed when the master has ended
}

// Start starts HAProxy and returns when it serves. It ends with ctx, or by Stop
// or Kill. The error wraps ErrMissing when there is no HAProxy; otherwise it
// has HAProxy's own log.
func Start(ctx context.Context, c Config) (*HAProxy, error) {
	binary, err := find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "hap")
	if err != nil {
		return nil, fmt.Errorf("lab/haproxy: %w", err)
	}
	for range tries {
		var h *HAProxy
		if h, err = start(ctx, binary, dir, c); err == nil {
			return h, nil
		}
		if !errors.Is(err, errPort) {
			break
		}
	}
	return nil, errors.Join(err, os.RemoveAll(dir))
}

// find looks where packages put it too: /usr/sbin is not on everyone's PATH.
func find() (string, error) {
	for _, name := range []string{"haproxy", "/usr/sbin/haproxy", "/usr/local/sbin/haproxy"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrMissing
}

func start(ctx context.Context, binary, dir string, c Config) (*HAProxy, error) {
	l, err := newLayout(ctx, dir)
	if err != nil {
		return nil, err
	}
	files := map[string]string{l.config(): c.text(l), l.mapFile(): c.mapText(), l.stateFile(): "1\n"}
	for name, text := range files {
		if err := write(name, text); err != nil {
			return nil, err
		}
	}
	h := &HAProxy{layout: l, config: c, log: &log{}, done: make(chan struct{})}
	h.cmd = exec.CommandContext(ctx, binary, "-Ws", "-S", l.socket("master"), "-f", l.config()) //nolint:gosec // the binary is HAProxy, the path is ours
	h.cmd.Stdout, h.cmd.Stderr = h.log, h.log
	// One group for master and workers: what this started can be ended whole.
	h.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	h.cmd.Cancel = func() error { return syscall.Kill(-h.cmd.Process.Pid, syscall.SIGKILL) }
	if err := h.cmd.Start(); err != nil {
		return nil, fmt.Errorf("lab/haproxy: %w", err)
	}
	go func() { _ = h.cmd.Wait(); close(h.done) }()
	if err := h.await(ctx, func(pid string) bool { return pid != "" }); err != nil {
		h.Kill()
		return nil, h.explain(err)
	}
	return h, nil
}

// explain adds HAProxy's log to an error, and tells a port that was taken.
func (h *HAProxy) explain(err error) error {
	text := h.Log()
	if strings.Contains(text, "Address already in use") {
		err = errors.Join(errPort, err)
	}
	return fmt.Errorf("%w\n%s", err, text)
}

// newLayout chooses three ports that nobody has. Between here and HAProxy's
// bind somebody may take one; Start then tries again.
func newLayout(ctx context.Context, dir string) (layout, error) {
	l := layout{dir: dir}
	var held []net.Listener // until all are chosen, lest one is given twice
	defer func() {
		for _, listener := range held {
			_ = listener.Close()
		}
	}()
	for _, port := range []*int{&l.mapPort, &l.serverPort, &l.tcpAPI} {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
		if err != nil {
			return l, fmt.Errorf("lab/haproxy: %w", err)
		}
		held = append(held, listener)
		if address, ok := listener.Addr().(*net.TCPAddr); ok {
			*port = address.Port
		}
	}
	return l, nil
}

func write(name, text string) error {
	if err := os.WriteFile(filepath.Clean(name), []byte(text), 0o600); err != nil {
		return fmt.Errorf("lab/haproxy: %w", err)
	}
	return nil
}
