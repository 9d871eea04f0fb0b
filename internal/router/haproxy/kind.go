package haproxy

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
)

// Name is the kind's name, and that of its blocks.
const Name = "haproxy"

// Backend is the block haproxy of an environment: one of the two.
type Backend struct {
	Backend *string  `tfsdk:"backend"`
	Servers []string `tfsdk:"servers"`
}

// Router is the block haproxy of a switch. With Map it is map mode, without it
// server-weight mode.
type Router struct {
	Sockets []string `tfsdk:"sockets"`
	Map     *Map     `tfsdk:"map"`
}

// Map names the entry of a map that decides which backend serves.
type Map struct {
	File    string `tfsdk:"file"`
	Key     string `tfsdk:"key"`
	Persist *bool  `tfsdk:"persist"`
}

// persists tells whether the file is kept as well: yes, unless refused.
func (m Map) persists() bool { return m.Persist == nil || *m.Persist }

// New returns the kind of router that HAProxy is.
func New() router.Kind {
	return router.NewKind(router.Spec[Backend, Router]{
		Name:    Name,
		Backend: backendSchema(),
		Router:  routerSchema(),
		Open:    open,
		Import:  importID,
		ImportExamples: []string{
			"haproxy:unix:///run/haproxy/admin.sock#/etc/haproxy/maps/backend.map#shop",
			"haproxy:tcp://10.0.0.4:9999,tcp://10.0.0.5:9999",
		},
	})
}

func backendSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "What this environment is called in HAProxy. Exactly one of `backend` (map mode) and " +
			"`servers` (server-weight mode), the same one in both environments.",
		Attributes: map[string]schema.Attribute{
			"backend": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Map mode: the backend that serves this environment, as the map file names it. All its " +
					"servers count for the health gate, and each needs a `check`.",
			},
			"servers": schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Server-weight mode: the servers of this environment, each as `backend/server`. Every " +
					"backend named must have servers of both environments. Servers of the backend that neither environment " +
					"names keep their weight. Each server needs a `check` for the health gate, and none may be a `backup`.",
			},
		},
	}
}

func routerSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "HAProxy, over its Runtime API. With `map`, one entry of a map file names the backend that serves: " +
			"all or nothing, so no `steps`. Without it, the weights of servers divide the traffic in whole percent; a reload " +
			"brings back the weights of the configuration unless HAProxy is given `server-state-file` and " +
			"`load-server-state-from-file global`, and the next plan shows the drift. Clients that a cookie or a stick table " +
			"ties to a server stay with it at weight 0.\n\n" +
			"Import with `haproxy:<socket>[,<socket>…]` in server-weight mode and " +
			"`haproxy:<socket>[,<socket>…]#<map file>#<key>` in map mode, such as " +
			"`haproxy:unix:///run/haproxy/admin.sock#/etc/haproxy/backend.map#shop`.",
		Attributes: map[string]schema.Attribute{
			"sockets": schema.ListAttribute{
				Required:    true,
				ElementType: types.StringType,
				MarkdownDescription: "The `stats socket` of each HAProxy, with `level admin`: `unix:///run/haproxy/admin.sock` or " +
					"`tcp://127.0.0.1:9999`. Several are a fleet that moves together. The Runtime API has neither encryption nor " +
					"passwords: reach a remote one through a tunnel.",
			},
			"map": mapSchema(),
		},
	}
}

func mapSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Map mode: the entry that a frontend looks up by a constant key, as " +
			"`use_backend %[str(shop),map_str(/etc/haproxy/backend.map)]` does. Look up neither the path nor the host: an " +
			"exact match of `/` moves `/` and leaves `/api` behind, and with `map_beg` another entry may answer.",
		Attributes: map[string]schema.Attribute{
			"file": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The map file, exactly as the configuration names it. Only the one value is changed in it; the file " +
					"is replaced, so whoever runs Terraform must own it (or be root) and may write its folder, and a container must mount the folder and not the file.",
			},
			"key": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The key, which must be in the file once. HAProxy cannot tell whether a frontend looks it up: " +
					"a map that is used for something else is taken for the right one.",
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

// importID reads an identifier of this kind. Sockets have no # and no comma.
func importID(id string) (Router, bool) {
	rest, ok := strings.CutPrefix(id, Name+":")
	if !ok {
		return Router{}, false
	}
	parts := strings.Split(rest, "#")
	r := Router{Sockets: strings.Split(parts[0], ",")}
	switch len(parts) {
	case 1:
	case 3:
		r.Map = &Map{File: parts[1], Key: parts[2]}
	default:
		return Router{}, false
	}
	for _, s := range r.Sockets {
		if _, err := haproxyapi.ParseSocket(s); err != nil {
			return Router{}, false
		}
	}
	return r, true
}
