package provider_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

type secretConfig struct {
	TokenEnv types.String `tfsdk:"token_env"`
}

// secretKind is a check that needs a secret, and then holds.
func secretKind() block.Kind[check.Check] {
	attribute := schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"token_env": schema.StringAttribute{Required: true}}}
	return block.New("secret", attribute, func(_ context.Context, _ *session.Sessions, c secretConfig) (check.Check, error) {
		_, err := block.Secret("token", types.StringNull(), c.TokenEnv)
		return readyGate{}, err
	})
}

// TestSecretOfAnEnvironmentIsMissed by the plan of a release, which checks it,
// and by no other: whoever plans something else need not have it.
func TestSecretOfAnEnvironmentIsMissed(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	schemas, err := i.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.ResourceSchemas["bluegreen_environment"].ValueType()
	plan := func(prior *tfprotov6.DynamicValue, version string) *tfprotov6.PlanResourceChangeResponse {
		config := environment(traffic.Green, version, "green")
		config["checks"] = map[string]any{"smoke": map[string]any{"secret": map[string]any{"token_env": "BLUEGREEN_TEST_UNSET"}}}
		text, err := json.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		wanted := value(t, typ, string(text))
		got, err := i.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: "bluegreen_environment", Config: wanted, PriorState: prior, ProposedNewState: wanted,
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	created := plan(dynamic(t, typ, tftypes.NewValue(typ, nil)), "1")
	wantSaid(t, created.Diagnostics, "Environment Variable Not Set", "The attribute is checks[\"smoke\"].secret.token_env")
	wantSaid(t, plan(created.PlannedState, "2").Diagnostics, "Environment Variable Not Set")
	wantClean(t, plan(created.PlannedState, "1").Diagnostics)
}
