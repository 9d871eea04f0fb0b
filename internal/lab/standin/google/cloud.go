package google

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// Cloud is the stand-in for hashicorp/google.
func Cloud(facts *standin.Facts) *plugin.Cloud {
	return &plugin.Cloud{
		Config: schema(), Types: types(facts),
		Open: func(_ context.Context, config plugin.Object) (*plugin.Account, error) { return open(facts, config) },
	}
}

// schema is the provider's block: the arguments that people set. Of them the
// stand-in obeys project, region, zone, access_token and where Compute Engine
// answers.
func schema() *standin.Block {
	texts, labels := tftypes.List{ElementType: tftypes.String}, tftypes.Map{ElementType: tftypes.String}
	batching := standin.Optional(tftypes.String, "send_after").With(tftypes.Bool, "enable_batching")
	return standin.Optional(tftypes.String,
		"access_token", "billing_project", "cloud_run_v2_custom_endpoint", "compute_custom_endpoint", "credentials", "dns_custom_endpoint",
		"impersonate_service_account", "project", "region", "request_reason", "request_timeout", "universe_domain", "zone").
		With(tftypes.Bool, "add_terraform_attribution_label", "user_project_override").
		With(texts, "impersonate_service_account_delegates", "scopes").
		With(labels, "default_labels").
		WithBlock("batching", "list", 0, 1, batching)
}

// account is the provider's block, as far as the stand-in obeys it.
type account struct {
	project, region, zone, token, endpoint string
}

// open takes the provider's block. It calls nobody.
func open(facts *standin.Facts, config plugin.Object) (*plugin.Account, error) {
	a := &account{
		project: cmp.Or(config.Text("project"), firstSet("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT")),
		region:  cmp.Or(config.Text("region"), firstSet("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION")),
		zone:    cmp.Or(config.Text("zone"), firstSet("GOOGLE_ZONE", "GCLOUD_ZONE", "CLOUDSDK_COMPUTE_ZONE")),
		token:   cmp.Or(config.Text("access_token"), firstSet("GOOGLE_OAUTH_ACCESS_TOKEN")),
		// The path of the version is part of it, as with the provider:
		// http://127.0.0.1:8080/compute/v1/
		endpoint: cmp.Or(config.Text("compute_custom_endpoint"), firstSet("GOOGLE_COMPUTE_CUSTOM_ENDPOINT")),
	}
	if a.project == "" {
		return nil, errors.New("google: no project: set project, or GOOGLE_PROJECT")
	}
	remotes := map[string]plugin.Remote{}
	for kind, place := range places {
		if place.wired {
			remotes[kind] = remote{account: a, kind: kind, block: facts.Resources[kind].Block}
		}
	}
	return &plugin.Account{Remotes: remotes, Invent: a.invent}, nil
}

func firstSet(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// types are what is known of each type. All of them take the project, and many
// a region or a zone, from the provider when they are left out.
func types(facts *standin.Facts) map[string]plugin.Type {
	all := map[string]plugin.Type{}
	for kind, place := range places {
		all[kind] = place.whole(facts.Resources[kind].Block)
	}
	for kind, place := range sources {
		all[kind] = place.of
	}
	return all
}

// whole adds what is so of all types to what is known of one.
func (p place) whole(b *standin.Block) plugin.Type {
	t := p.of
	t.Computed, t.Replace = slices.Clone(t.Computed), slices.Clone(t.Replace)
	for _, name := range []string{"name", "project", "region", "zone"} {
		a := b.Attributes[name]
		if a == nil {
			continue
		}
		if a.Optional && name != "name" {
			t.Computed = append(t.Computed, name)
		}
		if !t.ReplaceAll {
			t.Replace = append(t.Replace, name)
		}
	}
	if p.wired && b.Attributes["fingerprint"] != nil {
		t.Renewed = []string{"fingerprint"}
	}
	return t
}
