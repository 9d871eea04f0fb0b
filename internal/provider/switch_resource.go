package provider

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
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
	state := readObject(ctx, req.State, &resp.Diagnostics)
	if state == nil || !state.isSet("blue") || !state.isSet("green") {
		return // Imported: whose backends are whose is known with the configuration.
	}
	members, err := r.open(ctx, state)
	if errors.Is(err, session.ErrUnknown) {
		return
	}
	was, had := traffic.Color(state.str("active_color")), state.values["weights"]
	found := make([]traffic.Weights, len(members))
	if err == nil {
		err = each(members, func(i int, m traffic.Member) error {
			w, err := refresh(ctx, m)
			found[i] = w
			return explained(ctx, m, was, err)
		})
	}
	record(state, found, err, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	for i, m := range members {
		if err == nil && notPersistedBy(ctx, m, found[i]) != "" {
			state.set("weights", types.ObjectNull(weightsType)) // a difference, so that the next apply sets them again
		}
	}
	if err == nil {
		remember(ctx, resp.Private, state, was, newSighting(members, found), &resp.Diagnostics)
	} else {
		writePrivate(ctx, resp.Private, sightingKey, nil, &resp.Diagnostics)
	}
	noteDisturbance(ctx, resp.Private, was, state, had, &resp.Diagnostics)
	// The timetable is that of the next cutover. The last one's would stand
	// between its lines in a plan.
	state.set("cutover", linesValue(ctx, nil, &resp.Diagnostics))
	resp.Diagnostics.Append(resp.State.Set(ctx, state.value(&resp.Diagnostics))...)
}

// remember notes what a refresh saw, for the plan that comes after it. When
// traffic was moved outside, or by an apply that was killed, the color that
// was active may be returned to at once: until just now it was.
func remember(ctx context.Context, p private, state *object, was traffic.Color, seen *sighting, diags *diag.Diagnostics) {
	now, past := time.Now(), history{}
	readPrivate(ctx, p, historyKey, &past, diags)
	if state.str("active_color") != was.String() {
		past = past.after(was, state, now)
		writePrivate(ctx, p, historyKey, past, diags)
	}
	if past.open(now, state.duration("rollback_window")) {
		seen.At = &now
	}
	writePrivate(ctx, p, sightingKey, seen, diags)
}

// noteDisturbance notes that weights are not those that state had, and which
// color was active before. Once state has them, nothing has moved since, and
// one color has all traffic, whoever moved it was followed: the note would only
// keep what serves now from being protected.
func noteDisturbance(ctx context.Context, p private, was traffic.Color, state *object, had attr.Value, diags *diag.Diagnostics) {
	var old traffic.Color
	noted := readPrivate(ctx, p, disturbedKey, &old, diags)
	moved := !state.values["weights"].Equal(had)
	weights, _ := weightsOf(state.object("weights"))
	_, whole := weights.Active()
	switch {
	case moved && !noted:
		writePrivate(ctx, p, disturbedKey, was, diags)
	case !moved && noted && whole:
		writePrivate(ctx, p, disturbedKey, nil, diags)
	}
}

// record writes into state what was found. A router that is gone, does not
// answer, or is no longer one that could be switched, leaves the weights unset:
// that is a difference, and the plan says what is wrong, unless it is for other
// routers. Whatever else went wrong is an error.
func record(state *object, found []traffic.Weights, err error, diags *diag.Diagnostics) {
	switch {
	case err == nil:
		recordWeights(state, found)
	case gone(err):
		state.set("weights", types.ObjectNull(weightsType))
		warnUnread(diags, err)
	default:
		addError(diags, err)
	}
}

// gone tells whether all that went wrong is that routers cannot be switched.
func gone(err error) bool {
	for _, one := range flatten(err) {
		var attribute *router.AttributeError
		if !errors.As(one, &attribute) && !errors.Is(one, traffic.ErrNotFound) && !errors.Is(one, traffic.ErrNoWeight) {
			return false
		}
	}
	return true
}

// recordWeights writes into state where traffic is, and which color is active
// when all routers agree on one. One router alone that has moved, as when an
// apply was killed, must not look like a cutover that is done.
func recordWeights(state *object, found []traffic.Weights) {
	was := traffic.Color(state.str("active_color"))
	state.set("weights", weightsValue(furthest(found, was)))
	for _, c := range traffic.Colors() {
		if furthest(found, c) == traffic.All(c) {
			state.set("active_color", types.StringValue(c.String()))
			state.set("idle_color", types.StringValue(c.Other().String()))
		}
	}
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
