// Package awscloud is the provider's aws block: where credentials come from,
// and the API clients that all routers and metrics of one provider share.
//
// The block's arguments have the names and the meaning that hashicorp/aws
// gives them, so that a user copies what already works. The package knows no
// router.
package awscloud

import (
	"context"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Name is the name of the block, and that by which session.Get finds a *Session.
const Name = "aws"

// New returns the aws block. Its sessions are of type *Session.
func New() session.Kind { return session.Of(Name, attribute, open) }

// open reads shared configuration files, and calls nobody. Errors wrap
// session.ErrConfig and name the argument.
func open(ctx context.Context, s settings) (any, error) {
	if err := s.Endpoints.validate(); err != nil {
		return nil, err
	}
	cfg, err := load(ctx, s)
	if err != nil {
		return nil, err
	}
	return newSession(cfg, s), nil
}
