// Not a module to require: the main module's go.mod puts this folder in the place of
// each nested backend module of Terraform, by `replace`.
module github.com/terraform-bluegreen/terraform-provider-bluegreen/tools/terraform/remotestate

go 1.25.8
