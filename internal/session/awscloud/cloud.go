// Package awscloud is the provider's aws block: where credentials come from,
// and the API clients that all routers and metrics of one provider share.
//
// The block's arguments have the names and the meaning that hashicorp/aws
// gives them, so that a user copies what already works. The package knows no
// router.
package awscloud

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Name is the name of the block, and that by which session.Get finds a *Session.
const Name = "aws"

// New returns the aws block. Its sessions are of type *Session.
func New() session.Kind { return provider{} }

type provider struct{}

// Name implements session.Kind.
func (provider) Name() string { return Name }

// Attribute implements session.Kind.
func (provider) Attribute() schema.SingleNestedAttribute { return attribute() }

// Open implements session.Kind. It reads shared configuration files, and calls
// nobody. Errors wrap session.ErrConfig and name the argument.
func (provider) Open(ctx context.Context, block types.Object) (any, error) {
	var s settings
	if err := session.Decode(ctx, block, &s); err != nil {
		return nil, fmt.Errorf("awscloud: %w", err)
	}
	if err := s.Endpoints.validate(); err != nil {
		return nil, err
	}
	cfg, err := load(ctx, s)
	if err != nil {
		return nil, err
	}
	return newSession(cfg, s), nil
}
