package azuretm_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
)

// onSockets is a lab on sockets.
func onSockets(t *testing.T, opts azuretm.ScenarioOptions) *azuretm.Scenario {
	t.Helper()
	return azuretm.StartT(t, azuretm.Options{Second: time.Millisecond}).ScenarioT(t, opts)
}

func ptr[T any](v T) *T { return &v }

func patch(t *testing.T, s *azuretm.Scenario, name string, properties tm.EndpointProperties) {
	t.Helper()
	if err := s.PatchEndpoint(t.Context(), name, &properties); err != nil {
		t.Fatal(err)
	}
}

func await(t *testing.T, s *azuretm.Scenario, name string, status tm.EndpointMonitorStatus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Lab.WaitStatus(ctx, s.ProfileID, name, status); err != nil {
		t.Fatal(err)
	}
}

// asked counts which targets a thousand new clients are sent to.
func asked(t *testing.T, s *azuretm.Scenario) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for range 1000 {
		target, err := s.Lab.Resolver().Lookup(t.Context(), s.FQDN)
		if err != nil {
			target = "none"
		}
		counts[strings.TrimSuffix(target, ".example.net")]++
	}
	return counts
}

func TestDNSObeysWeightsAndStatus(t *testing.T) {
	s := onSockets(t, azuretm.ScenarioOptions{TTL: -1})
	want := func(what string, blue, green, none int) {
		t.Helper()
		got := asked(t, s)
		if got["shop-blue"] != blue || got["shop-green"] != green || got["none"] != none {
			t.Errorf("%s: %v", what, got)
		}
	}
	want("only blue is enabled", 1000, 0, 0)
	patch(t, s, "green", tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusEnabled), Weight: ptr(int64(300))})
	want("100 and 300", 250, 750, 0)
	await(t, s, "green", tm.EndpointMonitorStatusOnline)
	s.Green.App.SetHealthy(false)
	await(t, s, "green", tm.EndpointMonitorStatusDegraded)
	want("green is degraded", 1000, 0, 0)
	s.Blue.App.SetHealthy(false)
	await(t, s, "blue", tm.EndpointMonitorStatusDegraded)
	want("all are degraded, and answered", 250, 750, 0)
	patch(t, s, "blue", tm.EndpointProperties{AlwaysServe: ptr(tm.AlwaysServeEnabled)})
	await(t, s, "blue", tm.EndpointMonitorStatusUnmonitored)
	want("blue is always served", 1000, 0, 0)
	if err := s.PatchProfile(t.Context(), &tm.ProfileProperties{ProfileStatus: ptr(tm.ProfileStatusDisabled)}); err != nil {
		t.Fatal(err)
	}
	await(t, s, "green", tm.EndpointMonitorStatusInactive)
	want("the profile is disabled", 0, 0, 1000)
	last := s.Lab.Journal()[len(s.Lab.Journal())-1]
	if !last.Silent() {
		t.Errorf("the journal takes a disabled profile for one that answers: %s", last)
	}
}

func TestResolverHonoursTheTTL(t *testing.T) {
	l := azuretm.StartT(t, azuretm.Options{Second: time.Hour, FirstCheck: -1})
	s := l.ScenarioT(t, azuretm.ScenarioOptions{TTL: 1})
	client := l.Resolver()
	lookup := func() string {
		t.Helper()
		target, err := client.Lookup(t.Context(), s.FQDN)
		if err != nil {
			t.Fatal(err)
		}
		return target
	}
	first := lookup()
	patch(t, s, "green", tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusEnabled)})
	patch(t, s, "blue", tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusDisabled)})
	if again := lookup(); again != first || first != s.Blue.Target {
		t.Errorf("a client had %s, and an hour has not passed, but it got %s", first, again)
	}
	if fresh, err := l.Resolver().Lookup(t.Context(), s.FQDN); err != nil || fresh != s.Green.Target {
		t.Errorf("a new client got %s, %v", fresh, err)
	}
	if _, err := client.Lookup(t.Context(), "nobody."+s.FQDN); !errors.Is(err, azuretm.ErrNoAnswer) {
		t.Errorf("a name that is not there: %v", err)
	}
}

