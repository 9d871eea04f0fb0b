package azuretm_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// second makes checks quick.
const second = time.Millisecond

// scene is a lab with a profile in it.
type scene struct {
	*lab.Scenario
	lab *lab.Lab
}

func newScene(t *testing.T, opts lab.ScenarioOptions) scene {
	t.Helper()
	return sceneIn(t, lab.StartT(t, lab.Options{Second: second}), opts)
}

func sceneIn(t *testing.T, l *lab.Lab, opts lab.ScenarioOptions) scene {
	t.Helper()
	opts.ForgetAfter = true
	return scene{l.ScenarioT(t, opts), l}
}

// blocks are the blocks of a switch over the scene's profile.
func (s scene) blocks() router.Blocks {
	return blocks([]string{s.ProfileID}, []string{s.Blue.EndpointID}, []string{s.Green.EndpointID})
}

func blocks(profiles, blue, green []string) router.Blocks {
	return router.Blocks{
		Router: object("profile_ids", profiles), Blue: object("endpoint_ids", blue), Green: object("endpoint_ids", green),
	}
}

func object(name string, ids []string) types.Object {
	values := make([]attr.Value, len(ids))
	for i, id := range ids {
		values[i] = types.StringValue(id)
	}
	list := types.ListType{ElemType: types.StringType}
	return types.ObjectValueMust(map[string]attr.Type{name: list}, map[string]attr.Value{name: types.ListValueMust(types.StringType, values)})
}

// sessions are those of a provider whose azure block leads to the lab.
func (s scene) sessions(token string) *session.Sessions {
	block := azurecloud.New()
	attributes, values := map[string]attr.Type{}, map[string]attr.Value{}
	for name, a := range block.Attribute().Attributes {
		attributes[name] = a.GetType()
		values[name] = types.StringNull()
		if a.GetType() == types.BoolType {
			values[name] = types.BoolNull()
		}
	}
	values["access_token"], values["endpoint"] = types.StringValue(token), types.StringValue(s.lab.URL())
	return session.NewSessions([]session.Kind{block}, map[string]types.Object{"azure": types.ObjectValueMust(attributes, values)})
}

// open makes the scene's one member.
func (s scene) open(t *testing.T) traffic.Router {
	t.Helper()
	return s.openAs(t, lab.Token)
}

func (s scene) openAs(t *testing.T, token string) traffic.Router {
	t.Helper()
	members, err := azuretm.New().Open(t.Context(), s.sessions(token), s.blocks())
	if err != nil || len(members) != 1 {
		t.Fatalf("Open = %v, %v", members, err)
	}
	return members[0].Router
}

func (s scene) properties(t *testing.T) map[string]*tm.EndpointProperties {
	t.Helper()
	p, ok := s.lab.Now(s.ProfileID)
	if !ok {
		t.Fatal("the profile is gone")
	}
	found := map[string]*tm.EndpointProperties{}
	for _, e := range p.Properties.Endpoints {
		found[*e.Name] = e.Properties
	}
	return found
}

func share(p *tm.EndpointProperties) uint64 {
	if *p.EndpointStatus == tm.EndpointStatusDisabled {
		return 0
	}
	return uint64(*p.Weight)
}

func (s scene) live(t *testing.T) traffic.Weights {
	t.Helper()
	all := s.properties(t)
	w, err := traffic.Shares(share(all["blue"]), share(all["green"]))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// interfere sets weights as somebody else would.
func (s scene) interfere(t *testing.T, w traffic.Weights) {
	t.Helper()
	for _, c := range traffic.Colors() {
		properties := &tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusDisabled)}
		if w.Of(c) > 0 {
			properties = &tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusEnabled), Weight: ptr(int64(w.Of(c)))}
		}
		s.patch(t, c.String(), properties)
	}
}

func (s scene) patch(t *testing.T, name string, properties *tm.EndpointProperties) {
	t.Helper()
	if err := s.PatchEndpoint(t.Context(), name, properties); err != nil {
		t.Fatal(err)
	}
}

// rest is the profile without our weights, and without what only the monitor changes.
func (s scene) rest(t *testing.T) string {
	t.Helper()
	p, ok := s.lab.Now(s.ProfileID)
	if !ok {
		return "gone"
	}
	p.Properties.MonitorConfig.ProfileMonitorStatus = nil
	for _, e := range p.Properties.Endpoints {
		e.Properties.EndpointMonitorStatus = nil
		if *e.Name == "blue" || *e.Name == "green" {
			e.Properties.Weight, e.Properties.EndpointStatus = nil, nil
		}
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (s scene) side(c traffic.Color) *lab.Side {
	if c == traffic.Blue {
		return s.Blue
	}
	return s.Green
}

func (s scene) await(t *testing.T, c traffic.Color, status tm.EndpointMonitorStatus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.lab.WaitStatus(ctx, s.ProfileID, c.String(), status); err != nil {
		t.Fatal(err)
	}
}

func ptr[T any](v T) *T { return &v }
