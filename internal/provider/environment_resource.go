package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
)

// EnvironmentType is the type of the resource that is a statement: it reads as
// state has it.
const EnvironmentType = "bluegreen_environment"

// environmentResource is one of the two copies of production. It is a
// statement, kept in state for switches to use; its one side effect is that it is checked.
type environmentResource struct {
	catalog Catalog // the schema is asked for before the provider is configured
	*configured
}

var (
	_ resource.Resource                   = (*environmentResource)(nil)
	_ resource.ResourceWithConfigure      = (*environmentResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*environmentResource)(nil)
	_ resource.ResourceWithValidateConfig = (*environmentResource)(nil)
	_ resource.ResourceWithImportState    = (*environmentResource)(nil)
)

// Metadata implements resource.Resource.
func (r *environmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_environment"
}

// Schema implements resource.Resource.
func (r *environmentResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One of the two copies of production: what is released there, what each router calls it, and " +
			"when it is fit for traffic. A `bluegreen_switch` is handed two of them.\n\n" +
			"Creating, changing or destroying an environment moves no traffic. Creating one, or changing its `version`, runs its `checks`.",
		Attributes: environmentAttributes(r.catalog), //nolint:contextcheck // types need none
	}
}

// Configure implements resource.ResourceWithConfigure.
func (r *environmentResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.configured, _ = req.ProviderData.(*configured)
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *environmentResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config := readConfig(ctx, req.Config, &resp.Diagnostics)
	if config == nil {
		return
	}
	requireKind(config, r.catalog.Routers, "environment", &resp.Diagnostics)
	r.catalog.validateEnvironment(ctx, config, path.Empty(), &resp.Diagnostics)
}

// ModifyPlan implements resource.ResourceWithModifyPlan. What keeps a release
// from being checked is an error before it is made.
func (r *environmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	plan := value.Read(ctx, req.Plan, &resp.Diagnostics)
	if plan == nil {
		return
	}
	if r.configured != nil && r.releases(ctx, plan, req.State, &resp.Diagnostics) {
		r.catalog.checks().open(ctx, r.sessions, plan, path.Empty(), &resp.Diagnostics)
	}
	if r.compute(ctx, plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan.Value(&resp.Diagnostics))...)
	}
}

// releases tells whether a plan has another version than a state, if there is
// any. Of a state no more is read, since that costs each plan of each environment.
func (r *environmentResource) releases(ctx context.Context, plan *value.Object, state tfsdk.State, diags *diag.Diagnostics) bool {
	if state.Raw.IsNull() {
		return true
	}
	var version types.String
	diags.Append(state.GetAttribute(ctx, path.Root("version"), &version)...)
	r.released.note(plan.Str("name"), version.ValueString())
	return !version.Equal(plan.Values["version"])
}

// Create implements resource.Resource. An environment whose checks fail is not
// saved: a tainted one would be replaced.
func (r *environmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := r.stated(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.runChecks(ctx, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan.Value(&resp.Diagnostics))...)
}

// Read implements resource.Resource: a statement does not drift.
func (r *environmentResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements resource.Resource. A new version whose checks fail is not
// saved, so that the next plan proposes it again.
func (r *environmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := r.stated(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.releases(ctx, plan, req.State, &resp.Diagnostics) {
		r.runChecks(ctx, plan, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan.Value(&resp.Diagnostics))...)
}

// Delete implements resource.Resource.
func (r *environmentResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ImportState implements resource.ResourceWithImportState: the identifier is
// the name, and everything else comes from the configuration.
func (r *environmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), req.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), req.ID)...)
}

// stated is the plan, complete: what was unknown in it is known now.
func (r *environmentResource) stated(ctx context.Context, s value.Source, diags *diag.Diagnostics) *value.Object {
	plan := value.Read(ctx, s, diags)
	if plan != nil {
		r.compute(ctx, plan, diags)
	}
	return plan
}

// compute fills in what is computed of the arguments, and tells whether that is
// anything new.
func (r *environmentResource) compute(ctx context.Context, plan *value.Object, diags *diag.Diagnostics) (changed bool) {
	set := func(name string, v attr.Value) {
		changed = changed || !v.Equal(plan.Values[name])
		plan.Set(name, v)
	}
	set("id", plan.Values["name"])
	set(value.FitnessName, r.catalog.fitness.of(ctx, plan, diags))
	return changed
}
