package haproxy

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

const commandLimit = 5 * time.Second

// Command sends one line of the Runtime API to the admin socket, and returns
// all that came back.
func (h *HAProxy) Command(ctx context.Context, line string) (string, error) {
	return h.ask(ctx, "admin", line)
}

func (h *HAProxy) ask(ctx context.Context, socket, line string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", h.layout.socket(socket))
	if err != nil {
		return "", fmt.Errorf("lab/haproxy: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if _, err := io.WriteString(conn, line+"\n"); err != nil {
		return "", fmt.Errorf("lab/haproxy: %s: %w", line, err)
	}
	reply, err := io.ReadAll(conn)
	if err != nil {
		return "", fmt.Errorf("lab/haproxy: %s: %w", line, err)
	}
	return string(reply), nil
}

// pid returns the pid of the worker that answers, once the master knows it as
// well: until it does, the master is still starting, and a signal may be lost.
func (h *HAProxy) pid(ctx context.Context) (string, error) {
	pid, err := h.worker(ctx)
	if err != nil {
		return "", err
	}
	// Other than a worker, the master keeps the connection open after a line.
	processes, err := h.ask(ctx, "master", "show proc;quit")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(processes) {
		if strings.HasPrefix(line, pid+" ") {
			return pid, nil
		}
	}
	return "", fmt.Errorf("lab/haproxy: the master does not know worker %s yet: %q", pid, processes)
}

func (h *HAProxy) worker(ctx context.Context) (string, error) {
	info, err := h.Command(ctx, "show info")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(info) {
		if pid, ok := strings.CutPrefix(line, "Pid: "); ok {
			return strings.TrimSpace(pid), nil
		}
	}
	return "", fmt.Errorf("lab/haproxy: show info told no pid: %q", info)
}
