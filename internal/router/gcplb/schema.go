package gcplb

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
)

// The names of the blocks' attributes.
const (
	attrMaps     = "url_maps"
	attrMatcher  = "path_matcher"
	attrMatchers = "path_matchers"
	attrDefault  = "default_route"
	attrRoute    = "route_rule"
	attrPath     = "path_rule"
	attrServices = "backend_services"
	attrBuckets  = "backend_buckets"
)

func backendSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "The environment behind Application Load Balancers on Google Cloud.",
		Attributes: map[string]schema.Attribute{
			attrServices: schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  append(linksOf(backendServices), listvalidator.SizeAtLeast(1), listvalidator.AtLeastOneOf(sibling(attrBuckets))),
				MarkdownDescription: "IDs or self links of the environment's backend services: one for each scope (global, or a region) in which the switch " +
					"has a URL map. Those in other scopes are allowed and left alone. With several in one scope, as many and in the same order in " +
					"both environments, each route is divided between the two that stand at the same place and one of which it goes to.",
			},
			attrBuckets: schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  append(linksOf(backendBuckets), listvalidator.SizeAtLeast(1)),
				MarkdownDescription: "IDs or self links of the environment's backend buckets, in the same way. A URL map gives a backend bucket no weight: " +
					"it is swapped, and `steps` are refused. Google knows no health of it.",
			},
		},
	}
}

func routerSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "URL maps of Google Cloud load balancers that divide the traffic; all of them move together. Each is paired with the backend " +
			"services of the two environments that are in its scope: global, or its region.\n\n" +
			"Traffic is divided at the URL map's default route, at the default route of a path matcher, or at one of its rules; with `path_matchers` and " +
			"`default_route`, at several of them, which move in one write. Only the weights of these two " +
			"backend services are changed. Everything else in the URL map stays as it is, and both services stay attached, the idle one at weight 0, " +
			"so that its health is known. A route that goes to a single service is given weights first. Where another service has a weight above 0, " +
			"the sum of our two weights stays the same, and only shares that are whole parts of it can be set.\n\n" +
			"The classic Application Load Balancer (load balancing scheme `EXTERNAL`) has no weights: its service is swapped, and `steps` are refused. " +
			"Google knows the health of the idle service only when some other route of a URL map goes to it: give each color a host of its own.\n\n" +
			"A movement is done when Google's operation is. Its load balancers follow within seconds, or minutes at worst, and nothing tells when all have: " +
			"set `drain` to a few minutes, so that the outgoing environment goes on serving.\n\n" +
			"A `google_compute_url_map` beside the switch needs `lifecycle { ignore_changes = [default_service, default_route_action] }` " +
			"(or `[path_matcher]`), or it puts the weights back.\n\n" +
			"Permissions needed: `compute.urlMaps.get`, `.update` and `.validate`, `compute.backendServices.get` and `.use`, " +
			"`compute.globalOperations.get`, and for regional ones `compute.regionUrlMaps.*`, `compute.regionBackendServices.*` and " +
			"`compute.regionOperations.get`. With `compute.urlMaps.list` and `compute.backendServices.list` many switches are read in one call.",
		Attributes: map[string]schema.Attribute{
			attrMaps: schema.ListAttribute{
				Required:    true,
				ElementType: types.StringType,
				Validators:  append(linksOf(urlMaps), listvalidator.SizeAtLeast(1)),
				MarkdownDescription: "IDs or self links of URL maps, global or regional. A short name is that of a global one in the project of the " +
					"provider's `gcp` block.",
			},
			attrMatcher: schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Name of the path matcher whose default route divides the traffic. Left out, that of the URL map does.",
			},
			attrMatchers: schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators: []validator.List{
					listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ConflictsWith(sibling(attrMatcher)),
					listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
				},
				MarkdownDescription: "Names of several path matchers instead of `path_matcher`. The default routes of all divide the traffic, and move in one write.",
			},
			attrDefault: schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether the URL map's default route divides the traffic, in the same write as what `path_matcher` or `path_matchers` name. " +
					"Left out, it does when neither of them is set.",
			},
			attrRoute: schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, 2147483647), int64validator.AlsoRequires(sibling(attrMatcher))},
				MarkdownDescription: "Priority of the route rule, within `path_matcher`, that divides the traffic. " +
					"The priority is what names a route rule in Google's API.",
			},
			attrPath: schema.StringAttribute{
				Optional: true,
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
					stringvalidator.AlsoRequires(sibling(attrMatcher)), stringvalidator.ConflictsWith(sibling(attrRoute)),
				},
				MarkdownDescription: "One of the paths of the path rule, within `path_matcher`, that divides the traffic, such as `/api/*`.",
			},
		},
	}
}

func sibling(attribute string) path.Expression {
	return path.MatchRelative().AtParent().AtName(attribute)
}

// linksOf are the validators of a list of names in one collection.
func linksOf(collection string) []validator.List {
	return []validator.List{
		listvalidator.UniqueValues(),
		listvalidator.ValueStringsAre(linkValidator(collection)),
	}
}

// linkValidator validates names in a collection. Its value is the collection.
type linkValidator string

// Description implements validator.String.
func (v linkValidator) Description(context.Context) string {
	return "value must be the id, self link or name of one of " + string(v)
}

// MarkdownDescription implements validator.String.
func (v linkValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String. The project of a short name is
// not known here.
func (v linkValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := parseLink(req.ConfigValue.ValueString(), string(v), "any"); err != nil {
		text := errs.Text(err)
		resp.Diagnostics.AddAttributeError(req.Path, summaryLink, fmt.Sprintf("%s: %s.", req.Path, text))
	}
}
