// Package standin stands in for providers that cannot be installed where there
// is no registry: hashicorp/aws, hashicorp/google, hashicorp/azurerm and
// hashicorp/kubernetes. It is for tests of modules and examples, and never
// linked into the provider.
//
// One binary (cmd/terraform-provider-standin) serves the schema of the provider
// whose name its file has. Mirror lays it out so that Terraform and OpenTofu
// install it by the usual source and version. The facts are in schemas/, which
// says where they come from. Resources that a lab can keep are the lab's: a
// module's whole apply, cutover and destroy runs with traffic. All others are
// kept in Terraform's state.
//
//   - Package plugin serves facts: it validates, plans, applies, reads, imports.
//   - Packages aws, azurerm, google and kubernetes are what is known of each
//     provider beyond its facts.
//
// What differs from the real providers, on purpose:
//   - It calls loopback addresses only, and takes no credentials from files. A
//     resource of a lab without an endpoint is an error.
//   - What is in state only never changes behind Terraform's back, cannot be
//     imported, and has made-up computed values: ARNs and IDs from its
//     arguments, and for the rest a text with the attribute's name, 0, false, or
//     nothing. Their arguments are taken as they are: all that is checked is
//     what the schema says, and what a change replaces is known of the wired
//     resources only.
//   - A block that a provider fills in when it is left out (health_check of
//     aws_lb_target_group) stays out of state.
//   - An API is asked once. Where a provider tries again for minutes, as when a
//     target group is still in use, the stand-in fails at once.
//   - No identities, functions, ephemeral resources, list resources, or moves
//     between types.
//
// Where a lab is says the provider's own argument or environment variable
// (endpoints of aws, compute_custom_endpoint of google); for azurerm, which has
// none, azurerm.EndpointVariable. plugin.HoldVariable lets a test hold a change
// back, or have it fail, and plugin.DirVariable says which servers a service or a
// group has.
package standin
