package plugin

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// ApplyResourceChange implements tfprotov6.ResourceServer.
func (s *Server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	b := s.block(req.TypeName)
	prior, err := req.PriorState.Unmarshal(b.Type())
	if err != nil {
		return nil, err
	}
	planned, err := req.PlannedState.Unmarshal(b.Type())
	if err != nil {
		return nil, err
	}
	if planned.IsNull() {
		return s.destroy(ctx, req, prior)
	}
	made, failed := s.change(ctx, req.TypeName, prior, planned)
	var otherwise OtherwiseError
	if errors.As(failed, &otherwise) {
		if planned, err = overwritten(planned, otherwise.State); err != nil {
			return nil, err
		}
		made, failed = Object{}, nil
	}
	if failed != nil && made == nil {
		return &tfprotov6.ApplyResourceChangeResponse{
			NewState: req.PriorState, Diagnostics: failures("Not Applied", failed),
		}, nil
	}
	value, err := s.complete(req.TypeName, b, planned, made)
	if err != nil {
		return nil, err
	}
	state, err := dynamic(b, value)
	return &tfprotov6.ApplyResourceChangeResponse{
		NewState: state, Diagnostics: failures("Not Applied", failed),
		UnsafeToUseLegacyTypeSystem: otherwise.State != nil, //nolint:staticcheck // the providers that it stands in for are made of the older SDK
	}, err
}

// overwritten is a value with other values for some of its attributes.
func overwritten(value tftypes.Value, by Object) (tftypes.Value, error) {
	attributes := map[string]tftypes.Value{}
	if err := value.As(&attributes); err != nil {
		return value, err
	}
	for name, v := range by {
		at, err := typed(attributes[name].Type(), v)
		if err != nil {
			return value, fmt.Errorf("%s: %w", name, err)
		}
		attributes[name] = at
	}
	return tftypes.NewValue(value.Type(), attributes), nil
}

func (s *Server) destroy(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest, prior tftypes.Value,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	o, err := object(prior)
	if err != nil {
		return nil, err
	}
	if remote := s.account.Remotes[req.TypeName]; remote != nil {
		if err := remote.Delete(ctx, o); err != nil {
			return &tfprotov6.ApplyResourceChangeResponse{
				NewState: req.PriorState, Diagnostics: failures("Not Deleted", err),
			}, nil
		}
	}
	return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState}, nil
}

// change creates or updates, and returns what the remote side knows better
// than the plan.
func (s *Server) change(ctx context.Context, kind string, prior, planned tftypes.Value) (Object, error) {
	before, err := object(prior)
	if err != nil {
		return nil, err
	}
	after, err := object(planned)
	if err != nil {
		return nil, err
	}
	action := "update"
	if before == nil {
		action = "create"
	}
	if err := s.wait(ctx, kind, action, after); err != nil {
		return nil, err
	}
	remote := s.account.Remotes[kind]
	switch {
	case remote == nil:
		return nil, nil
	case before == nil:
		return remote.Create(ctx, after)
	default:
		return remote.Update(ctx, before, after)
	}
}

// complete puts a value in the place of all that a plan left unknown.
func (s *Server) complete(kind string, b *standin.Block, planned tftypes.Value, made Object) (tftypes.Value, error) {
	return s.fill(kind, b, planned, made, func(v tftypes.Value) bool { return !v.IsKnown() })
}

// fill puts values in the place of computed attributes that are open: what the
// remote side knows, else the default, else what the account makes up.
func (s *Server) fill(
	kind string, b *standin.Block, value tftypes.Value, made Object, open func(tftypes.Value) bool,
) (tftypes.Value, error) {
	o, err := object(value)
	if err != nil {
		return value, err
	}
	beside, err := blockValue(b, made)
	if err != nil {
		return value, err
	}
	known := maps.Clone(o)
	maps.Copy(known, made)
	return rebuild(b, value, beside, func(at spot) (tftypes.Value, error) {
		if !at.schema.Computed || !open(at.value) {
			return at.value, nil
		}
		if !at.beside.IsNull() {
			return at.beside, nil
		}
		of := at.schema.Type.Type
		if otherwise, ok := s.cloud.Types[kind].Defaults[at.path]; ok {
			return typed(of, otherwise)
		}
		if s.account.Invent != nil {
			if v := s.account.Invent(kind, at.path, known); v != nil {
				return typed(of, v)
			}
		}
		return something(of, kind+"."+at.path)
	})
}
