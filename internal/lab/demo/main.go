// Command demo shows the provider at work, with no cloud account: it starts a
// router and two applications on loopback, puts steady load on them, and has
// the real Terraform cut traffic over and back. It fails if any request does.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

func main() {
	router := flag.String("router", "aws", "the router to cut over: "+routers())
	provider := flag.String("provider", "", "the provider's binary; built when left out")
	terraform := flag.String("terraform", "terraform", "the Terraform or OpenTofu command")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *router, *provider, *terraform)
	stop()
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "demo: interrupted; everything that it started is stopped")
		os.Exit(130)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run plays the demo from the first apply to the table.
func run(ctx context.Context, router, provider, terraform string) (err error) {
	dir, err := os.MkdirTemp("", "bluegreen-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if provider == "" {
		if err := cli.Build(ctx, dir); err != nil {
			return err
		}
		provider = filepath.Join(dir, "terraform-provider-bluegreen")
	}
	stage, err := open(ctx, router)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	events := filepath.Join(dir, "events.jsonl")
	work := filepath.Join(dir, "configuration")
	if err := os.Mkdir(work, 0o700); err != nil {
		return err
	}
	w, err := cli.New(cli.Options{
		Binary: terraform, ProviderDir: filepath.Dir(provider), Dir: work, Env: []string{"BLUEGREEN_EVENT_FILE=" + events},
	})
	if err != nil {
		return err
	}
	p := &play{stage: stage, workspace: w, events: &follower{file: events}, screen: newScreen(os.Stdout)}
	if err := p.measure(ctx); err != nil {
		return err
	}
	defer p.prometheus.stop()
	if err := w.Write("main.tf", configuration(stage, p.prometheus.url())); err != nil {
		return err
	}
	return p.run(ctx)
}
