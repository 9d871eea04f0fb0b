package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// trafficDataSource tells where traffic is, and changes nothing.
type trafficDataSource struct {
	catalog Catalog // the schema is asked for before the provider is configured
	*configured
}

var (
	_ datasource.DataSource                   = (*trafficDataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*trafficDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*trafficDataSource)(nil)
)

// The types of the computed attributes.
var (
	healthType = map[string]attr.Type{"healthy": types.Int64Type, "total": types.Int64Type}
	routerType = map[string]attr.Type{
		"name": types.StringType, "kind": types.StringType,
		"weights":      types.ObjectType{AttrTypes: value.WeightsType},
		"blue_health":  types.ObjectType{AttrTypes: healthType},
		"green_health": types.ObjectType{AttrTypes: healthType},
	}
)

// Metadata implements datasource.DataSource.
func (d *trafficDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_traffic"
}

// Schema implements datasource.DataSource.
func (d *trafficDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"blue":  sideAttribute(d.catalog, traffic.Blue),
		"green": sideAttribute(d.catalog, traffic.Green),
		"active_color": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The color that gets all traffic from every router. Null while traffic is divided.",
		},
		"routers": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Each router, in the order of the configuration.",
			NestedObject:        schema.NestedAttributeObject{Attributes: routerAttributes()},
		},
	}
	for _, k := range d.catalog.Routers {
		attributes[k.Name()] = value.OneForDataSource(k.Router())
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Where traffic is now: the live weights of routers, and the health of both colors behind them. It " +
			"takes the same blocks as `bluegreen_switch`, and only reads.",
		Attributes: attributes,
	}
}

// sideAttribute is an environment, without what only a cutover asks of it.
func sideAttribute(catalog Catalog, c traffic.Color) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "The " + c.String() + " environment: a whole `bluegreen_environment`.",
		Attributes:          value.ForDataSource(identityAttributes(catalog)),
	}
}

func routerAttributes() map[string]schema.Attribute {
	health := func(c traffic.Color) schema.SingleNestedAttribute {
		return schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The targets of " + c.String() + ". Null when the router does not know their health.",
			Attributes: map[string]schema.Attribute{
				"healthy": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many are healthy."},
				"total":   schema.Int64Attribute{Computed: true, MarkdownDescription: "How many are registered."},
			},
		}
	}
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Computed: true, MarkdownDescription: "The router's own identifier."},
		"kind": schema.StringAttribute{Computed: true, MarkdownDescription: "The kind of router: the name of its block."},
		"weights": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Percent of traffic for each color.",
			Attributes: map[string]schema.Attribute{
				"blue":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Percent of traffic for blue."},
				"green": schema.Int64Attribute{Computed: true, MarkdownDescription: "Percent of traffic for green."},
			},
		},
		"blue_health":  health(traffic.Blue),
		"green_health": health(traffic.Green),
	}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *trafficDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.configured, _ = req.ProviderData.(*configured)
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *trafficDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	if config := readConfig(ctx, req.Config, &resp.Diagnostics); config != nil {
		requireKind(config, d.catalog.Routers, "data source", &resp.Diagnostics)
	}
}

// Read implements datasource.DataSource.
func (d *trafficDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx = router.ForPlan(ctx)
	config := value.Read(ctx, req.Config, &resp.Diagnostics)
	if config == nil {
		return
	}
	members, err := d.open(ctx, config)
	if err != nil {
		diagnose.Add(&resp.Diagnostics, err)
		return
	}
	views := make([]routerView, len(members))
	err = each(members, func(i int, m traffic.Member) (err error) {
		views[i], err = view(ctx, m)
		return err
	})
	if err != nil {
		diagnose.Add(&resp.Diagnostics, err)
		return
	}
	config.Set("active_color", activeColor(views))
	config.Set("routers", routersValue(ctx, views, &resp.Diagnostics))
	resp.Diagnostics.Append(resp.State.Set(ctx, config.Value(&resp.Diagnostics))...)
}

// routerView is what the data source shows of one router.
type routerView struct {
	member  traffic.Member
	weights traffic.Weights
	health  map[traffic.Color]types.Object
}

func view(ctx context.Context, m traffic.Member) (routerView, error) {
	w, err := read(ctx, m)
	v := routerView{member: m, weights: w, health: map[traffic.Color]types.Object{}}
	errs := []error{err}
	for _, c := range traffic.Colors() {
		v.health[c] = types.ObjectNull(healthType)
		reader, ok := m.Router.(traffic.HealthReader)
		if !ok {
			continue
		}
		h, err := reader.Health(ctx, c)
		errs = append(errs, err)
		v.health[c] = types.ObjectValueMust(healthType, map[string]attr.Value{
			"healthy": types.Int64Value(int64(h.Healthy)), "total": types.Int64Value(int64(h.Total)),
		})
	}
	return v, errors.Join(errs...)
}

// activeColor is the color that all routers send everything to, or null.
func activeColor(views []routerView) types.String {
	for _, c := range traffic.Colors() {
		elsewhere := func(v routerView) bool { return v.weights != traffic.All(c) }
		if !slices.ContainsFunc(views, elsewhere) {
			return types.StringValue(c.String())
		}
	}
	return types.StringNull()
}

func routersValue(ctx context.Context, views []routerView, diags *diag.Diagnostics) types.List {
	values := make([]attr.Value, len(views))
	for i, v := range views {
		values[i] = types.ObjectValueMust(routerType, map[string]attr.Value{
			"name": types.StringValue(v.member.Name), "kind": types.StringValue(v.member.Kind),
			"weights":     value.Weights(v.weights),
			"blue_health": v.health[traffic.Blue], "green_health": v.health[traffic.Green],
		})
	}
	list, d := types.ListValueFrom(ctx, types.ObjectType{AttrTypes: routerType}, values)
	diags.Append(d...)
	return list
}
