// Package azurecloud is the provider's azure block: where credentials come
// from, and the API clients that all routers and metrics of one provider share.
//
// The block's arguments and environment variables have the names and the
// meaning that hashicorp/azurerm gives them, so that a user copies what already
// works. The package knows no router.
package azurecloud

import (
	"context"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Name is the name of the block, and that by which session.Get finds a *Session.
const Name = "azure"

// New returns the azure block. Its sessions are of type *Session.
func New() session.Kind { return session.Of(Name, attribute, open) }

// open reads the environment and the files that the block names, and calls
// nobody. Errors wrap session.ErrConfig or ErrCredentials and name the argument.
func open(ctx context.Context, s settings) (any, error) {
	return newSession(ctx, s.withEnvironment(), nil)
}
