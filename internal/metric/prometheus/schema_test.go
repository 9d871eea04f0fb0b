package prometheus

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestTimeoutIsPositive refuses what no query could be answered within.
func TestTimeoutIsPositive(t *testing.T) {
	timeout, ok := attribute().Attributes["timeout"].(schema.StringAttribute)
	if !ok {
		t.Fatalf("timeout is a %T", attribute().Attributes["timeout"])
	}
	for text, valid := range map[string]bool{"10s": true, "0s": false, "-1s": false} {
		var resp validator.StringResponse
		for _, v := range timeout.Validators {
			v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("timeout"), ConfigValue: types.StringValue(text)}, &resp)
		}
		if resp.Diagnostics.HasError() == valid {
			t.Errorf("%s: %v", text, resp.Diagnostics)
		}
	}
}
