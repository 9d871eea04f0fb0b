package provider

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// gate is a check as the engine wants it: with a name and a subject.
type gate struct {
	name    string
	check   check.Check
	subject check.Subject
}

// reportingGate is the gate of a check that has more to tell.
type reportingGate struct {
	gate
	cutover.Reporter
}

// windowGate is the gate of a check that holds at certain times only.
type windowGate struct {
	gate
	cutover.Hours
}

var (
	_ cutover.Hours    = windowGate{}
	_ cutover.Gate     = gate{}
	_ cutover.Reporter = reportingGate{}
)

func newGate(name string, c check.Check, s check.Subject) cutover.Gate {
	g := gate{name, c, s}
	if reporter, ok := c.(cutover.Reporter); ok {
		return reportingGate{g, reporter}
	}
	if hours, ok := c.(cutover.Hours); ok {
		return windowGate{g, hours}
	}
	return g
}

// Name implements cutover.Gate.
func (g gate) Name() string { return g.name }

// Limit implements cutover.Gate.
func (g gate) Limit() time.Duration { return g.check.Limit() }

// Check implements cutover.Gate.
func (g gate) Check(ctx context.Context) error { return g.check.Run(ctx, g.subject) }

// subjectOf is the environment that checks are about.
func subjectOf(c traffic.Color, environment *value.Object) check.Subject {
	versions := environment.Object("schema").Attributes()
	oldest, _ := versions["min_version"].(types.String)
	newest, _ := versions["max_version"].(types.String)
	return check.Subject{
		Color: c, Environment: environment.Str("name"), Version: environment.Str("version"),
		MinSchema: oldest.ValueString(), MaxSchema: newest.ValueString(), Schemas: texts(versions["one_of"]), NotYet: texts(versions["not_applied"]),
	}
}

// texts are the elements of a list of text; none when it is null or not known.
func texts(v attr.Value) []string {
	list, ok := v.(types.List)
	if !ok || list.IsNull() || list.IsUnknown() {
		return nil
	}
	var all []string
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok && !text.IsUnknown() {
			all = append(all, text.ValueString())
		}
	}
	return all
}

// checkGates are the checks of an environment as gates.
func (c Catalog) checkGates(ctx context.Context, sessions *session.Sessions, color traffic.Color, environment *value.Object, base path.Path, diags *diag.Diagnostics) []cutover.Gate {
	var gates []cutover.Gate
	for _, one := range c.checks().open(ctx, sessions, environment, base, diags) {
		gates = append(gates, newGate("checks."+one.name, one.thing, subjectOf(color, environment)))
	}
	return gates
}

// prewarm is the environment's prewarming as a gate; nil when it has none.
func (c Catalog) prewarm(ctx context.Context, sessions *session.Sessions, color traffic.Color, environment *value.Object, base path.Path, diags *diag.Diagnostics) cutover.Gate {
	if c.Prewarm == nil || !environment.IsSet("prewarm") || !environment.Known(ctx, "prewarm") {
		return nil
	}
	thing, err := c.Prewarm.Open(ctx, sessions, environment.Object("prewarm"))
	if sessions == nil && notToTell(err) {
		return nil
	}
	if err != nil {
		addErrorAt(diags, base, "prewarm", err)
		return nil
	}
	return newGate("prewarm", thing, subjectOf(color, environment))
}

