package awslb

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestValidators(t *testing.T) {
	attributes := routerSchema().Attributes
	attributes[attrGroups] = backendSchema().Attributes[attrGroups]
	for name, test := range map[string]struct {
		attribute string
		list      []string
		says      string
	}{
		"listeners":        {attrListeners, []string{albListener, nlbListener}, ""},
		"no listeners":     {attrListeners, []string{}, ""},
		"rules":            {attrRules, []string{albRule}, ""},
		"groups":           {attrGroups, []string{blueGroup, greenGroup}, ""},
		"no groups":        {attrGroups, []string{}, "at least 1"},
		"twice":            {attrGroups, []string{blueGroup, blueGroup}, "uplicate"},
		"rule as listener": {attrListeners, []string{albRule}, "rule_arns"},
		"listener as rule": {attrRules, []string{albListener}, "listener_arns"},
		"no ARN":           {attrGroups, []string{"shop-blue"}, "is no ARN"},
	} {
		t.Run(name, func(t *testing.T) {
			list, diags := types.ListValueFrom(t.Context(), types.StringType, test.list)
			if diags.HasError() {
				t.Fatal(diags)
			}
			resp := validator.ListResponse{}
			for _, v := range attributes[test.attribute].(schema.ListAttribute).Validators {
				v.ValidateList(t.Context(), validator.ListRequest{Path: path.Root(test.attribute), ConfigValue: list}, &resp)
			}
			said := ""
			for _, d := range resp.Diagnostics.Errors() {
				said += d.Summary() + ": " + d.Detail() + "\n"
			}
			if (said == "") != (test.says == "") || !strings.Contains(said, test.says) {
				t.Errorf("said %q, want %q", said, test.says)
			}
		})
	}
}

func TestValidatorWaitsForWhatIsUnknown(t *testing.T) {
	for _, value := range []types.String{types.StringUnknown(), types.StringNull()} {
		resp := validator.StringResponse{}
		arnValidator(kindRule).ValidateString(t.Context(), validator.StringRequest{ConfigValue: value}, &resp)
		if resp.Diagnostics.HasError() {
			t.Errorf("%s: %v", value, resp.Diagnostics)
		}
	}
	if got := arnValidator(kindRule).MarkdownDescription(t.Context()); got != "value must be the ARN of a rule" {
		t.Error(got)
	}
}
