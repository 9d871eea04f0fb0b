package azuretm_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	router_ "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

var allBlue, allGreen = traffic.All(traffic.Blue), traffic.All(traffic.Green)

// virtual is a lab in virtual time, without a network, and a profile in it.
type virtual struct {
	testing.TB
	lab *azuretm.Lab
	*azuretm.Scenario
	mu   sync.Mutex
	down map[string]bool // targets
}

// inBubble runs a test in virtual time over a fresh profile.
func inBubble(t *testing.T, opts azuretm.ScenarioOptions, test func(v *virtual)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := &virtual{TB: t, down: map[string]bool{}}
		v.lab = azuretm.New(t.Context(), azuretm.Options{Second: time.Second, Check: v.check})
		defer v.lab.Close()
		opts.NoApps, opts.ForgetAfter = true, true
		v.Scenario = v.lab.ScenarioT(t, opts)
		test(v)
	})
}

func (v *virtual) check(_ context.Context, target string, _ tm.MonitorConfig) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.down[target] {
		return errors.New("down")
	}
	return nil
}

func (v *virtual) setDown(side *azuretm.Side, down bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.down[side.Target] = down
}

// members are those of a provider that starts now and reaches the API by transport.
func (v *virtual) members(transport policy.Transporter) []traffic.Member {
	v.Helper()
	azure := azurecloud.NewSession(token{}, azcore.ClientOptions{Transport: transport})
	sessions := session.NewSessions([]session.Kind{fixed{azure}}, map[string]types.Object{"azure": types.ObjectNull(nil)})
	members, err := router_.New().Open(v.Context(), sessions, router.Blocks{
		Router: object("profile_ids", v.ProfileID),
		Blue:   object("endpoint_ids", v.Blue.EndpointID),
		Green:  object("endpoint_ids", v.Green.EndpointID),
	})
	if err != nil {
		v.Fatal(err)
	}
	return members
}

func object(name, id string) types.Object {
	list := types.ListType{ElemType: types.StringType}
	return types.ObjectValueMust(map[string]attr.Type{name: list},
		map[string]attr.Value{name: types.ListValueMust(types.StringType, []attr.Value{types.StringValue(id)})})
}

// order is what a plan over fresh members makes of the wish for a color.
func (v *virtual) order(to traffic.Color, transport policy.Transporter) cutover.Order {
	v.Helper()
	order := cutover.Order{
		To: to, Routers: v.members(transport),
		Health: cutover.HealthRule{MinHealthy: 1, MinPercent: 100, Timeout: 2 * time.Minute},
		Steps:  []cutover.Step{{Weight: 10, Pause: time.Second}, {Weight: 50, Pause: time.Second}},
		Bake:   time.Second,
	}
	refresher, _ := order.Routers[0].Router.(traffic.Refresher)
	inspector, _ := order.Routers[0].Router.(traffic.Inspector)
	found, err := refresher.Refresh(v.Context())
	if err != nil {
		v.Fatal(err)
	}
	order.Found = []traffic.Weights{found}
	facts, err := inspector.Inspect(v.Context(), to)
	if err != nil {
		v.Fatal(err)
	}
	order.Facts = []traffic.Facts{facts}
	return order
}

// live are the weights that the profile has.
func (v *virtual) live() traffic.Weights {
	v.Helper()
	profile, ok := v.lab.Now(v.ProfileID)
	if !ok {
		v.Fatal("the profile is gone")
	}
	share := map[string]uint64{}
	for _, e := range profile.Properties.Endpoints {
		if *e.Properties.EndpointStatus == tm.EndpointStatusEnabled {
			share[*e.Name] = uint64(*e.Properties.Weight)
		}
	}
	w, err := traffic.Shares(share["blue"], share["green"])
	if err != nil {
		v.Fatal(err)
	}
	return w
}

// checkJournal checks what must hold at every instant: DNS has an answer, and a color gets more than a
// probe's share only when it was seen online, now or before.
func (v *virtual) checkJournal() {
	v.Helper()
	fit := map[string]bool{"blue": true}
	for _, c := range v.lab.Journal() {
		if c.Silent() {
			v.Errorf("DNS answers with nothing after %s", c)
		}
		for _, name := range []string{"blue", "green"} {
			e := c.Of(name)
			fit[name] = fit[name] || e.Status == tm.EndpointMonitorStatusOnline
			if e.Share > 0.011 && !fit[name] {
				v.Errorf("%s has %.3f of the traffic and was never seen online: %s", name, e.Share, c)
			}
		}
	}
}

// token is the lab's token as a credential.
type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: azuretm.Token, ExpiresOn: time.Now().Add(24 * time.Hour)}, nil
}

// fixed is the azure block with a session of the test's.
type fixed struct{ session *azurecloud.Session }

func (fixed) Name() string                                      { return azurecloud.Name }
func (fixed) Attribute() schema.SingleNestedAttribute           { return schema.SingleNestedAttribute{} }
func (f fixed) Open(context.Context, types.Object) (any, error) { return f.session, nil }

// mortal is the transport of a process that is killed at its nth call: before that call, or after it took
// effect. From then on nothing of it reaches the API.
type mortal struct {
	policy.Transporter
	mu    sync.Mutex
	n     int
	after bool
}

func (m *mortal) Do(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	m.n--
	left := m.n
	m.mu.Unlock()
	if left > 0 {
		return m.Transporter.Do(r)
	}
	if left == 0 && m.after {
		if response, err := m.Transporter.Do(r); err == nil {
			_ = response.Body.Close()
		}
	}
	return nil, dead{}
}

// dead is the error of a call that a killed process makes.
type dead struct{}

func (dead) Error() string { return "the process is dead" }
func (dead) NonRetriable() {}
