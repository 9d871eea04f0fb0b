// Package provider joins the cutover engine and the routers to Terraform: two
// resources, a data source and a function.
//
// It knows no router and no cloud by name; main hands it the catalog.
package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/eventfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "provider"

// Provider is the bluegreen provider.
type Provider struct {
	version string
	catalog Catalog
}

var (
	_ provider.Provider              = (*Provider)(nil)
	_ provider.ProviderWithFunctions = (*Provider)(nil)
)

// New returns a constructor of the provider, as plugin servers want it. Each
// instance has a catalog of its own.
func New(version string, catalog func() Catalog) func() provider.Provider {
	return func() provider.Provider {
		c := catalog()
		c.fitness = newFitness(c)
		return &Provider{version: version, catalog: c}
	}
}

// configured is what the resources get of the provider.
type configured struct {
	catalog  Catalog
	sessions *session.Sessions
	events   *eventfile.Log
	progress *eventfile.Log
	claims   *decision.Claims
	released *released
}

// released are the versions that environments have in their own states, by their
// names. Terraform plans an environment before the switch that is handed it.
type released struct {
	mu     sync.Mutex
	byName map[string]string
}

func (r *released) note(name, version string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byName[name] = version
}

func (r *released) of(name string) (version string, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	version, known = r.byName[name]
	return version, known
}

// Metadata implements provider.Provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "bluegreen"
	resp.Version = p.version
}

// Schema implements provider.Provider.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"event_file": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "A file to which every event of every cutover is appended, one JSON object a line " +
				"(see the guide on events). Can also be given as the environment variable `" + eventfile.Variable + "`.",
		},
		"progress_file": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "A file to which every event of every cutover is appended as a plain line, for people: `/dev/tty`, or the output of a " +
				"CI job (see the guide on events). Can also be given as the environment variable `" + eventfile.ProgressVariable + "`.",
		},
	}
	for _, c := range p.catalog.Sessions {
		attributes[c.Name()] = c.Attribute()
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Blue-green cutovers as a plan and an apply. A block that is left out is configured by " +
			"its cloud's usual environment variables and files, and is looked at only when a resource needs it.",
		Attributes: attributes,
	}
}

// Configure implements provider.Provider. It opens nothing: see session.Sessions.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	blocks := make(map[string]types.Object, len(p.catalog.Sessions))
	for _, c := range p.catalog.Sessions {
		var block types.Object
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(c.Name()), &block)...)
		blocks[c.Name()] = block
	}
	var file, progressFile types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("event_file"), &file)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("progress_file"), &progressFile)...)
	if resp.Diagnostics.HasError() {
		return
	}
	remotetext.HideEnvironment()
	c := &configured{
		catalog: p.catalog, sessions: session.NewSessions(p.catalog.Sessions, blocks), events: eventfile.New(file.ValueString()),
		progress: eventfile.NewProgress(progressFile.ValueString()), claims: &decision.Claims{}, released: &released{byName: map[string]string{}},
	}
	resp.ResourceData, resp.DataSourceData = c, c
}

// Resources implements provider.Provider.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &environmentResource{catalog: p.catalog} },
		func() resource.Resource { return &switchResource{catalog: p.catalog} },
	}
}

// DataSources implements provider.Provider.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &trafficDataSource{catalog: p.catalog} },
	}
}

// Functions implements provider.ProviderWithFunctions.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		func() function.Function { return otherColorFunction{} },
	}
}
