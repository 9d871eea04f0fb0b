package plugin

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// PlanResourceChange implements tfprotov6.ResourceServer.
func (s *Server) PlanResourceChange(
	_ context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	p := planning{schema: s.block(req.TypeName), of: s.cloud.Types[req.TypeName], derived: s.account.Derived}
	for _, one := range []struct {
		from *tfprotov6.DynamicValue
		to   *tftypes.Value
	}{{req.PriorState, &p.prior}, {req.ProposedNewState, &p.planned}, {req.Config, &p.config}} {
		var err error
		if *one.to, err = one.from.Unmarshal(p.schema.Type()); err != nil {
			return nil, err
		}
	}
	if p.planned.IsNull() { // to be destroyed
		return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.ProposedNewState}, nil
	}
	if err := p.run(); err != nil {
		return nil, err
	}
	planned, err := dynamic(p.schema, p.planned)
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned, RequiresReplace: p.replaced()}, err
}

// planning is one plan of one resource.
type planning struct {
	schema                 *standin.Block
	of                     Type
	derived                map[string]Derived
	prior, planned, config tftypes.Value
}

func (p *planning) run() error {
	var err error
	if p.planned, err = rebuild(p.schema, p.planned, p.config, p.attribute); err != nil {
		return err
	}
	o, err := object(p.planned)
	if err != nil {
		return err
	}
	if p.planned, err = rebuild(p.schema, p.planned, p.config, func(at spot) (tftypes.Value, error) {
		return p.derive(at, o)
	}); err != nil {
		return err
	}
	if p.prior.IsNull() || same(p.prior, p.planned) {
		return nil
	}
	p.planned, err = rebuild(p.schema, p.planned, p.config, func(at spot) (tftypes.Value, error) {
		if slices.Contains(p.of.Renewed, at.path) && at.beside.IsNull() {
			return unknown(at), nil
		}
		return at.value, nil
	})
	return err
}

// attribute is what an attribute is planned to be: what is configured, else
// the default, else what it was, else unknown.
func (p *planning) attribute(at spot) (tftypes.Value, error) {
	if !at.schema.Computed || !at.beside.IsNull() {
		return at.value, nil
	}
	if otherwise, ok := p.of.Defaults[at.path]; ok {
		return typed(at.schema.Type.Type, otherwise)
	}
	if at.value.IsNull() && (p.prior.IsNull() || strings.Contains(at.path, ".")) {
		return unknown(at), nil
	}
	return at.value, nil
}

func (p *planning) derive(at spot, o Object) (tftypes.Value, error) {
	d, ok := p.derived[at.path]
	if !ok || !at.schema.Computed || p.schema.Attributes[d.From] == nil || !at.beside.IsNull() {
		return at.value, nil
	}
	fields, _ := fieldsOf(p.planned)
	if !fields[d.From].IsFullyKnown() {
		return unknown(at), nil
	}
	return typed(at.schema.Type.Type, d.Value(o))
}

func unknown(at spot) tftypes.Value {
	return tftypes.NewValue(at.schema.Type.Type, tftypes.UnknownValue)
}

// replaced are the arguments that make another resource of this one.
func (p *planning) replaced() []*tftypes.AttributePath {
	if p.prior.IsNull() {
		return nil
	}
	var paths []*tftypes.AttributePath
	for _, name := range p.fixed() {
		before, path := lookup(p.prior, name)
		after, _ := lookup(p.planned, name)
		if !same(before, after) {
			paths = append(paths, path)
		}
	}
	return paths
}

// lookup finds what a path of names leads to, by way of the first of several
// blocks. Where there is no block there is no value.
func lookup(v tftypes.Value, names string) (tftypes.Value, *tftypes.AttributePath) {
	path := tftypes.NewAttributePath()
	for name := range strings.SplitSeq(names, ".") {
		if elements, ok := elementsOf(v); ok {
			path, v = path.WithElementKeyInt(0), tftypes.Value{}
			if len(elements) > 0 {
				v = elements[0]
			}
		}
		fields, _ := fieldsOf(v)
		path, v = path.WithAttributeName(name), fields[name]
	}
	return v, path
}

// fixed are the names of what cannot be changed.
func (p *planning) fixed() []string {
	if !p.of.ReplaceAll {
		return p.of.Replace
	}
	names := slices.Collect(maps.Keys(p.schema.Blocks))
	for name, a := range p.schema.Attributes {
		if a.Required || a.Optional {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(p.of.Keep, name) })
}

// same tells whether two values are one, whatever the order in their sets.
func same(a, b tftypes.Value) bool { return canonical(a) == canonical(b) }

func canonical(v tftypes.Value) string {
	if elements, ok := elementsOf(v); ok {
		texts := make([]string, len(elements))
		for i, element := range elements {
			texts[i] = canonical(element)
		}
		if v.Type().Is(tftypes.Set{}) {
			slices.Sort(texts)
		}
		return "[" + strings.Join(texts, ",") + "]"
	}
	fields, ok := fieldsOf(v)
	if !ok {
		return v.String()
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text.WriteString(name + "=" + canonical(fields[name]) + ";")
	}
	return "{" + text.String() + "}"
}
