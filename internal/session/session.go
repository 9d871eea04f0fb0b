// Package session holds the provider's optional blocks, one for each cloud or
// other place that answers, and opens each when the first router or metric asks
// for it: whoever uses HAProxy alone never needs credentials for AWS.
//
// It knows none of them by name; each has a package of its own below this one.
package session

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "session"

// ErrUnknown reports a block that depends on what is known only after apply.
// A plan defers what needs it; an apply never sees it.
var ErrUnknown = pkg.New("the provider's block is not known before apply")

// ErrConfig reports a block that cannot be used as it is written.
var ErrConfig = pkg.New("the provider's block is not valid")

// ErrCredentials reports that there are no credentials, or that the other
// side does not accept them. The error that wraps it names the cure.
var ErrCredentials = pkg.New("no valid credentials")

// ErrAccessDenied reports credentials that are valid, but may not do what was
// tried. The error that wraps it names the permission.
var ErrAccessDenied = pkg.New("access denied")

// Refine returns one session's own error of a general kind: it has its own text,
// and errors.Is takes it for the general one.
func Refine(general error, text string) error { return refined{general, text} }

type refined struct {
	general error
	text    string
}

// Error implements error.
func (r refined) Error() string { return r.text }

// Unwrap returns the general error.
func (r refined) Unwrap() error { return r.general }

// Kind is one optional block of the provider.
type Kind interface {
	// Name is the block's name: "aws".
	Name() string
	// Attribute is the block's schema.
	Attribute() schema.SingleNestedAttribute
	// Open makes a session from the block, which is null when left out. It
	// calls nobody: credentials are asked for on first use.
	Open(ctx context.Context, block types.Object) (any, error)
}

// Of returns a block whose arguments are decoded into a struct with tfsdk tags,
// for open. A block that is left out leaves the struct empty.
func Of[S any](name string, attribute func() schema.SingleNestedAttribute, open func(ctx context.Context, block S) (any, error)) Kind {
	return kindOf[S]{name, attribute, open}
}

type kindOf[S any] struct {
	name      string
	attribute func() schema.SingleNestedAttribute
	open      func(ctx context.Context, block S) (any, error)
}

// Name implements Kind.
func (k kindOf[S]) Name() string { return k.name }

// Attribute implements Kind.
func (k kindOf[S]) Attribute() schema.SingleNestedAttribute { return k.attribute() }

// Open implements Kind.
func (k kindOf[S]) Open(ctx context.Context, block types.Object) (any, error) {
	var s S
	if err := decode(ctx, block, &s); err != nil {
		return nil, pkg.Errorf("%s: %w", k.name, err)
	}
	return k.open(ctx, s)
}

// Sessions are the opened blocks of one configured provider. It is safe for
// use by several goroutines.
type Sessions struct {
	mu      sync.Mutex
	entries map[string]*entry
}

type entry struct {
	kind    Kind
	block   types.Object
	session any
}

// NewSessions returns sessions of kinds, configured by blocks with the same
// names. One without a block is configured by its environment alone.
func NewSessions(kinds []Kind, blocks map[string]types.Object) *Sessions {
	s := &Sessions{entries: make(map[string]*entry, len(kinds))}
	for _, c := range kinds {
		s.entries[c.Name()] = &entry{kind: c, block: blocks[c.Name()]}
	}
	return s
}

// Get returns the session of that name, which it opens on first use. The
// error wraps ErrUnknown while the block is not known.
func Get[S any](ctx context.Context, s *Sessions, name string) (S, error) {
	var none S
	session, err := s.open(ctx, name)
	if err != nil {
		return none, err
	}
	typed, ok := session.(S)
	if !ok {
		return none, pkg.Errorf("the session of %q is a %T, not a %T", name, session, none)
	}
	return typed, nil
}

func (s *Sessions) open(ctx context.Context, name string) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[name]
	if !ok {
		return nil, pkg.Errorf("the provider has no block %q", name)
	}
	if e.session != nil {
		return e.session, nil
	}
	if known, err := whollyKnown(ctx, e.block); err != nil || !known {
		return nil, errors.Join(err, fmt.Errorf("%w: %s", ErrUnknown, name))
	}
	session, err := e.kind.Open(ctx, e.block)
	if err != nil {
		return nil, err
	}
	e.session = session
	return session, nil
}

func whollyKnown(ctx context.Context, block types.Object) (bool, error) {
	value, err := block.ToTerraformValue(ctx)
	if err != nil {
		return false, pkg.Errorf("%w", err)
	}
	return value.IsFullyKnown(), nil
}

// decode reads a block into a struct with tfsdk tags. A null block leaves the
// struct as it is.
func decode(ctx context.Context, block types.Object, into any) error {
	if block.IsNull() {
		return nil
	}
	diags := block.As(ctx, into, basetypes.ObjectAsOptions{})
	for _, d := range diags.Errors() {
		return fmt.Errorf("%w: %s: %s", ErrConfig, d.Summary(), d.Detail())
	}
	return nil
}
