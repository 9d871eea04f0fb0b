package acctest

import (
	"slices"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestAzureKinds cuts over with endpoints of each kind. A nested one is a
// profile of its own.
func TestAzureKinds(t *testing.T) {
	t.Parallel()
	for _, kind := range []tm.EndpointType{tm.EndpointTypeExternalEndpoints, tm.EndpointTypeNestedEndpoints} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL, Kind: kind})
			e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(threeSteps) }, s)
			for _, color := range []traffic.Color{traffic.Green, traffic.Blue} {
				e.forget()
				e.apply(t, to(color)...)
				e.wantWeights(t, traffic.All(color))
				e.sound(t, "on to "+color.String(), color)
				if steps := s.steps(color); !slices.IsSorted(steps) || !slices.Contains(steps, 10) || !slices.Contains(steps, 50) {
					t.Errorf("the weights of %s were %v", color, steps)
				}
				e.wantNoChanges(t, to(color)...)
			}
		})
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
