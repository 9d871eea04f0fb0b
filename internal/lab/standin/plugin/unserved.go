package plugin

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// unserved is what the protocol has, and the stand-in has not: identities,
// moves between types, functions, ephemeral resources, generated
// configuration. Terraform asks for none of it, but to move a resource.
type unserved struct{}

func refused(what string) []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Not in the Stand-In",
		Detail: "This is a stand-in for tests, and has no " + what + ".",
	}}
}

// GetResourceIdentitySchemas implements tfprotov6.ProviderServer.
func (unserved) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

// UpgradeResourceIdentity implements tfprotov6.ResourceServer.
func (unserved) UpgradeResourceIdentity(
	context.Context, *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return &tfprotov6.UpgradeResourceIdentityResponse{Diagnostics: refused("identities")}, nil
}

// MoveResourceState implements tfprotov6.ResourceServer.
func (unserved) MoveResourceState(
	context.Context, *tfprotov6.MoveResourceStateRequest,
) (*tfprotov6.MoveResourceStateResponse, error) {
	return &tfprotov6.MoveResourceStateResponse{Diagnostics: refused("moves from one type to another")}, nil
}

// GenerateResourceConfig implements tfprotov6.ResourceServer.
func (unserved) GenerateResourceConfig(
	context.Context, *tfprotov6.GenerateResourceConfigRequest,
) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return &tfprotov6.GenerateResourceConfigResponse{Diagnostics: refused("generated configuration")}, nil
}

// CallFunction implements tfprotov6.FunctionServer.
func (unserved) CallFunction(context.Context, *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: "The stand-in has no functions."}}, nil
}

// GetFunctions implements tfprotov6.FunctionServer.
func (unserved) GetFunctions(context.Context, *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return &tfprotov6.GetFunctionsResponse{}, nil
}

// ValidateEphemeralResourceConfig implements tfprotov6.EphemeralResourceServer.
func (unserved) ValidateEphemeralResourceConfig(
	context.Context, *tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov6.ValidateEphemeralResourceConfigResponse{Diagnostics: refused("ephemeral resources")}, nil
}

// OpenEphemeralResource implements tfprotov6.EphemeralResourceServer.
func (unserved) OpenEphemeralResource(
	context.Context, *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: refused("ephemeral resources")}, nil
}

// RenewEphemeralResource implements tfprotov6.EphemeralResourceServer.
func (unserved) RenewEphemeralResource(
	context.Context, *tfprotov6.RenewEphemeralResourceRequest,
) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: refused("ephemeral resources")}, nil
}

// CloseEphemeralResource implements tfprotov6.EphemeralResourceServer.
func (unserved) CloseEphemeralResource(
	context.Context, *tfprotov6.CloseEphemeralResourceRequest,
) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return &tfprotov6.CloseEphemeralResourceResponse{Diagnostics: refused("ephemeral resources")}, nil
}
