package plugin

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// GetMetadata implements tfprotov6.ProviderServer.
func (s *Server) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	response := &tfprotov6.GetMetadataResponse{ServerCapabilities: &tfprotov6.ServerCapabilities{GetProviderSchemaOptional: true}}
	for _, kind := range slices.Sorted(maps.Keys(s.facts.Resources)) {
		response.Resources = append(response.Resources, tfprotov6.ResourceMetadata{TypeName: kind})
	}
	for _, kind := range slices.Sorted(maps.Keys(s.facts.DataSources)) {
		response.DataSources = append(response.DataSources, tfprotov6.DataSourceMetadata{TypeName: kind})
	}
	return response, nil
}

// GetProviderSchema implements tfprotov6.ProviderServer.
func (s *Server) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		ServerCapabilities: &tfprotov6.ServerCapabilities{GetProviderSchemaOptional: true},
		Provider:           &tfprotov6.Schema{Block: s.cloud.Config.Wire()},
		ResourceSchemas:    wire(s.facts.Resources),
		DataSourceSchemas:  wire(s.facts.DataSources),
	}, nil
}

func wire(schemas map[string]*standin.Schema) map[string]*tfprotov6.Schema {
	all := make(map[string]*tfprotov6.Schema, len(schemas))
	for kind, schema := range schemas {
		all[kind] = &tfprotov6.Schema{Block: schema.Block.Wire()}
	}
	return all
}

// ValidateProviderConfig implements tfprotov6.ProviderServer. Terraform itself
// checks names, types, and how often a block may be there.
func (s *Server) ValidateProviderConfig(
	_ context.Context, req *tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: req.Config}, nil
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (s *Server) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	config, err := req.Config.Unmarshal(s.cloud.Config.Type())
	if err != nil {
		return nil, err
	}
	o, err := object(config)
	if err == nil {
		s.account, err = s.cloud.Open(ctx, o)
	}
	return &tfprotov6.ConfigureProviderResponse{Diagnostics: failures("Provider Not Configured", err)}, nil
}

// StopProvider implements tfprotov6.ProviderServer: the server that calls it
// ends the contexts of all calls.
func (s *Server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func failures(summary string, err error) []*tfprotov6.Diagnostic {
	if err == nil {
		return nil
	}
	return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: err.Error()}}
}

// block is the schema of a type of resource, which Terraform knows from here.
func (s *Server) block(kind string) *standin.Block { return s.facts.Resources[kind].Block }

func dynamic(b *standin.Block, v tftypes.Value) (*tfprotov6.DynamicValue, error) {
	value, err := tfprotov6.NewDynamicValue(b.Type(), v)
	return &value, err
}
