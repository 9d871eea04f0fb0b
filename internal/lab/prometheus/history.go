package prometheus

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// remember imports the history, where there is one.
func (p *Prometheus) remember(ctx context.Context) error {
	if p.config.History == "" {
		return nil
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		return ErrMissing // it is of the same package
	}
	if err := os.WriteFile(p.file("history.txt"), []byte(p.config.History), 0o600); err != nil {
		return fmt.Errorf("lab/prometheus: %w", err)
	}
	imported := exec.CommandContext(ctx, promtool, "tsdb", "create-blocks-from", "openmetrics", p.file("history.txt"), p.file("data")) //nolint:gosec // the binary is promtool, the paths are ours
	if output, err := imported.CombinedOutput(); err != nil {
		return fmt.Errorf("lab/prometheus: history: %w: %s", err, output)
	}
	return nil
}
