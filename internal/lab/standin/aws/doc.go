// Package aws is what the stand-in for hashicorp/aws knows beyond its schemas:
// load balancers, listeners, rules, target groups and their targets are those
// of an Elastic Load Balancing API, which a lab speaks (package awselb). ECS
// services and Auto Scaling groups register in it the servers that a test
// names. All else is in Terraform's state only, with ARNs and IDs made up from
// its arguments.
//
// What a change replaces, defaults and conflicts are those of the provider's
// documentation, version 6.25.0:
// https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs
package aws
