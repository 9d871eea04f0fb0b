// Command bench measures what plans and applies of the provider cost, in API
// calls and in time, beside the bare SDK making the least calls that the job
// needs. Both talk to the lab, which answers each call after 50 ms and throttles
// as AWS has published.
//
// It measures and prints; a goal that was missed is no failure. What fails it is
// an error that reached the user.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

// settings say what is measured.
type settings struct {
	provider  string // the provider's binary
	terraform string // the Terraform or OpenTofu command
	rounds    int    // cutovers of one switch, each beside a bare one
	switches  int    // behind one load balancer
	only      string // aws or gcp; empty for all
	dir       string // for everything that is written
}

func main() {
	var s settings
	flag.StringVar(&s.provider, "provider", "", "the provider's binary; built when left out")
	flag.StringVar(&s.terraform, "terraform", "terraform", "the Terraform or OpenTofu command")
	flag.IntVar(&s.rounds, "rounds", 20, "how many times one switch is cut over")
	flag.IntVar(&s.switches, "switches", 200, "how many switches there are on one load balancer")
	flag.StringVar(&s.only, "only", "", "measure aws or gcp alone")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, s)
	stop()
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "bench: interrupted; everything that it started is stopped")
		os.Exit(130)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures everything, and prints what it found.
func run(ctx context.Context, s settings) (err error) {
	if s.dir, err = os.MkdirTemp("", "bluegreen-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	if s.provider == "" {
		if err := cli.Build(ctx, s.dir, "-trimpath", "-ldflags", "-s -w"); err != nil {
			return err
		}
		s.provider = filepath.Join(s.dir, "terraform-provider-bluegreen")
	}
	if s.provider, err = filepath.EvalSymlinks(s.provider); err != nil {
		return err
	}
	for _, part := range []struct {
		name    string
		measure func(context.Context, settings) (report, error)
	}{{"aws", measureAWS}, {"gcp", measureGCP}} {
		if s.only != "" && s.only != part.name {
			continue
		}
		r, err := part.measure(ctx, s)
		if err == nil {
			err = r.write(os.Stdout)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// report is what was measured of one cloud. Writing it fails when an error
// reached the user.
type report interface{ write(out io.Writer) error }

// measureAWS measures switches over load balancers, and the binary.
func measureAWS(ctx context.Context, s settings) (report, error) {
	r := results{switches: s.switches, rounds: s.rounds}
	var err error
	if r.one, err = measureOne(ctx, s); err != nil {
		return nil, err
	}
	if r.many, err = measureMany(ctx, s); err != nil {
		return nil, err
	}
	r.binary, err = measureBinary(ctx, s)
	return r, err
}

// progress tells a person who waits what goes on.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
