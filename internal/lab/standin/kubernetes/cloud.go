// Package kubernetes is what the stand-in for hashicorp/kubernetes knows beyond
// its schemas, which is little: all is in Terraform's state only.
package kubernetes

import (
	"cmp"
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// Cloud is the stand-in for hashicorp/kubernetes. Names and namespaces cannot be
// changed, and the namespace is default where nothing says another one:
// https://registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs
func Cloud(facts *standin.Facts) *plugin.Cloud {
	types := map[string]plugin.Type{"kubernetes_manifest": {Computed: []string{"object"}, Renewed: []string{"object"}}}
	for kind, schema := range facts.Resources {
		metadata := schema.Block.Blocks["metadata"]
		if metadata == nil {
			continue
		}
		t := plugin.Type{Replace: []string{"metadata.name"}}
		if metadata.Block.Attributes["namespace"] != nil {
			t.Replace = append(t.Replace, "metadata.namespace")
			t.Defaults = map[string]any{"metadata.namespace": "default"}
		}
		types[kind] = t
	}
	return &plugin.Cloud{Config: schema(), Types: types, Open: func(context.Context, plugin.Object) (*plugin.Account, error) {
		return &plugin.Account{Invent: invent}, nil
	}}
}

// schema is the provider's block: the arguments that people set. The stand-in
// needs none of them.
func schema() *standin.Block {
	texts := tftypes.List{ElementType: tftypes.String}
	exec := standin.Optional(tftypes.String).With(texts, "args").With(tftypes.Map{ElementType: tftypes.String}, "env")
	for _, name := range []string{"api_version", "command"} {
		exec.Attributes[name] = &standin.Attribute{Type: standin.Type{Type: tftypes.String}, Required: true}
	}
	return standin.Optional(tftypes.String,
		"client_certificate", "client_key", "cluster_ca_certificate", "config_context", "config_context_auth_info",
		"config_context_cluster", "config_path", "host", "password", "proxy_url", "tls_server_name", "token", "username").
		With(tftypes.Bool, "insecure").
		With(texts, "config_paths", "ignore_annotations", "ignore_labels").
		WithBlock("exec", "list", 0, 1, exec)
}

// invent makes a computed value up.
func invent(kind, attribute string, o plugin.Object) any {
	metadata := o.Block("metadata")
	name := cmp.Or(metadata.Text("name"), metadata.Text("generate_name")+plugin.Hash(kind, o))
	switch attribute {
	case "id":
		return strings.TrimPrefix(metadata.Text("namespace")+"/"+name, "/")
	case "object":
		return o["manifest"]
	case "metadata.name":
		return name
	default:
		return nil
	}
}
