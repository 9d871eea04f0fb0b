package sqlgate

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// open says of a block that asks a migration tool that it would be a safeguard,
// whatever is wrong with it.
func open(ctx context.Context, _ *session.Sessions, c config) (check.Check, error) {
	opened, err := c.open(ctx)
	if err != nil && c.Migrations != nil {
		return nil, &check.SafeguardError{Err: err}
	}
	return opened, err
}

func (c config) open(ctx context.Context) (check.Check, error) {
	dsn, err := block.Secret("dsn", c.DSN, c.DSNEnv)
	if err != nil {
		return nil, err
	}
	if dsn == "" {
		return nil, invalid("dsn", "DSN Missing", "give dsn or dsn_env")
	}
	var g gate
	hideAddress(dsn)
	if g.db, err = connector(ctx, c.Driver.ValueString(), dsn, c.TLS.Arguments()); err != nil {
		return nil, err
	}
	g.tries.Each, g.tries.Retries, g.tries.Backoff = c.Tries(defaultTimeout)
	if (c.Migrations == nil) == c.Query.IsNull() {
		return nil, invalid("query", "Nothing To Ask", "give query and equals, or migrations")
	}
	if c.Query.IsNull() != c.Equals.IsNull() {
		return nil, invalid("equals", "Query Without A Value", "query and equals go together")
	}
	if c.Migrations == nil {
		return queryGate{g, c.Query.ValueString(), c.Equals.ValueString()}, nil
	}
	tool, err := c.Migrations.open(g.db.dialect())
	if err != nil {
		return nil, err
	}
	return migrationsGate{g, tool, c.Migrations.Version.ValueString()}, nil
}

// invalid is an error on one attribute.
func invalid(name, summary, format string, args ...any) error {
	return invalidAt(path.Root(name), summary, format, args...)
}

func invalidAt(at path.Path, summary, format string, args ...any) error {
	return &block.AttributeError{Path: at, Summary: summary, Err: fmt.Errorf("%w: %s", ErrConfig, fmt.Sprintf(format, args...))}
}
