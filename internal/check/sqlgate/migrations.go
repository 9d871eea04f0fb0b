package sqlgate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
)

// dialect is how SQL is written for one kind of database.
type dialect struct {
	quote string // around names
	upper bool   // whether tools that write names in upper case find them so
	named string // golang-migrate's table, when the address names it
}

// table returns a name as a query has it. It is quoted, each part by itself.
func (d dialect) table(name string) string {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		parts[i] = d.quote + strings.ReplaceAll(part, d.quote, d.quote+d.quote) + d.quote
	}
	return strings.Join(parts, ".")
}

// tool reads the table of one migration tool.
type tool interface {
	// validate refuses a version that the gate asks for.
	validate(version string) error
	// foresee refuses bounds that the table can never be held against. Those
	// that are empty do not bind.
	foresee(oldest, newest string) error
	// look reads what is applied. What the tool itself would stop at (dirty,
	// failed, locked) is check.ErrFailed.
	look(ctx context.Context, r reader) (applied, error)
}

// applied is what the table says. Errors are check.ErrFailed.
type applied interface {
	// has returns an error unless a version is there.
	has(version string) error
	// within returns an error unless what is there is within bounds.
	within(oldest, newest string) error
	// is returns an error unless the schema is in a state: at a version, where
	// those have an order; else with a migration.
	is(state string) error
	// includes tells whether a migration was applied.
	includes(migration string) bool
}

// migrationsGate is the form migrations.
type migrationsGate struct {
	gate
	tool    tool
	version string // that must be there; empty for none
}

var (
	_ check.Safeguard = migrationsGate{}
	_ check.Foreseer  = migrationsGate{}
)

// Safeguards implements check.Safeguard: a release on a schema that it does
// not know does harm whichever way traffic came to it.
func (migrationsGate) Safeguards() {}

// Foresee implements check.Foreseer.
func (g migrationsGate) Foresee(s check.Subject) error {
	if err := g.tool.foresee(s.MinSchema, s.MaxSchema); err != nil {
		return fmt.Errorf("schema of %s: %w", s.Environment, err)
	}
	for name, states := range map[string][]string{"one_of": s.Schemas, "not_applied": s.NotYet} {
		for _, state := range states {
			if err := g.tool.validate(state); err != nil {
				return fmt.Errorf("schema of %s: %s: %w", s.Environment, name, err)
			}
		}
	}
	return nil
}

// judge returns why what is applied does not fit a subject.
func judge(there applied, s check.Subject) error {
	if err := there.within(s.MinSchema, s.MaxSchema); err != nil {
		return err
	}
	for _, migration := range s.NotYet {
		if there.includes(migration) {
			return fmt.Errorf("%w: %s is applied, and it works only before that", check.ErrFailed, migration)
		}
	}
	if len(s.Schemas) == 0 {
		return nil
	}
	var first error
	for _, state := range s.Schemas {
		err := there.is(state)
		if err == nil {
			return nil
		}
		first = cmp.Or(first, err)
	}
	if len(s.Schemas) == 1 {
		return first
	}
	return fmt.Errorf("%w, nor is it any other of %s", first, strings.Join(s.Schemas, "; "))
}

// Run implements check.Check.
func (g migrationsGate) Run(ctx context.Context, s check.Subject) error {
	if err := g.Foresee(s); err != nil {
		return err
	}
	return g.try(ctx, func(ctx context.Context, r reader) error {
		applied, err := g.tool.look(ctx, r)
		if err != nil {
			return err
		}
		var errs []error
		if g.version != "" {
			errs = append(errs, applied.has(g.version))
		}
		if err := judge(applied, s); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", s.Environment, s.Version, err))
		}
		return errors.Join(errs...)
	})
}

// makers make the tools, by the names that users give them.
var makers = map[string]func(m *migrations, d dialect) tool{
	"golang-migrate": func(m *migrations, d dialect) tool {
		return golangMigrate{m.table(d, cmp.Or(d.named, "schema_migrations"))}
	},
	"rails":     func(m *migrations, d dialect) tool { return rails{m.table(d, "schema_migrations")} },
	"flyway":    func(m *migrations, d dialect) tool { return flyway{m.table(d, "flyway_schema_history")} },
	"liquibase": newLiquibase,
	"django": func(m *migrations, d dialect) tool {
		return django{m.table(d, "django_migrations"), m.App.ValueString()}
	},
	"alembic": func(m *migrations, d dialect) tool { return alembic{m.table(d, "alembic_version")} },
	"goose":   func(m *migrations, d dialect) tool { return goose{m.table(d, "goose_db_version")} },
	"prisma":  func(m *migrations, d dialect) tool { return prisma{m.table(d, "_prisma_migrations")} },
	"ef-core": func(m *migrations, d dialect) tool {
		return ledger{"ef-core", "select " + d.table("MigrationId") + " from " + m.table(d, "__EFMigrationsHistory"), m.table(d, "__EFMigrationsHistory")}
	},
	"laravel": func(m *migrations, d dialect) tool {
		return ledger{"laravel", "select migration from " + m.table(d, "migrations"), m.table(d, "migrations")}
	},
	"atlas": func(m *migrations, d dialect) tool { return atlas{m.table(d, d.atlas())} },
	"knex":  newKnex,
}

