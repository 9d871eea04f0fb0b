package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// awsStage is an Application Load Balancer of the lab.
type awsStage struct {
	lab      *awselb.Lab
	scenario *awselb.Scenario
}

func openAWS(ctx context.Context) (stage, error) {
	// The lab outlives an interrupt, so that Terraform can roll back.
	lab, err := awselb.Start(context.WithoutCancel(ctx), awselb.Options{})
	if err != nil {
		return nil, err
	}
	s, err := lab.Scenario(ctx, awselb.ScenarioOptions{Targets: 2, AppOptions: app.Options{}})
	if err != nil {
		lab.Close()
		return nil, err
	}
	return &awsStage{lab, s}, nil
}

func (s *awsStage) Title() string {
	return "an AWS Application Load Balancer in small: the real API, a real data plane"
}

func (s *awsStage) Users() load.Options {
	return load.Options{URL: s.lab.Listener(s.scenario.ListenerARN).URL()}
}

func (s *awsStage) Provider() string {
	return fmt.Sprintf(`
  aws = {
    region     = %q
    access_key = %q
    secret_key = %q
    endpoints  = { elbv2 = %q }
  }
`, s.scenario.Region, awselb.AccessKey, awselb.SecretKey, s.lab.URL())
}

func (s *awsStage) Environment(color string) string {
	side := s.scenario.Blue
	if color == "green" {
		side = s.scenario.Green
	}
	return fmt.Sprintf("aws_lb  = { target_group_arns = [%q] }", side.GroupARN)
}

func (s *awsStage) Switch() string {
	return fmt.Sprintf("aws_lb       = { listener_arns = [%q] }", s.scenario.ListenerARN)
}

func (s *awsStage) Applications() map[string][]string {
	addresses := map[string][]string{}
	for _, side := range []*awselb.Side{s.scenario.Blue, s.scenario.Green} {
		for _, a := range side.Apps {
			addresses[side.Color] = append(addresses[side.Color], a.Addr())
		}
	}
	return addresses
}

func (s *awsStage) Break(share float64) { s.scenario.Green.SetFailureShare(share) }

func (s *awsStage) Weights() (blue, green int) {
	weights := s.lab.Weights(s.scenario.ListenerARN)
	return weights[s.scenario.Blue.GroupARN], weights[s.scenario.Green.GroupARN]
}

func (s *awsStage) Close() error {
	err := s.scenario.Close()
	s.lab.Close()
	return errors.Join(err)
}
