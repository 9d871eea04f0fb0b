package acctest

import (
	"fmt"
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

// TestAzureAdoptsBesideOthers: a profile whose weights no step could be made of
// is adopted all the same, since nothing moves.
func TestAzureAdoptsBesideOthers(t *testing.T) {
	t.Parallel()
	s := openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL})
	_, err := s.AddEndpoint(t.Context(), tm.EndpointTypeExternalEndpoints, "third", &tm.EndpointProperties{
		Target: &s.Blue.Target, EndpointStatus: pointer(tm.EndpointStatusEnabled), Weight: pointer(int64(1)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PatchEndpoint(t.Context(), "blue", &tm.EndpointProperties{Weight: pointer(int64(1))}); err != nil {
		t.Fatal(err)
	}
	e := adopted(t, cli.Options{}, nil, s)
	e.wantUntouched(t)
	e.wantNoChanges(t)
}

// TestAzureAlwaysServed has an endpoint whose health Traffic Manager does not
// know: with checks of its own its environment is cut over to.
func TestAzureAlwaysServed(t *testing.T) {
	t.Parallel()
	s := openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL})
	e := adopted(t, cli.Options{}, func(c *projectConfig) {
		c.green += fmt.Sprintf("\n  checks = { health = { http = { url = \"http://%s/health\" } } }", s.Green.App.Addr())
	}, s)
	if err := s.PatchEndpoint(t.Context(), "green", &tm.EndpointProperties{AlwaysServe: pointer(tm.AlwaysServeEnabled)}); err != nil {
		t.Fatal(err)
	}
	e.checkPlan(t, to(traffic.Green), timetable("not known in "+s.ProfileID))
	e.apply(t, to(traffic.Green)...)
	e.wantWeights(t, traffic.All(traffic.Green))
	e.wantNoChanges(t, to(traffic.Green)...)
}
