package acctest

import (
	"fmt"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// azureFixture is a Traffic Manager profile.
type azureFixture struct{ *azuretm.Scenario }

// noTTL makes clients follow at once, so that nobody has to wait for them.
const noTTL = -1

func openAzure(t *testing.T, options azuretm.Options, scenario azuretm.ScenarioOptions) *azureFixture {
	t.Helper()
	return &azureFixture{azuretm.StartT(t, options).ScenarioT(t, scenario)}
}

func (*azureFixture) kind() string { return "azure_traffic_manager" }

func (s *azureFixture) id() string { return s.ProfileID }

func (s *azureFixture) provider() string { return azureBlock(s.Lab.URL(), azuretm.Token) }

func azureBlock(endpoint, token string) string {
	return fmt.Sprintf("azure = {\n    endpoint     = %q\n    access_token = %q\n  }", endpoint, token)
}

func (s *azureFixture) side(c traffic.Color) *azuretm.Side {
	if c == traffic.Blue {
		return s.Blue
	}
	return s.Green
}

func endpointIDs(ids ...string) string { return "{ endpoint_ids = " + list(ids) + " }" }

func profileIDs(ids ...string) string { return "{ profile_ids = " + list(ids) + " }" }

func (s *azureFixture) backend(c traffic.Color) string { return endpointIDs(s.side(c).EndpointID) }

func (s *azureFixture) router() string { return profileIDs(s.ProfileID) }

func (*azureFixture) url() string { return "" }

func (*azureFixture) allOrNothing() bool { return false }

func (*azureFixture) whyUnhealthy() string { return "is Degraded: its checks fail" }

func (*azureFixture) probes() bool { return true }

func (s *azureFixture) weights() traffic.Weights {
	of := map[string]int{}
	for name, e := range s.endpoints() {
		if *e.EndpointStatus == tm.EndpointStatusEnabled {
			of[name] = int(*e.Weight)
		}
	}
	return percents(of["blue"], of["green"])
}

func (s *azureFixture) endpoints() map[string]*tm.EndpointProperties {
	all := map[string]*tm.EndpointProperties{}
	if profile, ok := s.Lab.Now(s.ProfileID); ok {
		for _, e := range profile.Properties.Endpoints {
			all[*e.Name] = e.Properties
		}
	}
	return all
}

func (s *azureFixture) setWeights(t *testing.T, w traffic.Weights) {
	t.Helper()
	want := map[traffic.Color]*tm.EndpointProperties{}
	for _, c := range traffic.Colors() {
		enabled, weight := tm.EndpointStatusEnabled, int64(w.Of(c))
		if weight == 0 {
			enabled, weight = tm.EndpointStatusDisabled, 100
		}
		want[c] = &tm.EndpointProperties{EndpointStatus: &enabled, Weight: &weight}
	}
	s.set(t, want)
}

// set gives both endpoints status and weight by hand. It enables first, and
// waits until what is enabled was looked at, so that DNS always has an answer.
func (s *azureFixture) set(t *testing.T, want map[traffic.Color]*tm.EndpointProperties) {
	t.Helper()
	for _, enable := range []bool{true, false} {
		for c, e := range want {
			if (*e.EndpointStatus == tm.EndpointStatusEnabled) != enable {
				continue
			}
			if err := s.PatchEndpoint(t.Context(), c.String(), &tm.EndpointProperties{EndpointStatus: e.EndpointStatus, Weight: e.Weight}); err != nil {
				t.Error(err)
			}
			if enable {
				s.await(t, c, tm.EndpointMonitorStatusOnline)
			}
		}
	}
}

func (s *azureFixture) await(t *testing.T, c traffic.Color, status tm.EndpointMonitorStatus) {
	t.Helper()
	if err := s.Lab.WaitStatus(t.Context(), s.ProfileID, c.String(), status); err != nil {
		t.Error(err)
	}
}

func (s *azureFixture) steps(c traffic.Color) []int {
	var all []int
	for _, change := range s.Lab.Journal() {
		if change.ProfileID == s.ProfileID && change.Call > 0 {
			all = append(all, int(change.Of(c.String()).Share*100+0.5))
		}
	}
	return distinct(all)
}

func (s *azureFixture) setHealthy(t *testing.T, c traffic.Color, healthy bool) {
	t.Helper()
	s.side(c).App.SetHealthy(healthy)
	if *s.endpoints()[c.String()].EndpointStatus == tm.EndpointStatusDisabled {
		return // nobody looks
	}
	status := tm.EndpointMonitorStatusOnline
	if !healthy {
		status = tm.EndpointMonitorStatusDegraded
	}
	s.await(t, c, status)
}

func (s *azureFixture) keep(t *testing.T) func(*testing.T) {
	t.Helper()
	kept, endpoints := map[traffic.Color]*tm.EndpointProperties{}, s.endpoints()
	for _, c := range traffic.Colors() {
		kept[c] = endpoints[c.String()]
	}
	return func(t *testing.T) {
		t.Helper()
		s.set(t, kept)
	}
}

func (s *azureFixture) forget() {
	s.Lab.ForgetCalls()
	s.Lab.ForgetJournal()
}

func (s *azureFixture) calls() []apiCall {
	var all []apiCall
	for _, c := range s.Lab.Calls() {
		all = append(all, azureCall(c))
	}
	return all
}

func azureCall(c azuretm.Call) apiCall {
	return apiCall{index: c.Index, action: c.Action, writes: c.Action == "EndpointsClient.Update", readsHealth: c.Action == "ProfilesClient.Get"}
}

// unsound counts a probe as no traffic: it is how an endpoint's health becomes
// known. The color that had traffic before needs no proof.
func (s *azureFixture) unsound(to traffic.Color) []string {
	var found []string
	for _, c := range s.Lab.Journal() {
		if c.Silent() {
			found = append(found, "DNS has no answer: "+c.String())
		}
		if e := c.Of(to.String()); e.Share > 0.011 && e.Status != tm.EndpointMonitorStatusOnline {
			found = append(found, fmt.Sprintf("%.3f of the answers name %s, which is %s", e.Share, to, e.Status))
		}
	}
	return found
}

var azureFaults = map[failure]azuretm.Fault{
	internalError: {Err: azuretm.Internal()},
	throttled:     {Err: azuretm.AnotherOperation()},
	denial: {Err: &azuretm.APIError{
		Status: 403, Code: "AuthorizationFailed", Message: "The client does not have authorization to perform the action.",
	}},
	lostRequest: {LoseRequest: true},
	lostReply:   {LoseReply: true},
}

func (s *azureFixture) watch(o observer) func() {
	h := azuretm.Hook{}
	if o.befall != nil {
		h.Befall = func(c azuretm.Call) azuretm.Fault { return azureFaults[o.befall(azureCall(c))] }
	}
	if o.after != nil {
		h.After = func(c azuretm.Call) { o.after(azureCall(c)) }
	}
	return s.Lab.AddHook(h)
}
