// Package daemon starts a server in a folder of its own, and ends it with all
// that it started. A server that will not run as root runs as somebody without
// rights.
package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	startLimit = time.Minute
	stopLimit  = 20 * time.Second
	pollEvery  = 20 * time.Millisecond
)

var (
	// ErrMissing reports a command that is not installed.
	ErrMissing = errors.New("not on this machine")
	// errEnded reports a server that ended before it served.
	errEnded = errors.New("it ended before it served")
)

// Find returns the path of a command: that on the PATH, or the first of more
// places that there is. The error wraps ErrMissing, and names the package.
func Find(command, pkg string, places ...string) (string, error) {
	for _, name := range append([]string{command}, places...) {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("lab: %s is %w: install the package %q", command, ErrMissing, pkg)
}

// Home is a new folder, and who runs servers in it.
type Home struct {
	Dir string
	// User runs the servers; nil when that is us.
	User *syscall.Credential
}

// NewHome makes a folder that belongs to whoever runs servers in it: us, or
// when we are root the user nobody.
func NewHome(prefix string) (*Home, error) {
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	h := &Home{Dir: dir}
	if os.Geteuid() != 0 {
		return h, nil
	}
	if h.User, err = nobody(); err == nil {
		err = os.Chown(dir, int(h.User.Uid), int(h.User.Gid))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lab: %w", err), os.RemoveAll(dir))
	}
	return h, nil
}

func nobody() (*syscall.Credential, error) {
	u, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(uidErr, gidErr)
}

// Path is a path within the folder.
func (h *Home) Path(name string) string { return filepath.Join(h.Dir, name) }

// Write writes a file that only the user of the folder may read.
func (h *Home) Write(name string, content []byte) error {
	if err := os.WriteFile(h.Path(name), content, 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if h.User == nil {
		return nil
	}
	return os.Chown(h.Path(name), int(h.User.Uid), int(h.User.Gid))
}

// Remove removes the folder.
func (h *Home) Remove() error { return os.RemoveAll(h.Dir) }

// Run runs a command to its end.
func (h *Home) Run(ctx context.Context, path string, args ...string) error {
	out, err := h.command(ctx, path, args).CombinedOutput()
	if err != nil {
		return fmt.Errorf("lab: %s: %w\n%s", filepath.Base(path), err, out)
	}
	return nil
}

func (h *Home) command(ctx context.Context, path string, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // servers of the lab, with arguments of the lab
	cmd.Dir = h.Dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + h.Dir, "TMPDIR=" + h.Dir, "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: h.User}
	return cmd
}

// Daemon is a server that runs.
type Daemon struct {
	cmd  *exec.Cmd
	log  *log
	done chan struct{} // closed when it has ended
}

// Start starts a server, and returns when ready does without an error. An
// error has the server's own log. It ends with ctx, or by Stop.
func (h *Home) Start(ctx context.Context, ready func(context.Context) error, path string, args ...string) (*Daemon, error) {
	d := &Daemon{cmd: h.command(ctx, path, args), log: &log{}, done: make(chan struct{})}
	d.cmd.Stdout, d.cmd.Stderr = d.log, d.log
	d.cmd.Cancel = func() error { return syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL) }
	if err := d.cmd.Start(); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	go func() { _ = d.cmd.Wait(); close(d.done) }()
	if err := d.await(ctx, ready); err != nil {
		d.kill()
		return nil, fmt.Errorf("lab: %s: %w\n%s", filepath.Base(path), err, d.log)
	}
	return d, nil
}

func (d *Daemon) await(ctx context.Context, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-d.done:
			return errEnded
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-ticker.C:
		}
	}
}

// Stop asks the server to end with a signal, and makes it end when it does
// not. It returns when the server has ended.
func (d *Daemon) Stop(signal syscall.Signal) {
	_ = d.cmd.Process.Signal(signal) // it may have ended already
	timer := time.NewTimer(stopLimit)
	defer timer.Stop()
	select {
	case <-d.done:
	case <-timer.C:
		d.kill()
	}
}

// kill ends the whole group: what this started, and what that started.
func (d *Daemon) kill() {
	_ = syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL)
	<-d.done
}

// Log is what the server has said.
func (d *Daemon) Log() string { return d.log.String() }

// log collects what a server says, from several goroutines.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns all of it.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
