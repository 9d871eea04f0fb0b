package google

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// remote are the resources of one type in the API.
type remote struct {
	*account
	kind  string
	block *standin.Block
}

// Create implements plugin.Remote.
func (r remote) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	id := r.id(r.kind, o)
	if err := r.insert(ctx, id, r.body(o)); err != nil {
		return nil, err
	}
	if err := r.attach(ctx, id, o); err != nil {
		return plugin.Object{"id": id}, err
	}
	return r.found(ctx, id, o)
}

// body is what the API is told of a resource.
func (r remote) body(o plugin.Object) map[string]any {
	body := encode(r.block, o)
	for _, kind := range []string{"grpc", "http2", "http", "https", "ssl", "tcp"} {
		if o.Block(kind+"_health_check") != nil {
			body["type"] = strings.ToUpper(kind)
		}
	}
	return body
}

// attach has the servers that the test names answer for a group. With the real
// API they are those of Cloud Run.
func (r remote) attach(ctx context.Context, id string, o plugin.Object) error {
	if !strings.Contains(id, "/networkEndpointGroups/") || os.Getenv(plugin.DirVariable) == "" {
		return nil
	}
	addresses, err := plugin.Servers(o.Text("name"))
	if err != nil || len(addresses) == 0 {
		return err
	}
	var endpoints []map[string]any
	for _, address := range addresses {
		endpoints = append(endpoints, map[string]any{"ipAddress": address.Addr().String(), "port": address.Port()})
	}
	return r.write(ctx, http.MethodPost, id+"/attachNetworkEndpoints", map[string]any{"networkEndpoints": endpoints})
}

// found is a resource as state has it.
func (r remote) found(ctx context.Context, id string, state plugin.Object) (plugin.Object, error) {
	body, err := r.get(ctx, id)
	if err != nil {
		return nil, err
	}
	o := decode(r.block, body, state)
	parts := strings.Split(id, "/")
	o["id"], o["project"] = id, parts[1]
	if r.block.Attributes["region"] != nil {
		o["region"] = parts[3]
		if given := state.Text("region"); strings.HasSuffix(given, "/"+parts[3]) { // by its self link
			o["region"] = given
		}
	}
	return o, nil
}

// Read implements plugin.Remote. The ID of an import may be a name alone.
func (r remote) Read(ctx context.Context, state plugin.Object) (plugin.Object, error) {
	id := state.Text("id")
	if !strings.HasPrefix(id, "projects/") {
		id = r.id(r.kind, plugin.Object{"name": id})
	}
	found, err := r.found(ctx, id, state)
	if errors.Is(err, errNotFound) {
		return nil, nil
	}
	return found, err
}

// Update implements plugin.Remote. The fingerprint tells the API what the
// change was made of.
func (r remote) Update(ctx context.Context, prior, planned plugin.Object) (plugin.Object, error) {
	id, body := planned.Text("id"), r.body(planned)
	if fingerprint := prior.Text("fingerprint"); fingerprint != "" {
		body["fingerprint"] = fingerprint
	}
	if err := r.write(ctx, http.MethodPut, id, body); err != nil {
		return nil, err
	}
	return r.found(ctx, id, planned)
}

// Delete implements plugin.Remote. What is in use the API does not delete.
func (r remote) Delete(ctx context.Context, state plugin.Object) error {
	if err := r.write(ctx, http.MethodDelete, state.Text("id"), nil); err != nil {
		return fmt.Errorf("google: %w", err)
	}
	return nil
}