// runChecks tries the checks of an environment by itself, all at the same
// time, and adds a diagnostic for each that does not hold.
func (c *configured) runChecks(ctx context.Context, environment *value.Object, diags *diag.Diagnostics) {
	opened := c.catalog.checks().open(ctx, c.sessions, environment, path.Empty(), diags)
	errs := make([]error, len(opened))
	var wg sync.WaitGroup
	for i, one := range opened {
		wg.Go(func() {
			limited, cancel := context.WithTimeout(ctx, one.thing.Limit())
			defer cancel()
			errs[i] = cutover.Guarded("The check", func() error { return one.thing.Run(limited, subjectOf("", environment)) })
			logBug(ctx, errs[i])
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			diags.AddAttributeError(path.Root("checks").AtMapKey(opened[i].name), "Check Failed",
				fmt.Sprintf("%s is not fit to serve: check %s: %s", environment.Str("name"), opened[i].name, diagnose.Sentence(err)))
		}
	}
}

// The defaults of an analysis.
const (
	defaultAnalysisInterval  = 10 * time.Second
	defaultInconclusiveLimit = 3
)

// watches are the metrics of a switch's analysis as the engine wants them.
// Config is the switch's configuration, which has the write-only arguments.
func (c Catalog) watches(ctx context.Context, sessions *session.Sessions, config *value.Object, diags *diag.Diagnostics) []cutover.Watch {
	block := config.Object("analysis")
	if block.IsNull() || block.IsUnknown() {
		return nil
	}
	analysis := value.New(ctx, block)
	interval := defaultAnalysisInterval
	if d := analysis.Duration("interval"); d > 0 {
		interval = d
	}
	var watches []cutover.Watch
	for _, one := range c.metrics().open(ctx, sessions, analysis, path.Root("analysis"), diags) {
		at := path.Root("analysis").AtName("metrics").AtMapKey(one.name)
		watches = append(watches, cutover.Watch{
			Monitor:           monitorOf(ctx, one, config, at, diags),
			Interval:          interval,
			Delay:             analysis.Duration("warm_up"),
			FailureLimit:      intOf(analysis.Integer("failure_limit"), 0),
			InconclusiveLimit: intOf(analysis.Integer("inconclusive_limit"), defaultInconclusiveLimit),
			DryRun:            one.element.Flag("dry_run"),
			Holds:             analysis.Str("on_failure") == onFailureHold,
		})
	}
	return watches
}

func monitorOf(ctx context.Context, one chosen[metric.Metric], config *value.Object, at path.Path, diags *diag.Diagnostics) metric.Monitor {
	to := traffic.Color(config.Str("active_color"))
	monitor := metric.Monitor{
		Label: one.name, Metric: one.thing, Condition: conditionOf(ctx, one.element, diags),
		Subject: measured(ctx, to, config), Other: measured(ctx, to.Other(), config),
	}
	if err := monitor.Validate(); err != nil {
		diags.Append(diagnose.ErrorAt(at, "Metric Without A Sound Condition", diagnose.Sentence(err)))
	}
	return monitor
}

// measured is one environment of a switch as metrics are about it.
func measured(ctx context.Context, c traffic.Color, config *value.Object) metric.Subject {
	s := metric.Subject{Color: c}
	if block := config.Object(c.String()); !block.IsNull() && !block.IsUnknown() {
		environment := value.New(ctx, block)
		s.Environment, s.Version = environment.Str("name"), environment.Str("version")
	}
	return s
}

func conditionOf(ctx context.Context, element *value.Object, diags *diag.Diagnostics) metric.Condition {
	condition := metric.Condition{
		Max: element.Number("max"), Min: element.Number("min"), MaxRatioToOther: element.Number("max_ratio_to_other"),
	}
	if least := element.Number("min_samples"); least != nil {
		condition.MinSamples = *least
	}
	var within []float64
	if list, ok := element.Values["within"].(types.List); ok && !list.IsNull() {
		value.Decode(ctx, list, &within, diags)
	}
	if len(within) == 2 {
		condition.Min, condition.Max = tighter(condition.Min, within[0], math.Max), tighter(condition.Max, within[1], math.Min)
	}
	return condition
}

// tighter returns the bound that binds more.
func tighter(bound *float64, other float64, choose func(a, b float64) float64) *float64 {
	if bound != nil {
		other = choose(*bound, other)
	}
	return &other
}

// validateEvidence refuses gates, metrics and notifications that can be known
// to be wrong from the configuration alone.
func (c Catalog) validateEvidence(ctx context.Context, config *value.Object, sides map[traffic.Color]*value.Object, diags *diag.Diagnostics) {
	foresee(c.gates().open(ctx, nil, config, path.Empty(), diags), sides, diags)
	c.notifiers().open(ctx, nil, config, path.Empty(), diags)
	c.watches(ctx, nil, config, diags)
}

// foresee refuses gates that could never hold for one of the environments.
func foresee(gates []chosen[check.Check], sides map[traffic.Color]*value.Object, diags *diag.Diagnostics) {
	for _, one := range gates {
		foreseer, ok := one.thing.(check.Foreseer)
		if !ok {
			continue
		}
		for _, color := range traffic.Colors() {
			if sides[color] == nil {
				continue
			}
			if err := foreseer.Foresee(subjectOf(color, sides[color])); err != nil {
				diags.Append(diagnose.ErrorAt(value.FitnessOf(color).AtName("schema"), "Gate Can Never Hold", diagnose.Sentence(fmt.Errorf("gate %s: %w", one.name, err))))
			}
		}
	}
}

// validateEnvironment does the same for what an environment says. base leads
// to where it says that.
func (c Catalog) validateEnvironment(ctx context.Context, environment *value.Object, base path.Path, diags *diag.Diagnostics) {
	validateHealth(ctx, base, environment, diags)
	c.checks().open(ctx, nil, environment, base, diags)
	c.prewarm(ctx, nil, "", environment, base, diags)
}