func TestClientReachesTheApplication(t *testing.T) {
	for _, kind := range tm.PossibleEndpointTypeValues() {
		t.Run(string(kind), func(t *testing.T) {
			s := onSockets(t, azuretm.ScenarioOptions{Kind: kind})
			client := &http.Client{Transport: &http.Transport{DialContext: s.Lab.Resolver().DialContext, DisableKeepAlives: true}}
			response, err := client.Get("http://" + s.FQDN + "/")
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if response.Header.Get(app.ColorHeader) != "blue" {
				t.Errorf("answered by %q", response.Header.Get(app.ColorHeader))
			}
		})
	}
}

func TestNestedStatus(t *testing.T) {
	s := onSockets(t, azuretm.ScenarioOptions{Kind: tm.EndpointTypeNestedEndpoints})
	s.Blue.App.SetHealthy(false)
	await(t, s, "blue", tm.EndpointMonitorStatusDegraded)
	s.Blue.App.SetHealthy(true)
	await(t, s, "blue", tm.EndpointMonitorStatusOnline)
	patch(t, s, "blue", tm.EndpointProperties{MinChildEndpoints: ptr(int64(2))})
	await(t, s, "blue", tm.EndpointMonitorStatusDegraded)
	if _, err := s.Clients.NewProfilesClient().Update(t.Context(), azuretm.Group, "shop-blue",
		tm.Profile{Properties: &tm.ProfileProperties{ProfileStatus: ptr(tm.ProfileStatusDisabled)}}, nil); err != nil {
		t.Fatal(err)
	}
	await(t, s, "blue", tm.EndpointMonitorStatusStopped)
}

// TestCloseAmidCalls is for the race detector: a killed client's last call may come while the lab is closed.
func TestCloseAmidCalls(t *testing.T) {
	for range 50 {
		l := azuretm.New(t.Context(), azuretm.Options{Check: func(context.Context, string, tm.MonitorConfig) error { return nil }})
		s := l.ScenarioT(t, azuretm.ScenarioOptions{NoApps: true})
		var calls sync.WaitGroup
		for range 4 {
			calls.Go(func() {
				for _, status := range tm.PossibleEndpointStatusValues() {
					_ = s.PatchEndpoint(t.Context(), "green", &tm.EndpointProperties{EndpointStatus: &status}) // too late, or in time
				}
			})
		}
		l.Close()
		calls.Wait()
	}
}

func TestPatchLeavesAndPutWipes(t *testing.T) {
	s := onSockets(t, azuretm.ScenarioOptions{})
	profiles := s.Clients.NewProfilesClient()
	patch(t, s, "blue", tm.EndpointProperties{Weight: ptr(int64(7))})
	got, err := profiles.Get(t.Context(), azuretm.Group, "SHOP", nil)
	if err != nil {
		t.Fatal(err)
	}
	blue := got.Properties.Endpoints[0]
	if *blue.Properties.Weight != 7 || *blue.Properties.Target != s.Blue.Target || *blue.ID != s.Blue.EndpointID || *got.Tags["team"] != "shop" {
		t.Errorf("after a PATCH: %+v", blue.Properties)
	}
	got.Properties.Endpoints = nil
	put, err := profiles.CreateOrUpdate(t.Context(), azuretm.Group, "shop", got.Profile, nil)
	if err != nil || len(put.Properties.Endpoints) != 0 {
		t.Errorf("after a PUT without endpoints there are %d, %v", len(put.Properties.Endpoints), err)
	}
	wantError(t, s.PatchEndpoint(t.Context(), "blue", &tm.EndpointProperties{}), 404, "ResourceNotFound")
}

