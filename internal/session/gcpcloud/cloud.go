// Package gcpcloud is the provider's gcp block: where credentials come from,
// and one small REST client of Google's Compute Engine API that all routers of
// one provider share.
//
// The block's arguments have the names and the meaning that hashicorp/google
// gives them, so that a user copies what already works. The package knows no
// router.
//
// Bodies are JSON as Google sends them, and no generated client stands in
// between. The generated ones decode into structs of the day they were made:
// a field of a URL map that Google adds later would be lost in a read and the
// write after it, and that write replaces the whole map. They also weigh two
// to fifteen megabytes more. Credentials come from Google's own library.
package gcpcloud

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Name is the name of the block, and that by which session.Get finds a *Session.
const Name = "gcp"

// New returns the gcp block. Its sessions are of type *Session.
func New() session.Kind { return provider{} }

type provider struct{}

// Name implements session.Kind.
func (provider) Name() string { return Name }

// Attribute implements session.Kind.
func (provider) Attribute() schema.SingleNestedAttribute { return attribute() }

// Open implements session.Kind. It calls nobody and reads no credentials.
// Errors wrap session.ErrConfig and name the argument.
func (provider) Open(ctx context.Context, block types.Object) (any, error) {
	var s settings
	if err := session.Decode(ctx, block, &s); err != nil {
		return nil, fmt.Errorf("gcpcloud: %w", err)
	}
	return newSession(s.withEnvironment(os.Getenv))
}

// configError is an error that the named argument of the block causes.
func configError(argument string, err error) error {
	return fmt.Errorf("gcpcloud: %w: gcp.%s: %w", session.ErrConfig, argument, err)
}
