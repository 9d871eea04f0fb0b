package azuretm_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// wantAttribute fails the test unless err is on one attribute, and says how to cure it.
func wantAttribute(t *testing.T, err error, in router.Place, path, summary, cure string) {
	t.Helper()
	var at *router.AttributeError
	if !errors.As(err, &at) {
		t.Fatalf("error %v is on no attribute", err)
	}
	if at.In != in || at.Path.String() != path || at.Summary != summary || !strings.Contains(at.Err.Error(), cure) {
		t.Errorf("in %s at %s: %q: %v\nwant in %s at %s: %q with %q", at.In, at.Path, at.Summary, at.Err, in, path, summary, cure)
	}
}

func TestOpen(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	elsewhere := strings.Replace(s.Blue.EndpointID, "/shop/", "/else/", 1)
	for _, test := range []struct {
		name                  string
		profiles, blue, green []string
		in                    router.Place
		path, summary, cure   string
	}{
		{
			"a profile as an endpoint",
			[]string{s.ProfileID},
			[]string{s.ProfileID},
			[]string{s.Green.EndpointID},
			router.InBlue, "endpoint_ids[0]", "Not the Right ID", "is a profile",
		},
		{
			"an endpoint as a profile",
			[]string{s.Blue.EndpointID},
			[]string{s.Blue.EndpointID},
			[]string{s.Green.EndpointID},
			router.InRouter, "profile_ids[0]", "Not the Right ID", "name its profile",
		},
		{
			"a profile twice",
			[]string{s.ProfileID, strings.ToLower(s.ProfileID)},
			[]string{s.Blue.EndpointID},
			[]string{s.Green.EndpointID},
			router.InRouter, "profile_ids[1]", "Named Twice", "take it out",
		},
		{
			"one endpoint for both",
			[]string{s.ProfileID},
			[]string{s.Blue.EndpointID},
			[]string{s.Blue.EndpointID},
			router.InGreen, "endpoint_ids[0]", "Same Endpoint in Both Environments", "its own",
		},
		{
			"an endpoint of another profile",
			[]string{s.ProfileID},
			[]string{elsewhere},
			[]string{s.Green.EndpointID},
			router.InBlue, "endpoint_ids", "No Endpoint in the Profile", "add one to endpoint_ids",
		},
		{
			"two endpoints of one profile",
			[]string{s.ProfileID},
			[]string{s.Blue.EndpointID},
			[]string{s.Green.EndpointID, s.Green.EndpointID + "2"},
			router.InGreen, "endpoint_ids[1]", "Several Endpoints in One Profile", "keep one",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := azuretm.New().Open(t.Context(), s.sessions(lab.Token), blocks(test.profiles, test.blue, test.green))
			wantAttribute(t, err, test.in, test.path, test.summary, test.cure)
		})
	}
	if calls := s.lab.Calls(); len(calls) != 0 {
		t.Errorf("Open called the API: %v", calls)
	}
}

func TestOpenFleet(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	other := s.lab.ScenarioT(t, lab.ScenarioOptions{Name: "other", Group: "elsewhere", Subscription: "00000000-0000-0000-0000-000000000002"})
	members, err := azuretm.New().Open(t.Context(), s.sessions(lab.Token), blocks(
		[]string{s.ProfileID, other.ProfileID},
		[]string{other.Blue.EndpointID, s.Blue.EndpointID, strings.Replace(s.Blue.EndpointID, "/shop/", "/else/", 1)},
		[]string{s.Green.EndpointID, other.Green.EndpointID},
	))
	if err != nil || len(members) != 2 || members[1].Name != other.ProfileID || members[1].Kind != azuretm.Name {
		t.Fatalf("Open = %v, %v", members, err)
	}
	for _, m := range members {
		if w, err := m.Weights(t.Context()); err != nil || w != traffic.All(traffic.Blue) {
			t.Errorf("%s: %s, %v", m.Name, w, err)
		}
	}
}

func (s scene) inspect(t *testing.T) (traffic.Facts, error) {
	t.Helper()
	inspector, ok := s.open(t).(traffic.Inspector)
	if !ok {
		t.Fatal("not an Inspector")
	}
	return inspector.Inspect(t.Context(), traffic.Green)
}

func (s scene) patchProfile(t *testing.T, properties tm.ProfileProperties) {
	t.Helper()
	if err := s.PatchProfile(t.Context(), &properties); err != nil {
		t.Fatal(err)
	}
}

