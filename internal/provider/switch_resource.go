package provider

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// switchResource divides traffic between two environments.
type switchResource struct {
	catalog Catalog // the schema is asked for before the provider is configured
	*configured
}

var (
	_ resource.Resource                   = (*switchResource)(nil)
	_ resource.ResourceWithConfigure      = (*switchResource)(nil)
	_ resource.ResourceWithValidateConfig = (*switchResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*switchResource)(nil)
	_ resource.ResourceWithImportState    = (*switchResource)(nil)
)

// Metadata implements resource.Resource.
func (r *switchResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_switch"
}

// Schema implements resource.Resource.
func (r *switchResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = switchSchema(ctx, r.catalog)
}

// Configure implements resource.ResourceWithConfigure.
func (r *switchResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.configured, _ = req.ProviderData.(*configured)
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *switchResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if config := readConfig(ctx, req.Config, &resp.Diagnostics); config != nil {
		validateSwitch(ctx, config, r.catalog, &resp.Diagnostics)
	}
}

// Read implements resource.Resource: it makes state say where traffic is.
func (r *switchResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx = router.ForPlan(ctx)
	state := value.Read(ctx, req.State, &resp.Diagnostics)
	if state == nil || !state.IsSet("blue") || !state.IsSet("green") {
		return // Imported: whose backends are whose is known with the configuration.
	}
	members, err := r.open(ctx, state)
	was := traffic.Color(state.Str("active_color"))
	var seen decision.Snapshot // of nothing, unless all can be opened
	if err == nil {
		seen, err = snapshot(ctx, members, was)
	}
	if err != nil {
		diagnose.Unread(&resp.Diagnostics, err)
	}
	memory := recallOrForget(ctx, req.Private, &resp.Diagnostics).After(decision.Outcome{
		Event: decision.Refreshed, At: time.Now(), Seen: seen, Was: was, Versions: textsOf(versionsOf(state)), Window: state.Duration("rollback_window"),
	})
	note(ctx, resp.Private, memory, &resp.Diagnostics)
	recordTraffic(state, seen)
	resp.Diagnostics.Append(resp.State.Set(ctx, state.Value(&resp.Diagnostics))...)
}

// Delete implements resource.Resource: traffic stays where it is.
func (r *switchResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// ImportState implements resource.ResourceWithImportState: the identifier is
// that of the router.
func (r *switchResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	for _, k := range r.catalog.Routers {
		block, ok := k.Import(ctx, req.ID)
		if !ok {
			continue
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), req.ID)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(k.Name()), block)...)
		return
	}
	resp.Diagnostics.Append(unknownIdentifier(req.ID, r.catalog.Routers))
}

func unknownIdentifier(id string, kinds []router.Kind) diag.Diagnostic {
	var examples []string
	for _, k := range kinds {
		examples = append(examples, k.ImportExamples()...)
	}
	return diag.NewErrorDiagnostic("Identifier Not Recognized",
		"No kind of router has an identifier like "+id+". They are written like these, as the page of each router says:\n\n  "+
			strings.Join(examples, "\n  "))
}
