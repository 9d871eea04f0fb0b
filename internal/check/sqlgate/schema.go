package sqlgate

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

func attribute() schema.SingleNestedAttribute {
	attributes := httpclient.With(block.TryAttributes(defaultTimeout), map[string]schema.Attribute{
		"driver": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf(drivers()...)},
			MarkdownDescription: "`postgres`, or `mysql` for MySQL and MariaDB. Default: as the scheme of `dsn` says.",
		},
		"query": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "A query that gives exactly one row of one column. It is asked in a transaction that can change nothing. " +
				"Give `query` and `equals`, or `migrations`.",
		},
		"equals":     schema.StringAttribute{Optional: true, MarkdownDescription: "What the query must give, as the database writes it in text: `42`; PostgreSQL's `true` is `t`."},
		"migrations": migrationsAttribute(),
		"tls": httpclient.SwitchTLSAttribute("How the server is known, and how it knows us; whatever `dsn` says of TLS then does not count. Without the " +
			"block, and unless `dsn` says otherwise (`sslmode` of PostgreSQL, `tls` of MySQL), a server that is called over TCP must show a certificate that is good for its name."),
	})
	httpclient.With(attributes, block.SecretAttributes("dsn", "Where the database is: `postgres://user:password@host:5432/shop`, "+
		"`mysql://user:password@host:3306/shop`, or what else pgx or go-sql-driver/mysql takes, with `driver`. "+
		"Give it a user who may read and nothing else: whatever the transaction, a superuser's query can run programs on the server."))
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Asks a database: a query, or what a migration tool says of the schema in its table. A gate with `migrations` must hold " +
			"even when traffic returns at once to a color that was active a short while ago.",
		Attributes: attributes,
	}
}

func migrationsAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "What the table of a migration tool must say. Besides `version`, the `schema` of the environment that traffic moves to must " +
			"allow the version that is there.\n\n" +
			"| tool | `version` | `schema` of an environment | fails besides |\n|---|---|---|---|\n" +
			"| `golang-migrate` | is the version | bounds of the version | dirty; no row or several |\n" +
			"| `rails` | is among the versions | bounds of the greatest version | |\n" +
			"| `flyway` | was applied, or is below the baseline | bounds of the greatest version, by segment | a failed migration |\n" +
			"| `liquibase` | is the `id` of a change set, with `author` and `filename`; or `tag` is there | `min_version` is a tag that must be there; it has no order, so no `max_version` | the lock is held |\n" +
			"| `django` | is a migration of `app` | `min_version` is a migration of `app` that must be there; it has no order, so no `max_version` | |\n" +
			"| `alembic` | are the heads, separated by commas | `min_version` and `max_version` are the same heads | |\n" +
			"| `goose` | is among the versions | bounds of the greatest version | |\n" +
			"| `prisma` | is a migration | `min_version` must be there, none may be after `max_version` | a migration that failed or is under way |\n" +
			"| `ef-core`, `laravel` | is a migration | as `prisma` | |\n" +
			"| `atlas` | is a version | as `prisma` | a migration that is half done |\n" +
			"| `knex` | is the name of a file | as `prisma` | the lock is held |\n\n" +
			"`one_of` of a `schema` are states: for tools with numbers the version that the schema is at, for Alembic the heads, for Prisma and those like it the " +
			"last migration, for Django a migration and for Liquibase a tag that is there.",
		Attributes: map[string]schema.Attribute{
			"tool":       schema.StringAttribute{Required: true, Validators: []validator.String{stringvalidator.OneOf(tools()...)}, MarkdownDescription: "The tool: " + toolList() + "."},
			"table":      schema.StringAttribute{Optional: true, MarkdownDescription: "The tool's table, as the database spells it, if need be with its schema: `app.schema_migrations`. Default: the tool's own."},
			"lock_table": schema.StringAttribute{Optional: true, MarkdownDescription: "Liquibase's or Knex's lock table. Default: the tool's own, in the schema of its table."},
			"version":    schema.StringAttribute{Optional: true, MarkdownDescription: "The version that must be there, whichever environment traffic moves to."},
			"app":        schema.StringAttribute{Optional: true, MarkdownDescription: "Django's app."},
			"author":     schema.StringAttribute{Optional: true, MarkdownDescription: "The author of Liquibase's change set."},
			"filename":   schema.StringAttribute{Optional: true, MarkdownDescription: "The file of Liquibase's change set, as its table has it."},
			"tag":        schema.StringAttribute{Optional: true, MarkdownDescription: "A tag of Liquibase that must be there."},
		},
	}
}

type config struct {
	block.TryArguments
	Driver     types.String          `tfsdk:"driver"`
	DSN        types.String          `tfsdk:"dsn"`
	DSNEnv     types.String          `tfsdk:"dsn_env"`
	TLS        *httpclient.SwitchTLS `tfsdk:"tls"`
	Query      types.String          `tfsdk:"query"`
	Equals     types.String          `tfsdk:"equals"`
	Migrations *migrations           `tfsdk:"migrations"`
}

// migrations is the block migrations.
type migrations struct {
	Tool      types.String `tfsdk:"tool"`
	Table     types.String `tfsdk:"table"`
	LockTable types.String `tfsdk:"lock_table"`
	Version   types.String `tfsdk:"version"`
	App       types.String `tfsdk:"app"`
	Author    types.String `tfsdk:"author"`
	Filename  types.String `tfsdk:"filename"`
	Tag       types.String `tfsdk:"tag"`
}
