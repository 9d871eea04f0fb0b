package azuretm_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/azuretm"
)

const profile = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/trafficManagerProfiles/shop"

// TestBlocksRefuse what can be refused before anything is known.
func TestBlocksRefuse(t *testing.T) {
	kind := azuretm.New()
	for _, test := range []struct {
		block schema.SingleNestedAttribute
		name  string
		ids   []string
		fine  bool
	}{
		{kind.Router(), "profile_ids", []string{profile}, true},
		{kind.Router(), "profile_ids", []string{}, false},
		{kind.Router(), "profile_ids", []string{profile, profile}, false},
		{kind.Router(), "profile_ids", []string{"shop"}, false},
		{kind.Backend(), "endpoint_ids", []string{profile + "/externalEndpoints/blue"}, true},
		{kind.Backend(), "endpoint_ids", []string{profile}, false},
	} {
		list, ok := test.block.Attributes[test.name].(schema.ListAttribute)
		if !ok || !test.block.Optional || !list.Required {
			t.Fatalf("%s is not a required list of an optional block", test.name)
		}
		value, _ := types.ListValueFrom(t.Context(), types.StringType, test.ids)
		refused := false
		for _, v := range list.Validators {
			var response validator.ListResponse
			v.ValidateList(t.Context(), validator.ListRequest{Path: path.Root(test.name), ConfigValue: value}, &response)
			refused = refused || response.Diagnostics.HasError()
		}
		if refused == test.fine {
			t.Errorf("%s = %v: refused is %t", test.name, test.ids, refused)
		}
	}
}

func TestImportBlock(t *testing.T) {
	block, ok := azuretm.New().Import(t.Context(), profile)
	if !ok || block.String() != `{"profile_ids":["`+profile+`"]}` {
		t.Errorf("Import = %s, %t", block, ok)
	}
	if _, ok := azuretm.New().Import(t.Context(), "arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/shop/1/2"); ok {
		t.Error("an ARN was imported")
	}
}
