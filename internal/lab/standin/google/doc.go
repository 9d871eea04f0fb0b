// Package google is what the stand-in for hashicorp/google knows beyond its
// schemas: URL maps, backend services, health checks and serverless network
// endpoint groups are those of a Compute Engine API, which a lab speaks
// (package gcplb). All else is in Terraform's state only.
//
// What a resource is in the API follows from its schema: the names are the same
// in another case, and a block of which there is one at most is an object. The
// few exceptions are in encode.go. Defaults, and what a change replaces, are
// those of the provider's documentation, version 6.50.0:
// https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs
package google
