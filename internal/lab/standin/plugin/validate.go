package plugin

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// ValidateResourceConfig implements tfprotov6.ResourceServer. Terraform itself
// checks names, types, what is required, and how often a block may be there.
func (s *Server) ValidateResourceConfig(
	_ context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	b := s.block(req.TypeName)
	config, err := req.Config.Unmarshal(b.Type())
	if err != nil {
		return nil, err
	}
	found, err := problems(b, s.cloud.Types[req.TypeName], config)
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: found}, err
}

// ValidateDataResourceConfig implements tfprotov6.DataSourceServer.
func (s *Server) ValidateDataResourceConfig(
	_ context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	b := s.facts.DataSources[req.TypeName].Block
	config, err := req.Config.Unmarshal(b.Type())
	if err != nil {
		return nil, err
	}
	found, err := problems(b, s.cloud.Types[dataPrefix+req.TypeName], config)
	return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: found}, err
}

func problems(b *standin.Block, t Type, config tftypes.Value) ([]*tfprotov6.Diagnostic, error) {
	var found []*tfprotov6.Diagnostic
	report := func(name, format string, args ...any) {
		found = append(found, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid Configuration", Detail: fmt.Sprintf(format, args...),
			Attribute: tftypes.NewAttributePath().WithAttributeName(name),
		})
	}
	_, err := rebuild(b, config, config, func(at spot) (tftypes.Value, error) {
		top, _, _ := strings.Cut(at.path, ".")
		if !at.value.IsNull() && at.schema.Computed && !at.schema.Optional {
			report(top, "%s is decided by the provider, and cannot be set.", at.path)
		}
		number, err := plain(at.value)
		if n, ok := number.(float64); ok {
			if bounds, ok := t.Ranges[at.path]; ok && (n < bounds[0] || n > bounds[1]) {
				report(top, "%s is between %g and %g, not %g.", at.path, bounds[0], bounds[1], n)
			}
		}
		return at.value, err
	})
	if err != nil {
		return nil, err
	}
	fields, _ := fieldsOf(config)
	for _, names := range t.Conflicts {
		if set := given(fields, names); len(set) > 1 {
			report(set[1], "%s cannot stand beside %s.", set[1], set[0])
		}
	}
	return found, nil
}

// given are the names of those that are set. What is not known yet may come to be
// null, or no block: the real providers wait.
func given(fields map[string]tftypes.Value, names []string) []string {
	var set []string
	for _, name := range names {
		blocks, isList := elementsOf(fields[name])
		if fields[name].IsKnown() && !fields[name].IsNull() && (!isList || len(blocks) > 0) {
			set = append(set, name)
		}
	}
	return set
}