func tools() []string {
	return []string{"golang-migrate", "rails", "flyway", "liquibase", "django", "alembic", "goose", "prisma", "ef-core", "laravel", "atlas", "knex"}
}

func toolList() string { return "`" + strings.Join(tools(), "`, `") + "`" }

func (m *migrations) table(d dialect, otherwise string) string {
	return d.table(cmp.Or(m.Table.ValueString(), otherwise))
}

// owned are the arguments that are not of every tool.
var owned = []struct {
	argument string
	tools    []string
}{
	{"app", []string{"django"}},
	{"author", []string{"liquibase"}},
	{"filename", []string{"liquibase"}},
	{"tag", []string{"liquibase"}},
	{"lock_table", []string{"liquibase", "knex"}},
}

// refuseOthers refuses arguments that are another tool's, and a lack of those
// that this one goes by.
func (m *migrations) refuseOthers(at path.Path, name string) error {
	for _, o := range owned {
		if m.argument(o.argument) != "" && !slices.Contains(o.tools, name) {
			return invalidAt(at.AtName(o.argument), "Argument Of Another Tool", "%s is for %s, and tool is %s", o.argument, strings.Join(o.tools, " and "), name)
		}
	}
	if name == "django" && m.argument("app") == "" {
		return invalidAt(at.AtName("app"), "App Missing", "Django counts the migrations of each app by itself: name the app")
	}
	if changeSet := m.argument("version") + m.argument("author") + m.argument("filename"); name == "liquibase" && changeSet != "" &&
		(m.argument("version") == "" || m.argument("author") == "" || m.argument("filename") == "") {
		return invalidAt(at.AtName("version"), "Change Set Not Whole", "a change set of Liquibase is known by version (its id), author and filename together")
	}
	return nil
}

// open makes the tool of a block, and refuses arguments that are not its own.
func (m *migrations) open(d dialect) (tool, error) {
	at := path.Root("migrations")
	name := m.Tool.ValueString()
	maker, ok := makers[name]
	if !ok {
		return nil, invalidAt(at.AtName("tool"), "Tool Not Known", "tool is one of %s", strings.Join(tools(), ", "))
	}
	if err := m.refuseOthers(at, name); err != nil {
		return nil, err
	}
	t := maker(m, d)
	if version := m.argument("version"); version != "" {
		if err := t.validate(version); err != nil {
			return nil, invalidAt(at.AtName("version"), "Not A Version", "%s", err)
		}
	}
	return t, nil
}

func (m *migrations) argument(name string) string {
	switch name {
	case "app":
		return m.App.ValueString()
	case "author":
		return m.Author.ValueString()
	case "filename":
		return m.Filename.ValueString()
	case "tag":
		return m.Tag.ValueString()
	case "lock_table":
		return m.LockTable.ValueString()
	default:
		return m.Version.ValueString()
	}
}

// mostRows is how many rows of a tool's table are read. More are an error,
// since a part of the table is not the table.
const mostRows = 100_000

// all reads a table whole; the columns of must have no NULL.
func all(ctx context.Context, r reader, query string, must ...int) ([][]*string, error) {
	rows, err := r.rows(ctx, query, mostRows)
	if err != nil {
		return nil, err
	}
	if len(rows) > mostRows {
		return nil, fmt.Errorf("%w: the table has more than %d rows", ErrShape, mostRows)
	}
	for _, row := range rows {
		for _, column := range must {
			if row[column] == nil {
				return nil, fmt.Errorf("%w: the table has a NULL where the tool never writes one", ErrShape)
			}
		}
	}
	return rows, nil
}

// nothing is a table without a row: the tool has not run here, or it is
// another database.
func nothing(table string) error {
	return fmt.Errorf("%w: %s is empty: no migration was ever applied", check.ErrFailed, table)
}
