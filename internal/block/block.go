// Package block joins a kind of check, gate, metric or notification to
// Terraform: the schema that the user fills in, and the constructor that makes
// the thing of it.
//
// It knows none of them. Each kind has a package of its own, and package
// catalog lists them.
package block

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "block"

// ErrForm reports a block with a value that its own attribute refuses.
var ErrForm = pkg.New("invalid value")

// Kind is one kind of T, as the provider sees it.
type Kind[T any] interface {
	// Name is the name of its block: "http", "prometheus".
	Name() string
	// Attribute is the block's schema.
	Attribute() schema.SingleNestedAttribute
	// Open makes a T of a block that is wholly known. It calls nobody, and
	// touches sessions only when the T is used, so that a configuration can be
	// validated with it. An error that one attribute causes wraps an
	// *AttributeError.
	Open(ctx context.Context, sessions *session.Sessions, block types.Object) (T, error)
}

// New returns a Kind whose block is decoded into a Config, a struct with tfsdk
// tags. The block becomes optional. Expands are the names of the arguments that
// a metric puts its subject into, for {{color}} and the like; in all others of
// any kind these are refused, see ErrPlaceholder.
func New[T, Config any](name string, attribute schema.SingleNestedAttribute,
	open func(ctx context.Context, sessions *session.Sessions, config Config) (T, error), expands ...string,
) Kind[T] {
	attribute.Optional = true
	return kind[T, Config]{name, attribute, open, expands}
}

type kind[T, Config any] struct {
	name      string
	attribute schema.SingleNestedAttribute
	open      func(context.Context, *session.Sessions, Config) (T, error)
	expands   expanded
}

func (k kind[T, C]) Name() string                            { return k.name }
func (k kind[T, C]) Attribute() schema.SingleNestedAttribute { return k.attribute }

func (k kind[T, C]) Open(ctx context.Context, sessions *session.Sessions, block types.Object) (T, error) {
	var none T
	if err := k.expands.refuse(ctx, block); err != nil {
		return none, err
	}
	var config C
	for _, d := range block.As(ctx, &config, basetypes.ObjectAsOptions{}).Errors() {
		return none, fmt.Errorf("%w: %s: %s", ErrForm, d.Summary(), d.Detail())
	}
	return k.open(ctx, sessions, config)
}

// AttributeError is an error that one attribute of a block causes. The
// provider shows it on that attribute. It names the cure.
type AttributeError struct {
	// Path leads from the block to the attribute.
	Path path.Path
	// Summary says in title case what is wrong: "Query Does Not Parse".
	Summary string
	// Err is what was seen and what to do.
	Err error
	// Outside is set when the value is not in the configuration, but in an
	// environment variable or a file where Terraform runs. Where only the
	// configuration is validated, that is no error.
	Outside bool
}

// Outside marks the error of a value that is not in the configuration.
func Outside(err error) error {
	var attribute *AttributeError
	if errors.As(err, &attribute) {
		attribute.Outside = true
	}
	return err
}

// Error implements error.
func (e *AttributeError) Error() string { return fmt.Sprintf("%s: %v", e.Summary, e.Err) }

// Unwrap returns the cause.
func (e *AttributeError) Unwrap() error { return e.Err }