func TestInspectRefuses(t *testing.T) {
	for _, test := range []struct {
		name                string
		change              func(t *testing.T, s scene)
		in                  router.Place
		path, summary, cure string
	}{
		{"another method", func(t *testing.T, s scene) {
			s.patchProfile(t, tm.ProfileProperties{TrafficRoutingMethod: ptr(tm.TrafficRoutingMethodPriority)})
		}, router.InRouter, "profile_ids[0]", "Profile Is Not Weighted", "Weighted"},
		{"several answers at once", func(t *testing.T, s scene) {
			s.patchProfile(t, tm.ProfileProperties{TrafficRoutingMethod: ptr(tm.TrafficRoutingMethodMultiValue), MaxReturn: ptr(int64(2))})
		}, router.InRouter, "profile_ids[0]", "Profile Is Not Weighted", "MultiValue"},
		{"a disabled profile", func(t *testing.T, s scene) {
			s.patchProfile(t, tm.ProfileProperties{ProfileStatus: ptr(tm.ProfileStatusDisabled)})
		}, router.InRouter, "profile_ids[0]", "Profile Is Disabled", "profile_status"},
		{"a profile that is gone", func(t *testing.T, s scene) {
			if err := s.Delete(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, router.InRouter, "profile_ids[0]", "Profile Not Found", "create it"},
		{"an endpoint that is gone", func(t *testing.T, s scene) {
			if _, err := s.Clients.NewEndpointsClient().Delete(t.Context(), lab.Group, "shop", tm.EndpointTypeExternalEndpoints, "green", nil); err != nil {
				t.Fatal(err)
			}
		}, router.InGreen, "endpoint_ids[0]", "Endpoint Not Found", "no endpoint green"},
		{"weights that cannot be divided beside another", func(t *testing.T, s scene) {
			s.patch(t, "blue", &tm.EndpointProperties{Weight: ptr(int64(1))})
			if _, err := s.AddEndpoint(t.Context(), tm.EndpointTypeExternalEndpoints, "old",
				&tm.EndpointProperties{Target: ptr("old.example.net")}); err != nil {
				t.Fatal(err)
			}
		}, router.InRouter, "profile_ids[0]", "Weights Cannot Be Divided", "beside old"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t, lab.ScenarioOptions{})
			test.change(t, s)
			_, err := s.inspect(t)
			wantAttribute(t, err, test.in, test.path, test.summary, test.cure)
		})
	}
}

func TestInspectStoppedNested(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{Kind: tm.EndpointTypeNestedEndpoints})
	if _, err := s.Clients.NewProfilesClient().Update(t.Context(), lab.Group, "shop-green",
		tm.Profile{Properties: &tm.ProfileProperties{ProfileStatus: ptr(tm.ProfileStatusDisabled)}}, nil); err != nil {
		t.Fatal(err)
	}
	s.patch(t, "green", &tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusEnabled)})
	s.await(t, traffic.Green, tm.EndpointMonitorStatusStopped)
	_, err := s.inspect(t)
	wantAttribute(t, err, router.InGreen, "endpoint_ids[0]", "Endpoint Is Stopped", "start it")
}

// TestInspectBelow: what is known of the profile below a nested endpoint is told before that has any traffic.
func TestInspectBelow(t *testing.T) {
	for _, test := range []struct {
		name          string
		change        func(s scene) error
		summary, cure string
	}{
		{"a profile that is disabled", func(s scene) error {
			_, err := s.Clients.NewProfilesClient().Update(t.Context(), lab.Group, "shop-green",
				tm.Profile{Properties: &tm.ProfileProperties{ProfileStatus: ptr(tm.ProfileStatusDisabled)}}, nil)
			return err
		}, "Endpoint Is Stopped", "profile_status = \"Enabled\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t, lab.ScenarioOptions{Kind: tm.EndpointTypeNestedEndpoints})
			if err := test.change(s); err != nil {
				t.Fatal(err)
			}
			_, err := s.inspect(t)
			wantAttribute(t, err, router.InGreen, "endpoint_ids[0]", test.summary, test.cure)
		})
	}
}

func TestFacts(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{TTL: 45})
	r := s.open(t)
	refresher, _ := r.(traffic.Refresher)
	inspector, _ := r.(traffic.Inspector)
	if _, err := refresher.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	facts, err := inspector.Inspect(t.Context(), traffic.Green)
	if err != nil || facts.ClientTTL.Seconds() != 45 || facts.AllOrNothing || facts.StickyFor != 0 {
		t.Errorf("Inspect = %+v, %v", facts, err)
	}
	if counts := s.lab.CallCounts(); len(s.lab.Calls()) != 1 {
		t.Errorf("a plan made the calls %v", counts)
	}
}

// TestFactsNested: whoever kept the nested profile's answer follows when that has ended too.
func TestFactsNested(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{TTL: 20, Kind: tm.EndpointTypeNestedEndpoints})
	if _, err := s.Clients.NewProfilesClient().Update(t.Context(), lab.Group, "shop-blue",
		tm.Profile{Properties: &tm.ProfileProperties{DNSConfig: &tm.DNSConfig{TTL: ptr(int64(120))}}}, nil); err != nil {
		t.Fatal(err)
	}
	if facts, err := s.inspect(t); err != nil || facts.ClientTTL.Seconds() != 120 {
		t.Errorf("Inspect = %+v, %v", facts, err)
	}
}

func TestCredentials(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	for token, want := range map[string]error{"nobody": azurecloud.ErrCredentials, lab.DeniedToken: azurecloud.ErrAccessDenied} {
		_, err := s.openAs(t, token).Weights(t.Context())
		if !errors.Is(err, want) || !strings.Contains(err.Error(), "azure block") || strings.Contains(err.Error(), "----") {
			t.Errorf("with %s: %v", token, err)
		}
		var failed *azurecloud.APIError
		if !errors.As(err, &failed) || (failed.Status != http.StatusUnauthorized && failed.Status != http.StatusForbidden) {
			t.Errorf("with %s the error does not tell what Azure answered: %v", token, err)
		}
		if strings.Contains(err.Error(), token) {
			t.Errorf("the token shows in %v", err)
		}
	}
}
