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
	"os"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "gcpcloud"

// Name is the name of the block, and that by which session.Get finds a *Session.
const Name = "gcp"

// New returns the gcp block. Its sessions are of type *Session.
func New() session.Kind { return session.Of(Name, attribute, open) }

// open calls nobody and reads no credentials. Errors wrap session.ErrConfig and
// name the argument.
func open(_ context.Context, s settings) (any, error) {
	return newSession(s.withEnvironment(os.Getenv))
}

// configError is an error that the named argument of the block causes.
func configError(argument string, err error) error {
	return pkg.Errorf("%w: gcp.%s: %w", session.ErrConfig, argument, err)
}