func TestRefusals(t *testing.T) {
	s := onSockets(t, azuretm.ScenarioOptions{})
	ctx := t.Context()
	wantError(t, s.PatchEndpoint(ctx, "blue", &tm.EndpointProperties{Weight: ptr(int64(0))}), 400, "BadRequest")
	wantError(t, s.PatchEndpoint(ctx, "blue", &tm.EndpointProperties{Weight: ptr(int64(1001))}), 400, "BadRequest")
	_, err := s.Clients.NewProfilesClient().Get(ctx, azuretm.Group, "nothing", nil)
	wantError(t, err, 404, "ResourceNotFound")
	_, err = s.Clients.NewEndpointsClient().Get(ctx, azuretm.Group, "shop", tm.EndpointTypeAzureEndpoints, "blue", nil)
	wantError(t, err, 404, "ResourceNotFound")
	for bearer, status := range map[string]int{"": 401, "Bearer nobody": 401, "Bearer " + azuretm.DeniedToken: 403} {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Lab.URL()+s.ProfileID, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", bearer)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != status {
			t.Errorf("with %q: %s", bearer, response.Status)
		}
	}
}

func wantError(t *testing.T, err error, status int, code string) {
	t.Helper()
	var failed *azcore.ResponseError
	if !errors.As(err, &failed) || failed.StatusCode != status || failed.ErrorCode != code {
		t.Errorf("error %v, want %d %s", err, status, code)
	}
}

// TestFaults are each seen by the real SDK, and counted.
func TestFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := azuretm.New(t.Context(), azuretm.Options{Second: time.Second, Check: func(context.Context, string, tm.MonitorConfig) error { return nil }})
		defer l.Close()
		s := l.ScenarioT(t, azuretm.ScenarioOptions{NoApps: true, ForgetAfter: true})
		get := func() (time.Duration, error) {
			began := time.Now()
			_, err := s.Clients.NewProfilesClient().Get(t.Context(), azuretm.Group, "shop", nil)
			return time.Since(began), err
		}
		l.Inject(azuretm.Fault{Action: "ProfilesClient.Get", Nth: 2, Err: azuretm.Throttled()})
		for i, atLeast := range []time.Duration{0, time.Second, 0} { // the SDK waits as it is asked
			if took, err := get(); err != nil || took < atLeast {
				t.Errorf("call %d took %s: %v", i, took, err)
			}
		}
		remove := l.Inject(azuretm.Fault{Times: -1, Err: azuretm.Unavailable()})
		if _, err := get(); err == nil {
			t.Error("a service that is away answered")
		}
		remove()
		l.SetLatency(3 * time.Second)
		if took, err := get(); err != nil || took != 3*time.Second {
			t.Errorf("with latency it took %s: %v", took, err)
		}
		l.SetLatency(0)
		l.SetThrottling(&azuretm.Throttling{ReadBurst: 2, ReadRefill: 0.5, WriteBurst: 1, WriteRefill: 1})
		began := time.Now()
		for range 6 {
			if _, err := get(); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took < 6*time.Second {
			t.Errorf("6 reads took %s of a bucket that gives 2 at once and 1 in 2 seconds", took)
		}
		var before, after int
		remove = l.AddHook(azuretm.Hook{Before: func(azuretm.Call) { before++ }, After: func(azuretm.Call) { after++ }})
		l.SetThrottling(nil)
		if _, err := get(); err != nil || before != 1 || after != 1 {
			t.Errorf("hooks were called %d and %d times: %v", before, after, err)
		}
		remove()
		l.Inject(azuretm.Fault{LoseReply: true})
		weight := int64(9)
		if err := s.PatchEndpoint(t.Context(), "blue", &tm.EndpointProperties{Weight: &weight}); err != nil {
			t.Errorf("the SDK tries again: %v", err)
		}
		if n := l.CallCounts()["EndpointsClient.Update"]; n != 2 {
			t.Errorf("%d writes", n)
		}
	})
}
