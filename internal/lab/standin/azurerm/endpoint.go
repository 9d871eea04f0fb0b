package azurerm

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// endpoints are azurerm_traffic_manager_azure_endpoint and its kin.
type endpoints struct {
	*account
	family string // AzureEndpoints and so on
}

var (
	endpointType = plugin.Type{
		Replace:  []string{"name", "profile_id"},
		Defaults: map[string]any{"always_serve_enabled": false, "enabled": true, "weight": 1},
		Ranges:   map[string][2]float64{"priority": {1, 1000}, "weight": {1, 1000}},
	}
	nestedType = plugin.Type{
		Replace:  []string{"name", "profile_id"},
		Defaults: map[string]any{"enabled": true, "weight": 1},
		Ranges:   endpointType.Ranges,
	}
)

// Create implements plugin.Remote.
func (e endpoints) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	id := o.Text("profile_id") + "/" + e.family + "/" + o.Text("name")
	if _, err := e.call(ctx, http.MethodPut, id, endpointBody(o)); err != nil {
		return nil, err
	}
	return plugin.Object{"id": id}, nil
}

func endpointBody(o plugin.Object) plugin.Object {
	properties := move(o, endpointKeys)
	properties["endpointStatus"], properties["customHeaders"] = status(o.Bool("enabled")), headers(o)
	if o.Has("always_serve_enabled") {
		properties["alwaysServe"] = status(o.Bool("always_serve_enabled"))
	}
	subnets := []plugin.Object{}
	for _, subnet := range o.Blocks("subnet") {
		subnets = append(subnets, move(subnet, map[string]string{"first": "first", "last": "last", "scope": "scope"}))
	}
	properties["subnets"] = subnets
	return plugin.Object{"properties": properties}
}

// Read implements plugin.Remote.
func (e endpoints) Read(ctx context.Context, state plugin.Object) (plugin.Object, error) {
	id := state.Text("id")
	found, err := e.call(ctx, http.MethodGet, id, nil)
	switch {
	case errors.Is(err, errNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	properties := found.Block("properties")
	o := unmove(properties, endpointKeys)
	// What a family of endpoints has not, the API may show all the same.
	for name := range endpointKeys {
		if !has(e.family, name) {
			delete(o, name)
		}
	}
	o["name"], o["profile_id"] = found.Text("name"), id[:strings.LastIndex(id, "/"+e.family+"/")]
	o["enabled"], o["custom_header"] = properties.Text("endpointStatus") == enabled, properties.Blocks("customHeaders")
	o["subnet"] = properties.Blocks("subnets")
	if e.family != nested {
		o["always_serve_enabled"] = properties.Text("alwaysServe") == enabled
	}
	return o, nil
}

// Update implements plugin.Remote.
func (e endpoints) Update(ctx context.Context, _, planned plugin.Object) (plugin.Object, error) {
	_, err := e.call(ctx, http.MethodPut, planned.Text("id"), endpointBody(planned))
	return nil, err
}

// Delete implements plugin.Remote.
func (e endpoints) Delete(ctx context.Context, state plugin.Object) error {
	return e.remove(ctx, state.Text("id"))
}
