package main

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

const (
	azureTTL = 2 // seconds that a resolver keeps an answer
	// azureResolvers stand between the users and DNS. Each gives all who ask it
	// the same answer until the TTL has passed, as those of providers do.
	azureResolvers = 50
)

// azureStage is a Traffic Manager profile of the lab.
type azureStage struct {
	lab      *azuretm.Lab
	scenario *azuretm.Scenario
}

func openAzure(ctx context.Context) (stage, error) {
	// The lab outlives an interrupt, so that Terraform can roll back.
	lab, err := azuretm.Start(context.WithoutCancel(ctx), azuretm.Options{Second: time.Second})
	if err != nil {
		return nil, err
	}
	s, err := lab.Scenario(ctx, azuretm.ScenarioOptions{TTL: azureTTL})
	if err != nil {
		lab.Close()
		return nil, err
	}
	return &azureStage{lab, s}, nil
}

func (s *azureStage) Title() string {
	return fmt.Sprintf("an Azure Traffic Manager profile in small: the real API, a real DNS server, %d resolvers that honour its TTL of %d s",
		azureResolvers, azureTTL)
}

// Users resolve the name for each connection, and make one for each request:
// those that are open already no DNS can move.
func (s *azureStage) Users() load.Options {
	resolvers := make([]*azuretm.Resolver, azureResolvers)
	for i := range resolvers {
		resolvers[i] = s.lab.Resolver()
	}
	var turn atomic.Int64
	return load.Options{
		URL: "http://" + s.scenario.FQDN + "/", Fresh: true,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			return resolvers[turn.Add(1)%azureResolvers].DialContext(ctx, network, address)
		},
	}
}

func (s *azureStage) Provider() string {
	return fmt.Sprintf(`
  azure = {
    access_token = %q
    endpoint     = %q
  }
`, azuretm.Token, s.lab.URL())
}

func (s *azureStage) Environment(color string) string {
	side := s.scenario.Blue
	if color == "green" {
		side = s.scenario.Green
	}
	return fmt.Sprintf("azure_traffic_manager = { endpoint_ids = [%q] }", side.EndpointID)
}

func (s *azureStage) Switch() string {
	return fmt.Sprintf("azure_traffic_manager = { profile_ids = [%q] }", s.scenario.ProfileID)
}

func (s *azureStage) Applications() map[string][]string {
	return map[string][]string{
		"blue": {s.scenario.Blue.App.Addr()}, "green": {s.scenario.Green.App.Addr()},
	}
}

func (s *azureStage) Break(share float64) { s.scenario.Green.App.SetFailureShare(share) }

// Weights are percent of the weights of enabled endpoints.
func (s *azureStage) Weights() (blue, green int) {
	profile, ok := s.lab.Now(s.scenario.ProfileID)
	if !ok {
		return 0, 0
	}
	shares, all := map[string]int{}, 0
	for _, e := range profile.Properties.Endpoints {
		if *e.Properties.EndpointStatus == tm.EndpointStatusEnabled {
			shares[*e.Name] = int(*e.Properties.Weight)
			all += shares[*e.Name]
		}
	}
	all = max(all, 1)
	return (shares["blue"]*100 + all/2) / all, (shares["green"]*100 + all/2) / all
}

func (s *azureStage) Close() error {
	err := s.scenario.Close()
	s.lab.Close()
	return err
}
