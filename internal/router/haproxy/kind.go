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
	Shares  *bool    `tfsdk:"shares"`
}

// Map names the entries of a map that decide which backend serves. Exactly one
// of Key and Keys is given.
type Map struct {
	File    string   `tfsdk:"file"`
	ID      *string  `tfsdk:"id"`
	Key     *string  `tfsdk:"key"`
	Keys    []string `tfsdk:"keys"`
	Values  *Values  `tfsdk:"values"`
	Persist *bool    `tfsdk:"persist"`
}

// Values are what entries say for the colors, where that is no backend's name.
type Values struct {
	Blue  string `tfsdk:"blue"`
	Green string `tfsdk:"green"`
}

// persists tells whether the file is kept as well: yes, unless refused.
func (m Map) persists() bool { return m.Persist == nil || *m.Persist }

// keys are all keys.
func (m Map) keys() []string {
	if m.Key != nil {
		return []string{*m.Key}
	}
	return m.Keys
}

// id is the map's name in HAProxy.
func (m Map) id() string {
	if m.ID != nil {
		return *m.ID
	}
	return m.File
}

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
		MarkdownDescription: "HAProxy, over its Runtime API. With `map`, entries of a map file name the backend that serves: " +
			"all or nothing, so no `steps`. Without it, the weights of servers divide the traffic in whole percent; a reload " +
			"brings back the weights of the configuration unless HAProxy is given `server-state-file` and " +
			"`load-server-state-from-file global`, and the next plan shows the drift. Clients that a cookie or a stick table " +
			"ties to a server stay with it at weight 0.\n\n" +
			"Import with `haproxy:<socket>[,<socket>…]` in server-weight mode and " +
			"`haproxy:<socket>[,<socket>…]#<map file>#<key>[#<key>…]` in map mode, such as " +
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
			"shares": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Server-weight mode: whether weights between 0 and 100 percent can be set. Left out, that is so with " +
					"`balance` `roundrobin`, `leastconn` and `random`. HAProxy does not tell whether a hash (`source`, `uri`, `hdr` …) has " +
					"`hash-type consistent`, nor whether servers from DNS SRV records have `resolve-opts ignore-weight`: where they have, set " +
					"`true`, and `steps` can be used.",
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
	case 2:
		return Router{}, false
	case 3:
		r.Map = &Map{File: parts[1], Key: &parts[2]}
	default:
		r.Map = &Map{File: parts[1], Keys: parts[2:]}
	}
	for _, s := range r.Sockets {
		if _, err := haproxyapi.ParseSocket(s); err != nil {
			return Router{}, false
		}
	}
	return r, true
}
