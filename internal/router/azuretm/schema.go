package azuretm

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The names of the blocks' attributes.
const (
	attrProfiles  = "profile_ids"
	attrEndpoints = "endpoint_ids"
)

// routerBlock is the block of a switch.
type routerBlock struct {
	ProfileIDs []string `tfsdk:"profile_ids"`
}

// backendBlock is the block of an environment.
type backendBlock struct {
	EndpointIDs []string `tfsdk:"endpoint_ids"`
}

func backendSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "The environment behind Azure Traffic Manager.",
		Attributes: map[string]schema.Attribute{
			attrEndpoints: ids("IDs of the environment's endpoints: azure, external or nested ones, one for each profile of the switch. "+
				"Endpoints of other profiles are allowed and left alone. Traffic Manager does not check an endpoint that is always served (`always_serve_enabled`, in nested profiles too), "+
				"so that it cannot tell its health: the environment then needs `checks` of its own.", func(text string) error { _, err := parseEndpointID(text); return err }),
		},
	}
}

func routerSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Azure Traffic Manager profiles that divide the traffic. All of them move together. " +
			"Each is paired with the endpoint that each environment has in it.\n\n" +
			"The profile's `traffic_routing_method` must be `Weighted`. Only the weight and the status of the two endpoints are changed: " +
			"the idle one is disabled, since Traffic Manager has no weight 0. The incoming one is enabled before the outgoing one is disabled. " +
			"Traffic Manager does not check disabled endpoints; a cutover therefore begins with a probe, one in about a thousand answers, " +
			"until the endpoint is seen online, and ends there when it is not. While other endpoints are enabled in the profile, the sum of the two weights stays as it is, " +
			"so that the others keep their share. A cutover needs a sum of at least 100 then, of which a probe gets 1, and each step must be a whole number of it: " +
			"with a multiple of 100 every step is.\n\n" +
			"Clients follow when the profile's TTL has passed; the plan's timetable has this time, and the apply waits for it.\n\n" +
			"An `azurerm_traffic_manager_azure_endpoint` (or external, or nested) beside the switch needs `lifecycle { ignore_changes = [weight, enabled] }`, " +
			"or it puts them back.\n\n" +
			"Permissions needed: `Microsoft.Network/trafficManagerProfiles/read`, and for the kind of endpoint " +
			"`Microsoft.Network/trafficManagerProfiles/azureEndpoints/write` (`externalEndpoints`, `nestedEndpoints`). " +
			"The role Traffic Manager Contributor has them. For nested endpoints the profiles below must be readable too.",
		Attributes: map[string]schema.Attribute{
			attrProfiles: ids("IDs of the profiles.", func(text string) error { _, err := parseProfileID(text); return err }),
		},
	}
}

// ids is a list of at least one ID, each of which parse takes.
func ids(description string, parse func(string) error) schema.ListAttribute {
	return schema.ListAttribute{
		Required:            true,
		ElementType:         types.StringType,
		MarkdownDescription: description,
		Validators: []validator.List{
			listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(idValidator(parse)),
		},
	}
}

// idValidator refuses strings that it returns an error for.
type idValidator func(string) error

// Description implements validator.Describer.
func (idValidator) Description(context.Context) string { return "an ID as azurerm gives it" }

// MarkdownDescription implements validator.Describer.
func (v idValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (v idValidator) ValidateString(_ context.Context, request validator.StringRequest, response *validator.StringResponse) {
	if request.ConfigValue.IsNull() || request.ConfigValue.IsUnknown() {
		return
	}
	if err := v(request.ConfigValue.ValueString()); err != nil {
		response.Diagnostics.AddAttributeError(request.Path, summaryID, fmt.Sprintf("%s: %s.", request.Path, err))
	}
}
