package sqlgate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
)

// names are migrations whose names begin with a time or a number, so that they
// have an order: that of their text, as their tools have it.
type names struct {
	set
	last string
}

func namesOf(rows [][]*string, table string) (applied, error) {
	n := names{set: set{"migration", map[string]bool{}}}
	for _, row := range rows {
		n.there[*row[0]] = true
		n.last = max(n.last, *row[0])
	}
	if n.last == "" {
		return nil, nothing(table)
	}
	return n, nil
}

func (n names) has(name string) error {
	if n.there[name] {
		return nil
	}
	return fmt.Errorf("%w: migration %s is not applied; the last one is %s", check.ErrFailed, name, n.last)
}

func (n names) is(state string) error {
	if n.last == state {
		return nil
	}
	return fmt.Errorf("%w: the last migration is %s, and not %s", check.ErrFailed, n.last, state)
}

func (n names) within(oldest, newest string) error {
	if oldest != "" {
		if err := n.has(oldest); err != nil {
			return err
		}
	}
	if newest != "" && n.last > newest {
		return fmt.Errorf("%w: the last migration is %s, and it works with no later than %s", check.ErrFailed, n.last, newest)
	}
	return nil
}

// byName is how tools with such names are asked.
type byName struct{}

func (byName) validate(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("it names no migration")
	}
	return nil
}

func (byName) foresee(oldest, newest string) error {
	if oldest != "" && newest != "" && oldest > newest {
		return fmt.Errorf("no migration is at least %s and at most %s", oldest, newest)
	}
	return nil
}

// ledger is a tool whose table has a row for each migration that was applied,
// and nothing else to look at: EF Core (https://learn.microsoft.com/ef/core/managing-schemas/migrations)
// and Laravel (https://laravel.com/docs/migrations).
type ledger struct{ tool, query, table string }

func (ledger) validate(name string) error          { return byName{}.validate(name) }
func (ledger) foresee(oldest, newest string) error { return byName{}.foresee(oldest, newest) }

func (l ledger) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, l.query, 0)
	if err != nil {
		return nil, err
	}
	return namesOf(rows, l.table)
}

// prisma is https://www.prisma.io/docs/orm/prisma-migrate: a row for each try. One
// that neither ended nor was rolled back is what Prisma itself stops at.
type prisma struct{ table string }

func (prisma) validate(name string) error          { return byName{}.validate(name) }
func (prisma) foresee(oldest, newest string) error { return byName{}.foresee(oldest, newest) }

func (t prisma) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, "select migration_name, case when finished_at is null then 0 else 1 end, case when rolled_back_at is null then 0 else 1 end from "+t.table, 0, 1, 2)
	if err != nil {
		return nil, err
	}
	var done [][]*string
	for _, row := range rows {
		switch {
		case *row[2] == "1": // given up
		case *row[1] == "0":
			return nil, fmt.Errorf("%w: the migration %s failed or is under way; repair the schema, then run prisma migrate resolve", check.ErrFailed, *row[0])
		default:
			done = append(done, row)
		}
	}
	return namesOf(done, t.table)
}

// goose is https://pressly.github.io/goose: a row for each that was applied, and
// in older versions one for each that was undone; the last one counts. Version 0
// is the table's own.
type goose struct{ table string }

func (goose) validate(text string) error          { return order(number).validate(text) }
func (goose) foresee(oldest, newest string) error { return order(number).foresee(oldest, newest) }

func (t goose) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, "select version_id, case when is_applied then 1 else 0 end from "+t.table+" order by id", 0, 1)
	if err != nil {
		return nil, err
	}
	there := map[string]version{}
	for _, row := range rows {
		v, err := number(*row[0])
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrShape, err)
		}
		if *row[1] == "1" && v.String() != "0" {
			there[v.String()] = v
		} else {
			delete(there, v.String())
		}
	}
	return newest(there, t.table)
}

// newest is a schema at the greatest of its versions.
func newest(there map[string]version, table string) (applied, error) {
	var current version
	for _, v := range there {
		if current == nil || v.compare(current) > 0 {
			current = v
		}
	}
	if current == nil {
		return nil, nothing(table)
	}
	return ordered{number, current, func(v version) bool { _, ok := there[v.String()]; return ok }}, nil
}

// atlas is https://atlasgo.io/versioned/apply: a row for each file, with how many of
// its statements were done.
type atlas struct{ table string }

func (atlas) validate(name string) error          { return byName{}.validate(name) }
func (atlas) foresee(oldest, newest string) error { return byName{}.foresee(oldest, newest) }

func (t atlas) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, "select version, case when applied < total or error <> '' then 1 else 0 end from "+t.table, 0, 1)
	if err != nil {
		return nil, err
	}
	var done [][]*string
	for _, row := range rows {
		if *row[1] == "1" {
			return nil, fmt.Errorf("%w: the migration %s was left half done; repair the schema, then run atlas migrate apply", check.ErrFailed, *row[0])
		}
		if !strings.HasPrefix(*row[0], ".") { // Atlas's own notes, such as .atlas_cloud_identifier
			done = append(done, row)
		}
	}
	return namesOf(done, t.table)
}

// atlas is where Atlas keeps its table: in a schema of its own, where that is no
// database.
func (d dialect) atlas() string {
	if d.upper {
		return "atlas_schema_revisions"
	}
	return "atlas_schema_revisions.atlas_schema_revisions"
}

// knex is https://knexjs.org/guide/migrations.html: a row for each file, and a lock.
type knex struct{ table, lock string }

func newKnex(m *migrations, d dialect) tool {
	table := m.Table.ValueString()
	if table == "" {
		table = "knex_migrations"
	}
	lock := m.LockTable.ValueString()
	if lock == "" {
		lock = table + "_lock"
	}
	return knex{d.table(table), d.table(lock)}
}

func (knex) validate(name string) error          { return byName{}.validate(name) }
func (knex) foresee(oldest, newest string) error { return byName{}.foresee(oldest, newest) }

func (t knex) look(ctx context.Context, r reader) (applied, error) {
	locks, err := all(ctx, r, "select coalesce(is_locked, 0) from "+t.lock, 0)
	if err != nil {
		return nil, err
	}
	for _, row := range locks {
		if *row[0] == "1" {
			return nil, fmt.Errorf("%w: %s is locked: Knex is at work, or ended without releasing it (knex migrate:unlock)", check.ErrFailed, t.lock)
		}
	}
	rows, err := all(ctx, r, "select name from "+t.table, 0)
	if err != nil {
		return nil, err
	}
	return namesOf(rows, t.table)
}
