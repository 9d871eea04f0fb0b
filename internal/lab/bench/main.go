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
	"strconv"
	"strings"
	"syscall"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

// settings say what is measured.
type settings struct {
	provider  string // the provider's binary
	before    string // that of an earlier version, to measure beside; empty for none
	terraform string // the Terraform or OpenTofu command
	rounds    int    // cutovers of one switch, each beside a bare one
	switches  int    // behind one load balancer
	sizes     sizes  // numbers of switches whose plan is measured
	only      string // aws, gcp or cost; empty for all
	dir       string // for everything that is written
}

func main() {
	var s settings
	flag.StringVar(&s.provider, "provider", "", "the provider's binary; built when left out")
	flag.StringVar(&s.before, "before", "", "the binary of an earlier version, to measure what a plan costs beside")
	flag.StringVar(&s.terraform, "terraform", "terraform", "the Terraform or OpenTofu command")
	flag.IntVar(&s.rounds, "rounds", 20, "how many times one switch is cut over")
	flag.IntVar(&s.switches, "switches", 200, "how many switches there are on one load balancer")
	flag.StringVar(&s.only, "only", "", "measure aws, gcp or cost alone")
	s.sizes = sizes{1, costOf, 1000, costLarge}
	flag.Var(&s.sizes, "sizes", "for how many switches it is measured what a plan costs")
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
	if err := s.findPrograms(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		name    string
		measure func(context.Context, settings) (report, error)
	}{{"aws", measureAWS}, {"gcp", measureGCP}, {"cost", measureCost}} {
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

// findPrograms builds the provider when none is given, and finds those that are.
func (s *settings) findPrograms(ctx context.Context) (err error) {
	if s.provider == "" {
		if err := cli.Build(ctx, s.dir, "-trimpath", "-ldflags", "-s -w"); err != nil {
			return err
		}
		s.provider = filepath.Join(s.dir, "terraform-provider-bluegreen")
	}
	for _, binary := range []*string{&s.provider, &s.before} {
		if *binary == "" {
			continue
		}
		if *binary, err = programOf(*binary); err != nil {
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

// sizes are numbers of switches, as a flag: "1,200,1000".
type sizes []int

// String implements flag.Value.
func (s *sizes) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(*s)), " ", ","), "[]")
}

// Set implements flag.Value.
func (s *sizes) Set(text string) error {
	*s = nil
	for _, one := range strings.Split(text, ",") {
		n, err := strconv.Atoi(one)
		if err != nil || n < 1 {
			return fmt.Errorf("bench: %q is no number of switches", one)
		}
		*s = append(*s, n)
	}
	return nil
}
