package standin

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Optional is a block of optional attributes of one type, for the blocks of
// providers, which the facts do not have.
func Optional(of tftypes.Type, names ...string) *Block {
	b := &Block{Attributes: map[string]*Attribute{}, Blocks: map[string]*Nested{}}
	return b.With(of, names...)
}

// With adds optional attributes of one type, and returns the block.
func (b *Block) With(of tftypes.Type, names ...string) *Block {
	for _, name := range names {
		b.Attributes[name] = &Attribute{Type: Type{of}, Optional: true}
	}
	return b
}

// WithBlock adds a block, and returns the one that it was added to.
func (b *Block) WithBlock(name, nesting string, least, most int64, inner *Block) *Block {
	b.Blocks[name] = &Nested{Nesting: nesting, Min: least, Max: most, Block: inner}
	return b
}

// Type is the type of the block's value.
func (b *Block) Type() tftypes.Object {
	types := make(map[string]tftypes.Type, len(b.Attributes)+len(b.Blocks))
	for name, a := range b.Attributes {
		types[name] = a.Type.Type
	}
	for name, nested := range b.Blocks {
		types[name] = nested.Type()
	}
	return tftypes.Object{AttributeTypes: types}
}

// Type is the type of all blocks of this name together.
func (n *Nested) Type() tftypes.Type {
	switch n.Nesting {
	case "list":
		return tftypes.List{ElementType: n.Block.Type()}
	case "set":
		return tftypes.Set{ElementType: n.Block.Type()}
	default:
		return n.Block.Type()
	}
}

// Find returns the attribute at a path of names, or nil.
func (b *Block) Find(path ...string) *Attribute {
	if len(path) == 1 {
		return b.Attributes[path[0]]
	}
	if nested := b.Blocks[path[0]]; nested != nil {
		return nested.Block.Find(path[1:]...)
	}
	return nil
}

var nestings = map[string]tfprotov6.SchemaNestedBlockNestingMode{
	"list":   tfprotov6.SchemaNestedBlockNestingModeList,
	"set":    tfprotov6.SchemaNestedBlockNestingModeSet,
	"single": tfprotov6.SchemaNestedBlockNestingModeSingle,
}

// Wire is the block as the plugin protocol has it.
func (b *Block) Wire() *tfprotov6.SchemaBlock {
	wire := &tfprotov6.SchemaBlock{}
	for _, name := range slices.Sorted(maps.Keys(b.Attributes)) {
		a := b.Attributes[name]
		wire.Attributes = append(wire.Attributes, &tfprotov6.SchemaAttribute{
			Name: name, Type: a.Type.Type, Required: a.Required, Optional: a.Optional, Computed: a.Computed,
		})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Blocks)) {
		nested := b.Blocks[name]
		wire.BlockTypes = append(wire.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Nesting: nestings[nested.Nesting], MinItems: nested.Min, MaxItems: nested.Max, Block: nested.Block.Wire(),
		})
	}
	return wire
}
