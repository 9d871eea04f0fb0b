package azurerm

import (
	"cmp"
	"context"
	"errors"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// The environment variables of the stand-in: where Resource Manager answers,
// and the access token that it is called with, a lab's when there is none.
const (
	EndpointVariable = "BLUEGREEN_STANDIN_AZURE_ENDPOINT"
	TokenVariable    = "BLUEGREEN_STANDIN_AZURE_TOKEN"
)

// Cloud is the stand-in for hashicorp/azurerm.
func Cloud(*standin.Facts) *plugin.Cloud {
	return &plugin.Cloud{Config: schema(), Open: open, Types: map[string]plugin.Type{
		"azurerm_resource_group":                    {Replace: []string{"location", "name"}},
		"azurerm_traffic_manager_profile":           profileType,
		"azurerm_traffic_manager_azure_endpoint":    endpointType,
		"azurerm_traffic_manager_external_endpoint": endpointType,
		"azurerm_traffic_manager_nested_endpoint":   nestedType,
	}}
}

// schema is the provider's block: the arguments that people set. Of them the
// stand-in obeys subscription_id, and wants features.
func schema() *standin.Block {
	features := standin.Optional(tftypes.Bool)
	for name, arguments := range map[string][]string{
		"app_configuration":         {"purge_soft_delete_on_destroy", "recover_soft_deleted"},
		"key_vault":                 {"purge_soft_delete_on_destroy", "recover_soft_deleted_key_vaults"},
		"resource_group":            {"prevent_deletion_if_contains_resources"},
		"virtual_machine":           {"delete_os_disk_on_deletion", "graceful_shutdown", "skip_shutdown_and_force_delete"},
		"virtual_machine_scale_set": {"force_delete", "roll_instances_when_required", "scale_to_zero_before_deletion"},
	} {
		features.WithBlock(name, "list", 0, 1, standin.Optional(tftypes.Bool, arguments...))
	}
	return standin.Optional(tftypes.String,
		"client_certificate_path", "client_id", "client_secret", "environment", "metadata_host", "msi_endpoint", "oidc_request_token",
		"oidc_request_url", "oidc_token", "oidc_token_file_path", "partner_id", "resource_provider_registrations", "subscription_id",
		"tenant_id").
		With(tftypes.Bool, "disable_correlation_request_id", "disable_terraform_partner_id", "storage_use_azuread",
			"use_aks_workload_identity", "use_cli", "use_msi", "use_oidc").
		With(tftypes.List{ElementType: tftypes.String}, "auxiliary_tenant_ids").
		With(tftypes.Set{ElementType: tftypes.String}, "resource_providers_to_register").
		WithBlock("features", "list", 1, 1, features)
}

// account is the provider's block, as far as the stand-in obeys it.
type account struct {
	subscription, tenant, client, endpoint, token string
}

// open takes the provider's block. It calls nobody.
func open(_ context.Context, config plugin.Object) (*plugin.Account, error) {
	const nobody = "00000000-0000-0000-0000-000000000000"
	a := &account{
		subscription: cmp.Or(config.Text("subscription_id"), os.Getenv("ARM_SUBSCRIPTION_ID")),
		tenant:       cmp.Or(config.Text("tenant_id"), os.Getenv("ARM_TENANT_ID"), nobody),
		client:       cmp.Or(config.Text("client_id"), os.Getenv("ARM_CLIENT_ID"), nobody),
		endpoint:     os.Getenv(EndpointVariable),
		token:        cmp.Or(os.Getenv(TokenVariable), azuretm.Token),
	}
	if a.subscription == "" {
		return nil, errors.New("azurerm: no subscription: set subscription_id, or ARM_SUBSCRIPTION_ID")
	}
	return &plugin.Account{
		Invent: a.invent,
		Remotes: map[string]plugin.Remote{
			"azurerm_traffic_manager_profile":           profiles{a},
			"azurerm_traffic_manager_azure_endpoint":    endpoints{a, "AzureEndpoints"},
			"azurerm_traffic_manager_external_endpoint": endpoints{a, "ExternalEndpoints"},
			"azurerm_traffic_manager_nested_endpoint":   endpoints{a, "NestedEndpoints"},
		},
	}, nil
}
