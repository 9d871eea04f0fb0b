package main

import (
	"context"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// What Google takes for a write, and its load balancers to follow it, shortened.
const (
	gcpOperation   = 500 * time.Millisecond
	gcpPropagation = 500 * time.Millisecond
)

// gcpStage is a global external Application Load Balancer of the lab.
type gcpStage struct {
	lab      *gcplb.Lab
	scenario *gcplb.Scenario
}

func openGCP(ctx context.Context) (stage, error) {
	// The lab outlives an interrupt, so that Terraform can roll back.
	lab, err := gcplb.Start(context.WithoutCancel(ctx), gcplb.Options{OperationTime: gcpOperation, Propagation: gcpPropagation})
	if err != nil {
		return nil, err
	}
	s, err := lab.Scenario(gcplb.ScenarioOptions{Targets: 2})
	if err != nil {
		lab.Close()
		return nil, err
	}
	return &gcpStage{lab, s}, nil
}

func (s *gcpStage) Title() string {
	return "a Google Cloud URL map in small: the real API, operations that take time, a real data plane"
}

func (s *gcpStage) Users() load.Options { return load.Options{URL: s.scenario.URL} }

func (s *gcpStage) Provider() string {
	return fmt.Sprintf(`
  gcp = {
    project  = %q
    endpoint = %q
  }
`, gcplb.Project, s.lab.URL())
}

func (s *gcpStage) Environment(color string) string {
	side := s.scenario.Blue
	if color == "green" {
		side = s.scenario.Green
	}
	return fmt.Sprintf("gcp_lb  = { backend_services = [%q] }", side.Service)
}

func (s *gcpStage) Switch() string {
	return fmt.Sprintf("gcp_lb       = { url_maps = [%q] }", s.scenario.URLMap)
}

func (s *gcpStage) Applications() map[string][]string {
	addresses := map[string][]string{}
	for _, side := range []*gcplb.Side{s.scenario.Blue, s.scenario.Green} {
		for _, a := range side.Apps {
			addresses[side.Color] = append(addresses[side.Color], a.Addr())
		}
	}
	return addresses
}

func (s *gcpStage) Break(share float64) {
	for _, a := range s.scenario.Green.Apps {
		a.SetFailureShare(share)
	}
}

// Weights are percent; a service that has the whole route counts as 100.
func (s *gcpStage) Weights() (blue, green int) {
	shares, all := map[string]int{}, 0
	for _, w := range s.lab.Weights(s.scenario.URLMap, "") {
		shares[w.Service] += w.Weight
		all += w.Weight
	}
	all = max(all, 1)
	return shares[s.scenario.Blue.Service] * 100 / all, shares[s.scenario.Green.Service] * 100 / all
}

func (s *gcpStage) Close() error {
	err := s.scenario.Close()
	s.lab.Close()
	return err
}
