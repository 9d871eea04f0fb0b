package haproxy

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func mapSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Map mode: the entries that frontends look up by constant keys, as " +
			"`use_backend %[str(shop),map_str(/etc/haproxy/backend.map)]` does. Look up neither the path nor the host by its beginning: an " +
			"exact match of `/` moves `/` and leaves `/api` behind, and with `map_beg` another entry may answer.",
		Attributes: map[string]schema.Attribute{
			"file": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The map file, by the path that it has where Terraform runs. Only the values of the keys are changed in it; the file " +
					"is replaced, so whoever runs Terraform must own it (or be root) and may write its folder, and a container must mount the folder and not the file. " +
					"Owner, mode, access control list and extended attributes are kept.",
			},
			"id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The map's name in HAProxy's configuration, where that is not `file`: a relative path, or the path in HAProxy's container. " +
					"`show map` lists the names.",
			},
			"key": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The key, which must be in the file once. HAProxy cannot tell whether a frontend looks it up: " +
					"a map that is used for something else is taken for the right one. Exactly one of `key` and `keys`.",
			},
			"keys": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues()},
				MarkdownDescription: "Several keys of the map, such as the names of hosts, that move together.",
			},
			"values": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "What the entries say for each color, where that is not the name of its `backend`: a label that the configuration " +
					"makes a name of, as `use_backend %[str(shop),map_str(f)]-web` does. Health is still that of each environment's `backend`.",
				Attributes: map[string]schema.Attribute{
					"blue":  schema.StringAttribute{Required: true, MarkdownDescription: "The value for blue."},
					"green": schema.StringAttribute{Required: true, MarkdownDescription: "The value for green."},
				},
			},
			"persist": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether the file is written as well as the live map; default `true`. With `false` a reload of HAProxy " +
					"undoes the cutover unless you keep the file yourself: for HAProxies whose file is not on the machine that " +
					"runs Terraform.",
			},
		},
	}
}
