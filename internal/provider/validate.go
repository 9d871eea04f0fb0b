package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// requireKind refuses a configuration without any router's block.
func requireKind(config *value.Object, kinds []router.Kind, what string, diags *diag.Diagnostics) {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		if config.IsSet(k.Name()) {
			return
		}
		names[i] = k.Name()
	}
	diags.AddError("Router Missing",
		fmt.Sprintf("The %s has no block for any kind of router. Add at least one of: %s.", what, strings.Join(names, ", ")))
}

// validateHealth refuses a health gate that could never hold for long enough.
// base leads to the environment; empty, it is the resource itself.
func validateHealth(ctx context.Context, base path.Path, environment *value.Object, diags *diag.Diagnostics) {
	health := environment.Object("health")
	if health.IsNull() || !value.WhollyKnown(ctx, health) {
		return
	}
	var told diag.Diagnostics // by the attributes themselves
	rule := healthRule(ctx, health, &told)
	if !told.HasError() && rule.StableFor >= rule.Timeout {
		diags.Append(diagnose.ErrorAt(base.AtName("health").AtName("timeout"), "Health Gate Can Never Hold",
			fmt.Sprintf("The targets must be healthy for %s (stable_for), but are waited for no longer than %s (timeout). "+
				"Raise timeout above stable_for.", cutover.Text(rule.StableFor), cutover.Text(rule.Timeout))))
	}
}

// validateSwitch refuses what can be known to be wrong from the configuration
// alone.
func validateSwitch(ctx context.Context, config *value.Object, catalog Catalog, diags *diag.Diagnostics) {
	requireKind(config, catalog.Routers, "switch", diags)
	sides := catalog.validateSides(ctx, config, diags)
	catalog.validateEvidence(ctx, config, sides, diags)
	validateSteps(ctx, config, diags)
	validateAnalysis(ctx, config, diags)
}

// validateSides refuses environments that make no two sides of a switch. It
// returns those that are known.
func (c Catalog) validateSides(ctx context.Context, config *value.Object, diags *diag.Diagnostics) map[traffic.Color]*value.Object {
	sides := map[traffic.Color]*value.Object{}
	names := map[string]bool{}
	for _, color := range traffic.Colors() {
		given := config.Object(color.String())
		if given.IsNull() || given.IsUnknown() || given.Attributes()[value.FitnessName].IsNull() { // which its attribute tells
			continue
		}
		e := c.environment(ctx, config, color, diags)
		if e == nil {
			continue
		}
		sides[color] = e
		c.validateEnvironment(ctx, e, value.FitnessOf(color), diags)
		if name := e.Str("name"); name != "" {
			if names[name] {
				diags.AddAttributeError(path.Root(color.String()), "One Environment In Both Colors",
					fmt.Sprintf("Blue and green are both the environment %q. A switch needs two.", name))
			}
			names[name] = true
		}
		requireBackends(config, e, color, c.Routers, diags)
	}
	return sides
}

// requireBackends refuses an environment that lacks the block of a router that
// the switch has. One that is not known yet may turn out to be left out.
func requireBackends(config, environment *value.Object, c traffic.Color, kinds []router.Kind, diags *diag.Diagnostics) {
	for _, k := range kinds {
		if config.IsGiven(k.Name()) && !environment.IsSet(k.Name()) {
			diagnose.Add(diags, &diagnose.KindError{Kind: k.Name(), Err: router.MissingBackend(k.Name(), c)})
		}
	}
}

func validateSteps(ctx context.Context, config *value.Object, diags *diag.Diagnostics) {
	if !config.Known(ctx, "steps") {
		return
	}
	var told diag.Diagnostics // by the attributes themselves
	steps := stepsOf(ctx, config, &told)
	if told.HasError() {
		return
	}
	for _, err := range diagnose.Flatten(cutover.ValidateSteps(steps)) {
		var step *cutover.StepError
		if errors.As(err, &step) {
			text := strings.TrimPrefix(step.Err.Error(), cutover.ErrOrder.Error()+": ")
			diags.Append(diagnose.ErrorAt(path.Root("steps").AtListIndex(step.Index).AtName("weight"), "Invalid Step", diagnose.Sentence(errors.New(text))))
		}
	}
}

// validateAnalysis refuses an analysis that would never measure, since no
// weight is ever held, and a metric that would never be judged.
func validateAnalysis(ctx context.Context, config *value.Object, diags *diag.Diagnostics) {
	if !config.IsGiven("analysis") || !config.Known(ctx, "steps", "bake") {
		return
	}
	var told diag.Diagnostics // by the attribute itself
	switch {
	case len(stepsOf(ctx, config, &told)) > 0:
	case config.Duration("bake") > 0:
		validateComparisons(ctx, value.New(ctx, config.Object("analysis")), diags)
	default:
		diags.AddAttributeError(path.Root("analysis"), "Analysis Never Measures",
			"Metrics are measured while a weight is held, and none is: there are no steps and no bake. Add steps with a pause, or a bake.")
	}
}

// validateComparisons refuses metrics that only compare, in a cutover in which
// the two colors never serve side by side.
func validateComparisons(ctx context.Context, analysis *value.Object, diags *diag.Diagnostics) {
	metrics, _ := analysis.Values["metrics"].(types.Map)
	for _, name := range sortedKeys(metrics.Elements()) {
		element, _ := metrics.Elements()[name].(types.Object)
		m := value.New(ctx, element)
		if m.IsSet("max_ratio_to_other") && !m.IsSet("max") && !m.IsSet("min") && !m.IsSet("within") {
			diags.Append(diagnose.ErrorAt(path.Root("analysis").AtName("metrics").AtMapKey(name).AtName("max_ratio_to_other"), "Metric Never Judged",
				"The two colors are compared while both have traffic, and they never do: there are no steps. Add steps, or give max or min, which hold in the bake too."))
		}
	}
}

// stepsOf reads the steps, which are wholly known.
func stepsOf(ctx context.Context, s *value.Object, diags *diag.Diagnostics) []cutover.Step {
	list, ok := s.Values["steps"].(types.List)
	if !ok || list.IsNull() {
		return nil
	}
	var models []stepModel
	value.Decode(ctx, list, &models, diags)
	steps := make([]cutover.Step, len(models))
	for i, m := range models {
		weight := m.Weight.ValueFloat64()
		refuseFraction(path.Root("steps").AtListIndex(i).AtName("weight"), weight, diags)
		steps[i] = cutover.Step{Weight: int(weight), Pause: block.Duration(m.Pause, 0)}
	}
	return steps
}
