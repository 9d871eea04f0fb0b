package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// haproxyStage is a real HAProxy whose servers are blue and green.
type haproxyStage struct {
	proxy *haproxy.HAProxy
	apps  []*app.App
}

const serversOfEach = 2

func openHAProxy(ctx context.Context) (stage, error) {
	s := &haproxyStage{}
	for _, color := range []string{"blue", "green"} {
		for range serversOfEach {
			a, err := app.Start(app.Options{Color: color})
			if err != nil {
				return nil, errors.Join(err, s.Close())
			}
			s.apps = append(s.apps, a)
		}
	}
	addresses := s.Applications()
	// It outlives an interrupt, so that Terraform can roll back.
	proxy, err := haproxy.Start(context.WithoutCancel(ctx), haproxy.Config{
		Blue: addresses["blue"], Green: addresses["green"], HealthPath: app.HealthPath,
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.proxy = proxy
	return s, s.allToBlue(ctx)
}

// allToBlue is where the demo begins: green is idle.
func (s *haproxyStage) allToBlue(ctx context.Context) error {
	for i := range serversOfEach {
		if _, err := s.proxy.Command(ctx, fmt.Sprintf("set server %s/green%d weight 0", haproxy.Backend, i+1)); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	return nil
}

func (s *haproxyStage) Title() string {
	return "a real HAProxy, its Runtime API, and the weights of its servers"
}

func (s *haproxyStage) Users() load.Options { return load.Options{URL: s.proxy.ServerURL()} }

func (s *haproxyStage) Provider() string { return "" }

func (s *haproxyStage) Environment(color string) string {
	var names []string
	for i := range serversOfEach {
		names = append(names, fmt.Sprintf("%q", fmt.Sprintf("%s/%s%d", haproxy.Backend, color, i+1)))
	}
	return fmt.Sprintf("haproxy = { servers = [%s] }", strings.Join(names, ", "))
}

func (s *haproxyStage) Switch() string {
	return fmt.Sprintf("haproxy      = { sockets = [%q] }", s.proxy.AdminSocket())
}

func (s *haproxyStage) Applications() map[string][]string {
	addresses := map[string][]string{}
	for _, a := range s.apps {
		addresses[a.Color()] = append(addresses[a.Color()], a.Addr())
	}
	return addresses
}

func (s *haproxyStage) Break(share float64) {
	for _, a := range s.apps {
		if a.Color() == "green" {
			a.SetFailureShare(share)
		}
	}
}

// Weights reads the servers' weights. What cannot be read is shown as nothing.
func (s *haproxyStage) Weights() (blue, green int) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	answer, err := s.proxy.Command(ctx, "show servers state "+haproxy.Backend)
	if err != nil {
		return 0, 0
	}
	shares := map[string]int{}
	for line := range strings.Lines(answer) {
		// be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight …
		if f := strings.Fields(line); len(f) > 7 && f[1] == haproxy.Backend {
			weight, err := strconv.Atoi(f[7])
			if err == nil {
				shares[strings.TrimRight(f[3], "0123456789")] += weight
			}
		}
	}
	all := max(shares["blue"]+shares["green"], 1)
	return shares["blue"] * 100 / all, shares["green"] * 100 / all
}

func (s *haproxyStage) Close() error {
	var errs []error
	if s.proxy != nil {
		errs = append(errs, s.proxy.Stop())
	}
	for _, a := range s.apps {
		errs = append(errs, a.Close())
	}
	return errors.Join(errs...)
}
