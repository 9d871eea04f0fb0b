package prometheus

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Freeze stops Prometheus where it stands: until Thaw it takes connections and
// answers none. It returns when that is so. It needs Linux's /proc.
func (p *Prometheus) Freeze(ctx context.Context) error {
	if err := p.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	return p.poll(ctx, func(context.Context) bool { return p.stopped() })
}

// Thaw lets a frozen Prometheus go on.
func (p *Prometheus) Thaw() error { return p.signal(syscall.SIGCONT) }

func (p *Prometheus) signal(s syscall.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil {
		return fmt.Errorf("lab/prometheus: %w", err)
	}
	return nil
}

// stopped tells whether every thread is: each notices the signal by itself.
func (p *Prometheus) stopped() bool {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		return false
	}
	for _, thread := range threads {
		stat, err := os.ReadFile(filepath.Clean(thread))
		if err != nil || !strings.Contains(string(stat), ") T ") {
			return false
		}
	}
	return true
}
