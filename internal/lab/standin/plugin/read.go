package plugin

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// ReadResource implements tfprotov6.ResourceServer.
func (s *Server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	b, remote := s.block(req.TypeName), s.account.Remotes[req.TypeName]
	if remote == nil {
		return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState}, nil
	}
	state, err := req.CurrentState.Unmarshal(b.Type())
	if err != nil {
		return nil, err
	}
	o, err := object(state)
	if err != nil {
		return nil, err
	}
	found, err := remote.Read(ctx, o)
	if err != nil {
		return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Diagnostics: failures("Not Read", err)}, nil
	}
	value := tftypes.NewValue(b.Type(), nil)
	if found != nil {
		if value, err = s.refresh(req.TypeName, b, state, found); err != nil {
			return nil, err
		}
	}
	newState, err := dynamic(b, value)
	return &tfprotov6.ReadResourceResponse{NewState: newState}, err
}

// refresh puts what was found in the place of what state has.
func (s *Server) refresh(kind string, b *standin.Block, state tftypes.Value, found Object) (tftypes.Value, error) {
	whole, err := blockValue(b, found)
	if err != nil {
		return state, err
	}
	fields, _ := fieldsOf(state)
	seen, _ := fieldsOf(whole)
	for name := range found {
		fields[name] = seen[name]
	}
	return s.fill(kind, b, tftypes.NewValue(b.Type(), fields), found, tftypes.Value.IsNull)
}

// ReadDataSource implements tfprotov6.DataSourceServer.
func (s *Server) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	b := s.facts.DataSources[req.TypeName].Block
	config, err := req.Config.Unmarshal(b.Type())
	if err != nil {
		return nil, err
	}
	o, err := object(config)
	if err != nil {
		return nil, err
	}
	var found Object
	if source := s.account.Sources[req.TypeName]; source != nil {
		if found, err = source(ctx, o); err != nil {
			return &tfprotov6.ReadDataSourceResponse{Diagnostics: failures("Not Read", err)}, nil
		}
	}
	value, err := s.fill(dataPrefix+req.TypeName, b, config, found, tftypes.Value.IsNull)
	if err != nil {
		return nil, err
	}
	state, err := dynamic(b, value)
	return &tfprotov6.ReadDataSourceResponse{State: state}, err
}

// ImportResourceState implements tfprotov6.ResourceServer. Terraform reads the
// resource next. What is in Terraform's state only cannot be imported.
func (s *Server) ImportResourceState(
	_ context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	b := s.block(req.TypeName)
	if s.account.Remotes[req.TypeName] == nil {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: refused("place where a " + req.TypeName + " would be kept")}, nil
	}
	value, err := blockValue(b, Object{"id": req.ID})
	if err != nil {
		return nil, err
	}
	state, err := dynamic(b, value)
	return &tfprotov6.ImportResourceStateResponse{
		ImportedResources: []*tfprotov6.ImportedResource{{TypeName: req.TypeName, State: state}},
	}, err
}

// UpgradeResourceState implements tfprotov6.ResourceServer. Nothing was ever
// kept in another form.
func (s *Server) UpgradeResourceState(
	_ context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	b := s.block(req.TypeName)
	value, err := req.RawState.Unmarshal(b.Type())
	if err != nil {
		return nil, err
	}
	state, err := dynamic(b, value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: state}, err
}
