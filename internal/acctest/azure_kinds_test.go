package acctest

import (
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestAzureNested cuts over with endpoints that are profiles of their own.
func TestAzureNested(t *testing.T) {
	t.Parallel()
	s := openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL, Kind: tm.EndpointTypeNestedEndpoints})
	e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(threeSteps) }, s)
	for _, color := range []traffic.Color{traffic.Green, traffic.Blue} {
		e.forget()
		e.apply(t, to(color)...)
		e.wantWeights(t, traffic.All(color))
		e.sound(t, "on to "+color.String(), color)
		e.wantPassed(t, color)
		e.wantNoChanges(t, to(color)...)
	}
}

// TestAzureWaitsForTheTTL tells of clients that follow later, and waits.
func TestAzureWaitsForTheTTL(t *testing.T) {
	t.Parallel()
	s := openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: 2})
	e := adopted(t, cli.Options{}, nil, s)
	wantText(t, e.plan(t, to(traffic.Green)...), "drain: ", "clients follow within 2s")
	e.apply(t, to(traffic.Green)...)
	e.wantWeights(t, traffic.All(traffic.Green))
}

// TestAzureBesideOthers has a third endpoint, whose share stays as it is.
func TestAzureBesideOthers(t *testing.T) {
	t.Parallel()
	s := openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL})
	_, err := s.AddEndpoint(t.Context(), tm.EndpointTypeExternalEndpoints, "third", &tm.EndpointProperties{
		Target: &s.Blue.Target, EndpointStatus: pointer(tm.EndpointStatusEnabled), Weight: pointer(int64(50)),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.await(t, "third", tm.EndpointMonitorStatusOnline)
	e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(threeSteps) }, s)
	e.apply(t, to(traffic.Green)...)
	e.wantWeights(t, traffic.All(traffic.Green))
	e.sound(t, "beside a third endpoint", traffic.Green)
	if third := s.endpoints()["third"]; *third.Weight != 50 || *third.EndpointStatus != tm.EndpointStatusEnabled {
		t.Errorf("the third endpoint is %s with weight %d", *third.EndpointStatus, *third.Weight)
	}
	if green := s.endpoints()["green"]; *green.Weight != 100 {
		t.Errorf("green has weight %d beside a third endpoint, where blue had 100", *green.Weight)
	}
}
