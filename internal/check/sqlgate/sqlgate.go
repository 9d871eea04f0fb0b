// Package sqlgate is the gate that asks a database: one query of the user's, or
// what a migration tool says of the schema in its own table.
package sqlgate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "sqlgate"

const defaultTimeout = 10 * time.Second

var (
	// ErrConfig reports arguments that make no gate.
	ErrConfig = pkg.New("invalid argument")
	// ErrShape reports an answer that is not what was asked for: no row or
	// several, NULL, a table that is another tool's.
	ErrShape = errors.New("not the answer that was asked for")
)

// Kind returns the kind sql.
func Kind() block.Kind[check.Check] { return block.New("sql", attribute(), open) }

// database is where the gate asks.
type database interface {
	// read calls f in a transaction that can change nothing, and in which no
	// statement takes longer than limit. It ends with ctx.
	read(ctx context.Context, limit time.Duration, f func(reader) error) error
	// dialect is how its SQL is written.
	dialect() dialect
}

// reader asks within a transaction.
type reader interface {
	// rows returns up to most+1 rows, their values as text, nil for NULL.
	rows(ctx context.Context, query string, most int) ([][]*string, error)
}

// gate is what both forms have in common.
type gate struct {
	db    database
	tries check.Tries
}

// Limit implements check.Check.
func (g gate) Limit() time.Duration { return g.tries.Limit() }

// try asks until f returns nil or there are no more tries.
func (g gate) try(ctx context.Context, f func(context.Context, reader) error) error {
	return g.tries.Do(ctx, func(ctx context.Context) error {
		err := g.db.read(ctx, g.tries.Each, func(r reader) error { return f(ctx, r) })
		return remotetext.Error(err)
	})
}

// queryGate is the form query.
type queryGate struct {
	gate
	query, equals string
}

// Run implements check.Check.
func (g queryGate) Run(ctx context.Context, _ check.Subject) error {
	return g.try(ctx, func(ctx context.Context, r reader) error {
		value, err := single(ctx, r, g.query)
		if err == nil && value != g.equals {
			err = fmt.Errorf("%w: the query gives %q, and %q passes", check.ErrFailed, shortened(value), g.equals)
		}
		return err
	})
}

// single returns the one value of the one row that a query gives.
func single(ctx context.Context, r reader, query string) (string, error) {
	rows, err := r.rows(ctx, query, 1)
	switch {
	case err != nil:
		return "", err
	case len(rows) == 0:
		return "", fmt.Errorf("%w: the query gives no row", ErrShape)
	case len(rows) > 1:
		return "", fmt.Errorf("%w: the query gives several rows", ErrShape)
	case len(rows[0]) != 1:
		return "", fmt.Errorf("%w: the query gives %d columns, and one is judged", ErrShape, len(rows[0]))
	case rows[0][0] == nil:
		return "", fmt.Errorf("%w: the query gives NULL", ErrShape)
	default:
		return *rows[0][0], nil
	}
}

// mostShown is how much of a value a message has, in characters.
const mostShown = 100

func shortened(value string) string {
	if runes := []rune(value); len(runes) > mostShown {
		return string(runes[:mostShown]) + "…"
	}
	return value
}
