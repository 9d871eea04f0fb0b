// Package router joins a kind of router to Terraform: the two schemas that the
// user fills in, and the constructor that makes traffic.Routers of them.
//
// It knows neither the cutover engine nor any vendor. Each kind has a package
// of its own below this one, and package catalog lists them.
package router

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "router"

// Kind is a kind of router, as the provider sees it.
type Kind interface {
	// Name is the name of its block, in the environment and in the switch.
	Name() string
	// Backend is what an environment says: what it is called in the router.
	Backend() schema.SingleNestedAttribute
	// Router is what a switch says: which routers divide the traffic.
	Router() schema.SingleNestedAttribute
	// Open makes a member for each router that the blocks name. All blocks are
	// wholly known. It calls no API. An error that one attribute causes wraps
	// an *AttributeError; one that a provider block causes wraps
	// session.ErrUnknown or session.ErrConfig.
	Open(ctx context.Context, sessions *session.Sessions, blocks Blocks) ([]traffic.Member, error)
	// Import returns the switch's block for the router's own identifier, and
	// false when id is not one of this kind.
	Import(ctx context.Context, id string) (types.Object, bool)
	// ImportExamples are identifiers that Import takes, one of each form.
	ImportExamples() []string
}

// Blocks are one kind's blocks of a switch and of its two environments.
type Blocks struct {
	Router, Blue, Green types.Object
}

// Of returns the block of the environment with the color.
func (b Blocks) Of(c traffic.Color) types.Object {
	if c == traffic.Blue {
		return b.Blue
	}
	return b.Green
}

// Spec is what a router's package says of its kind. Backend is its struct for
// the environment's block, Router for the switch's, both with tfsdk tags.
type Spec[Backend, Router any] struct {
	Name    string
	Backend schema.SingleNestedAttribute
	Router  schema.SingleNestedAttribute
	// Open is Kind.Open with the blocks decoded.
	Open func(ctx context.Context, sessions *session.Sessions, r Router, blue, green Backend) ([]traffic.Member, error)
	// Import is Kind.Import. Left nil, switches of this kind are not imported.
	Import func(id string) (Router, bool)
	// ImportExamples is Kind.ImportExamples.
	ImportExamples []string
}

// NewKind returns the Kind that spec describes. Both blocks become optional.
func NewKind[Backend, Router any](spec Spec[Backend, Router]) Kind {
	spec.Backend.Optional = true
	spec.Router.Optional = true
	return kind[Backend, Router]{spec}
}

type kind[Backend, Router any] struct {
	spec Spec[Backend, Router]
}

func (k kind[B, R]) Name() string                          { return k.spec.Name }
func (k kind[B, R]) Backend() schema.SingleNestedAttribute { return k.spec.Backend }
func (k kind[B, R]) Router() schema.SingleNestedAttribute  { return k.spec.Router }

func (k kind[B, R]) ImportExamples() []string { return k.spec.ImportExamples }

func (k kind[B, R]) Open(ctx context.Context, sessions *session.Sessions, blocks Blocks) ([]traffic.Member, error) {
	var r R
	var blue, green B
	if err := decode(ctx, blocks.Router, &r); err != nil {
		return nil, err
	}
	err := errors.Join(k.backend(ctx, blocks, traffic.Blue, &blue), k.backend(ctx, blocks, traffic.Green, &green))
	if err != nil {
		return nil, err
	}
	return k.spec.Open(ctx, sessions, r, blue, green)
}

// backend decodes the block of one environment, which must be there.
func (k kind[B, R]) backend(ctx context.Context, blocks Blocks, c traffic.Color, into *B) error {
	block := blocks.Of(c)
	if block.IsNull() {
		return MissingBackend(k.spec.Name, c)
	}
	return decode(ctx, block, into)
}

func (k kind[B, R]) Import(ctx context.Context, id string) (types.Object, bool) {
	attributes := AttributeTypes(k.spec.Router)
	if k.spec.Import == nil {
		return types.ObjectNull(attributes), false
	}
	r, ok := k.spec.Import(id)
	if !ok {
		return types.ObjectNull(attributes), false
	}
	block, diags := types.ObjectValueFrom(ctx, attributes, r)
	return block, !diags.HasError()
}

func decode(ctx context.Context, block types.Object, into any) error {
	for _, d := range block.As(ctx, into, basetypes.ObjectAsOptions{}).Errors() {
		return pkg.Errorf("%s: %s", d.Summary(), d.Detail())
	}
	return nil
}

// AttributeTypes returns the types of the attributes of a block.
func AttributeTypes(block schema.SingleNestedAttribute) map[string]attr.Type {
	attributes := make(map[string]attr.Type, len(block.Attributes))
	for name, a := range block.Attributes {
		attributes[name] = a.GetType()
	}
	return attributes
}
