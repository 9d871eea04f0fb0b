package prometheus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// ErrMissing reports that Prometheus is not installed.
var ErrMissing = errors.New("lab/prometheus: no prometheus on this machine: install the package \"prometheus\"")

// ErrEnded reports that Prometheus has ended.
var ErrEnded = errors.New("lab/prometheus: Prometheus has ended")

const (
	startLimit = 30 * time.Second
	pollEvery  = 10 * time.Millisecond
)

// Prometheus is one that runs. All methods are safe for concurrent use.
type Prometheus struct {
	dir    string
	config Config
	log    *log
	cmd    *exec.Cmd
	url    string
	done   chan struct{} // closed when it has ended
}

// Start starts Prometheus and returns when it answers queries. It ends with
// ctx, or by Stop or Kill. The error wraps ErrMissing when there is no
// Prometheus; otherwise it has Prometheus's own log.
func Start(ctx context.Context, c Config) (*Prometheus, error) {
	binary, err := exec.LookPath("prometheus")
	if err != nil {
		return nil, ErrMissing
	}
	dir, err := os.MkdirTemp("", "prometheus-")
	if err != nil {
		return nil, fmt.Errorf("lab/prometheus: %w", err)
	}
	p := &Prometheus{dir: dir, config: c, log: &log{}, done: make(chan struct{})}
	if err := p.start(ctx, binary); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := p.ready(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w\n%s", err, p.log), p.Stop())
	}
	return p, nil
}

func (p *Prometheus) start(ctx context.Context, binary string) error {
	arguments := []string{
		"--config.file=" + p.file("prometheus.yml"), "--storage.tsdb.path=" + p.file("data"),
		"--web.listen-address=127.0.0.1:0", "--log.level=info",
	}
	files := map[string]string{"prometheus.yml": p.config.text()}
	if p.config.Web != "" {
		files["web.yml"] = p.config.Web
		arguments = append(arguments, "--web.config.file="+p.file("web.yml"))
	}
	for name, text := range files {
		if err := os.WriteFile(p.file(name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("lab/prometheus: %w", err)
		}
	}
	if err := p.remember(ctx); err != nil {
		return err
	}
	p.cmd = exec.CommandContext(ctx, binary, arguments...) //nolint:gosec // the binary is Prometheus, the paths are ours
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("lab/prometheus: %w", err)
	}
	go func() { _ = p.cmd.Wait(); close(p.done) }()
	return nil
}

func (p *Prometheus) file(name string) string { return filepath.Join(p.dir, name) }

// listening matches what Prometheus says when it has opened its port, which
// the system chose.
var listening = regexp.MustCompile(`msg="Listening on" address=(127\.0\.0\.1:\d+)`)

// serving is what Prometheus says once it answers queries. Its address for
// that, /-/ready, answers its own users only.
const serving = `msg="Server is ready to receive web requests."`

// ready waits until Prometheus answers queries. It says so in two lines, in
// either order.
func (p *Prometheus) ready(ctx context.Context) error {
	return p.poll(ctx, func(context.Context) bool {
		text := p.log.String()
		found := listening.FindStringSubmatch(text)
		if found == nil || !strings.Contains(text, serving) {
			return false
		}
		p.url = "http://" + found[1]
		return true
	})
}

// poll asks until done says so.
func (p *Prometheus) poll(ctx context.Context, done func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !done(ctx) {
		select {
		case <-p.done:
			return ErrEnded
		case <-ctx.Done():
			return fmt.Errorf("lab/prometheus: not ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}

// Stop ends Prometheus, waits for that, and removes its files.
func (p *Prometheus) Stop() error {
	p.Kill()
	if err := os.RemoveAll(p.dir); err != nil {
		return fmt.Errorf("lab/prometheus: %w", err)
	}
	return nil
}

// Kill ends Prometheus at once, as a crash would, and leaves its files. Its
// port then refuses connections.
func (p *Prometheus) Kill() {
	_ = p.cmd.Process.Kill() // an error says that it has ended
	<-p.done
}
