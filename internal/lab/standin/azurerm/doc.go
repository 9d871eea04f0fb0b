// Package azurerm is what the stand-in for hashicorp/azurerm knows beyond its
// schemas: Traffic Manager's profiles and endpoints are those of a Resource
// Manager API, which a lab speaks (package azuretm). All else is in Terraform's
// state only.
//
// Where that API is says EndpointVariable: the provider itself would learn it
// from the cloud's metadata. Defaults, and what a change replaces, are those of
// the provider's documentation, version 4.55.0:
// https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs
package azurerm
