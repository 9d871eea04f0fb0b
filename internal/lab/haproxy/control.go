package haproxy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// ErrEnded reports that HAProxy has ended.
var ErrEnded = errors.New("lab/haproxy: HAProxy has ended")

// Reload makes HAProxy read its configuration and its map file again, as the
// distribution's service does: the master starts a new worker, which takes
// over the listeners, and the old one ends when its clients have left. A
// configuration that is not valid changes nothing, and is the error. Reload
// returns when the new worker answers.
func (h *HAProxy) Reload(ctx context.Context) error {
	old, err := h.pid(ctx)
	if err != nil {
		return err
	}
	if err := h.validate(ctx); err != nil {
		return err
	}
	if h.config.KeepState {
		if err := h.saveState(ctx); err != nil {
			return err
		}
	}
	if err := h.cmd.Process.Signal(syscall.SIGUSR2); err != nil {
		return fmt.Errorf("lab/haproxy: reload: %w", err)
	}
	if err := h.await(ctx, func(pid string) bool { return pid != "" && pid != old }); err != nil {
		return fmt.Errorf("%w\n%s", err, h.Log())
	}
	return nil
}

// validate lets HAProxy read its configuration, and no more.
func (h *HAProxy) validate(ctx context.Context) error {
	check := exec.CommandContext(ctx, h.cmd.Path, "-c", "-f", h.layout.config()) //nolint:gosec // as in start
	if output, err := check.CombinedOutput(); err != nil {
		return fmt.Errorf("lab/haproxy: %w: %s", err, output)
	}
	return nil
}

// saveState writes what a new worker reads with load-server-state-from-file.
func (h *HAProxy) saveState(ctx context.Context) error {
	state, err := h.Command(ctx, "show servers state")
	if err != nil {
		return err
	}
	return write(h.layout.stateFile(), state)
}

// Reconfigure writes another configuration, and reloads. Sockets, ports and
// the map file stay as they are.
func (h *HAProxy) Reconfigure(ctx context.Context, c Config) error {
	if err := write(h.layout.config(), c.text(h.layout)); err != nil {
		return err
	}
	h.config = c
	return h.Reload(ctx)
}

// Stop ends HAProxy, waits for that, and removes its files.
func (h *HAProxy) Stop() error {
	h.Kill()
	if err := os.RemoveAll(h.layout.dir); err != nil {
		return fmt.Errorf("lab/haproxy: %w", err)
	}
	return nil
}

// Kill ends master and workers at once, as a crash of the machine would, and
// leaves the files. The sockets then refuse connections.
func (h *HAProxy) Kill() {
	// The group outlives its leader while a worker of it does.
	_ = syscall.Kill(-h.cmd.Process.Pid, syscall.SIGKILL)
	<-h.done
}

// await polls the worker's pid, "" while nobody answers, until it is as it
// should be.
func (h *HAProxy) await(ctx context.Context, ready func(pid string) bool) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		pid, err := h.pid(ctx)
		if ready(pid) {
			return nil
		}
		select {
		case <-h.done:
			return ErrEnded
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("lab/haproxy: not ready: %w", ctx.Err()), err)
		case <-tick.C:
		}
	}
}
