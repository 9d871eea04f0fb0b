package sqlgate_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/sqlgate"
)

// state is what a tool's table has, and what is asked of it.
type state struct {
	name     string
	rows     []string // statements, after the tables were emptied
	args     Values   // of migrations, besides tool
	min, max string   // of the incoming environment
	oneOf    []string // as min and max
	notYet   []string
	want     string // what a failure says; empty when the gate holds
}

// judge tries all states of one tool on both databases.
func judge(t *testing.T, tool string, tables, onPostgres, onMariaDB []string, states []state) {
	t.Helper()
	withServers(t, onPostgres, onMariaDB, func(t *testing.T, s server, database string) {
		for _, state := range states {
			t.Run(state.name, func(t *testing.T) {
				reset := []string{}
				for _, table := range tables {
					if s.name == "postgres" {
						table = strings.ToLower(table)
					}
					reset = append(reset, "delete from "+table)
				}
				for _, row := range state.rows {
					if s.name == "postgres" { // names of tables, which are not quoted, fold
						row = strings.NewReplacer("b'1'", "true", "b'0'", "false").Replace(row)
					}
					reset = append(reset, row)
				}
				if err := s.exec(t.Context(), database, reset...); err != nil {
					t.Fatal(err)
				}
				migrations := Values{"tool": tool}
				maps.Copy(migrations, state.args)
				gate := MustOpen(t, sqlgate.Kind(), Values{"driver": s.driver, "dsn": s.dsn(database), "migrations": migrations})
				subject := check.Subject{Environment: "shop-green", Version: "2.0.0", MinSchema: state.min, MaxSchema: state.max, Schemas: state.oneOf, NotYet: state.notYet}
				err := gate.Run(t.Context(), subject)
				if (err == nil) != (state.want == "") || (err != nil && !strings.Contains(err.Error(), state.want)) {
					t.Errorf("%v", err)
				}
				if err != nil && !errors.Is(err, check.ErrFailed) && !errors.Is(err, sqlgate.ErrShape) {
					t.Errorf("neither judged nor of another shape: %v", err)
				}
				if !check.IsSafeguard(gate) {
					t.Error("it would not hold for a return at once")
				}
			})
		}
	})
}

// both is a statement that both databases take.
func both(statements ...string) (onPostgres, onMariaDB []string) { return statements, statements }

func TestGolangMigrate(t *testing.T) {
	p, m := both(`create table schema_migrations (version bigint not null primary key, dirty boolean not null)`)
	at := func(version string) []string {
		return []string{"insert into schema_migrations values (" + version + ", false)"}
	}
	judge(t, "golang-migrate", []string{"schema_migrations"}, p, m, []state{
		{name: "clean", rows: at("42")},
		{name: "dirty", rows: []string{"insert into schema_migrations values (42, true)"}, want: "version 42 is dirty"},
		{name: "dirty on the way down to nothing", rows: []string{"insert into schema_migrations values (-1, true)"}, want: "does not hold: version -1 is dirty"},
		{name: "empty", want: "no migration was ever applied"},
		{name: "another tool's", rows: append(at("1"), at("2")...), want: "is it a table of Rails?"},
		{name: "the version", rows: at("42"), args: Values{"version": "42"}},
		{name: "before the version", rows: at("41"), args: Values{"version": "42"}, want: "version 42 is not applied; the schema is at 41"},
		{name: "after the version", rows: at("43"), args: Values{"version": "42"}, want: "the schema is at 43"},
		{name: "within", rows: at("42"), min: "42", max: "42"},
		{name: "compared as numbers", rows: at("100"), min: "42", max: "1000"},
		{name: "forward too early", rows: at("41"), min: "42", want: "shop-green 2.0.0: does not hold: the schema is at version 41, and it needs at least 42"},
		{name: "back too late", rows: at("20261124093000"), max: "20261101000000", want: "the schema is at version 20261124093000, and it works with no later than 20261101000000"},
		{name: "one of several", rows: at("42"), oneOf: []string{"41", "42"}},
		{name: "none of several", rows: at("42"), oneOf: []string{"41", "43"}, want: "the schema is at version 42, and not at 41, nor is it any other of 41; 43"},
		{name: "before what must not be", rows: at("42"), notYet: []string{"43"}},
		{name: "after what must not be", rows: at("44"), notYet: []string{"43"}, want: "43 is applied, and it works only before that"},
		{name: "all failures", rows: at("41"), args: Values{"version": "7"}, min: "42", want: "it needs at least 42"},
	})
}

func TestRails(t *testing.T) {
	p := []string{`create table "schema_migrations" ("version" character varying not null primary key)`}
	m := []string{"create table `schema_migrations` (`version` varchar(255) not null primary key)"}
	rows := []string{"insert into schema_migrations values ('20260101000000'), ('9'), ('20260301000000')"}
	judge(t, "rails", []string{"schema_migrations"}, p, m, []state{
		{name: "empty", want: "no migration was ever applied"},
		{name: "the version", rows: rows, args: Values{"version": "20260101000000"}},
		{name: "not the version", rows: rows, args: Values{"version": "20260201000000"}, want: "version 20260201000000 is not applied; the schema is at 20260301000000"},
		{name: "within", rows: rows, min: "20260301000000", max: "20260301000000"},
		{name: "forward too early", rows: rows, min: "20260401000000", want: "needs at least 20260401000000"},
		{name: "back too late", rows: rows, max: "20260201000000", want: "no later than 20260201000000"},
		{name: "plugins number their own", rows: append(rows, "insert into schema_migrations values ('1-shop_plugin'), ('20990101000000-redmine_x')"), max: "20260301000000"},
		{name: "plugins alone", rows: []string{"insert into schema_migrations values ('1-shop_plugin')"}, want: "no migration was ever applied"},
		{name: "what must not be", rows: rows, notYet: []string{"20260201000000"}},
		{name: "what must not be, and is", rows: rows, notYet: []string{"9"}, want: "9 is applied"},
		{name: "another tool's", rows: []string{"insert into schema_migrations values ('ae1027a6acf')"}, want: `"ae1027a6acf" is not a version of this tool`},
	})
}

func TestFlyway(t *testing.T) {
	p := []string{`create table "flyway_schema_history" ("installed_rank" int not null primary key, "version" varchar(50), "description" varchar(200) not null,
		"type" varchar(20) not null, "script" varchar(1000) not null, "checksum" integer, "installed_by" varchar(100) not null,
		"installed_on" timestamp not null default now(), "execution_time" integer not null, "success" boolean not null)`}
	m := []string{"create table `flyway_schema_history` (`installed_rank` int not null, `version` varchar(50), `description` varchar(200) not null," +
		"`type` varchar(20) not null, `script` varchar(1000) not null, `checksum` int, `installed_by` varchar(100) not null," +
		"`installed_on` timestamp not null default current_timestamp, `execution_time` int not null, `success` bool not null, primary key (`installed_rank`))"}
	row := func(rank, version, kind, success string) string {
		return "insert into flyway_schema_history (installed_rank, version, description, type, script, installed_by, execution_time, success) values (" +
			rank + ", " + version + ", 'a change', '" + kind + "', 'V" + strings.Trim(version, "'") + "__a_change.sql', 'shop', 1, " + success + ")"
	}
	rows := []string{row("1", "'1'", "SQL", "true"), row("2", "'1.9'", "SQL", "true"), row("3", "'1.10'", "SQL", "true"), row("4", "null", "SQL", "true")}
	undone := slices.Concat(rows[:3], []string{row("5", "'1.10'", "UNDO_SQL", "true")})
	judge(t, "flyway", []string{"flyway_schema_history"}, p, m, []state{
		{name: "empty", want: "no migration was ever applied"},
		{name: "repeatable alone", rows: rows[3:], max: "9"},
		{name: "repeatable alone, and a version", rows: rows[3:], args: Values{"version": "1"}, want: "only repeatable migrations"},
		{name: "repeatable alone, and bounds", rows: rows[3:], min: "1", want: "only repeatable migrations"},
		{name: "the schema alone", rows: []string{row("0", "null", "SCHEMA", "true")}, want: "no migration was ever applied"},
		{name: "clean", rows: rows},
		{name: "failed", rows: append(rows[:3:3], row("5", "'2'", "SQL", "false")), want: "the migration V2__a_change.sql failed"},
		{name: "the version", rows: rows, args: Values{"version": "1.0"}},
		{name: "the version with underscores", rows: rows, args: Values{"version": "1_9"}},
		{name: "not the version", rows: rows, args: Values{"version": "1.1"}, want: "version 1.1 is not applied; the schema is at 1.10"},
		{name: "compared by segment", rows: rows, min: "1.10", max: "1.10.0"},
		{name: "forward too early", rows: rows, min: "1.11", want: "at version 1.10, and it needs at least 1.11"},
		{name: "back too late", rows: rows, max: "1.9", want: "no later than 1.9"},
		{name: "undone", rows: undone, args: Values{"version": "1.10"}, want: "the schema is at 1.9"},
		{name: "undone, and back fits", rows: undone, max: "1.9"},
		{name: "done again", rows: append(undone[:4:4], row("6", "'1.10'", "SQL", "true")), args: Values{"version": "1.10"}},
		{name: "deleted", rows: append(rows[:3:3], row("5", "'1.9'", "DELETE", "true")), args: Values{"version": "1.9"}, want: "version 1.9 is not applied"},
		{name: "below the baseline", rows: []string{row("1", "'3'", "BASELINE", "true")}, args: Values{"version": "2.5"}, min: "3"},
		{name: "below a baseline in Java", rows: []string{row("1", "'3'", "JDBC_BASELINE", "true")}, args: Values{"version": "2.5"}},
		{name: "above the baseline", rows: []string{row("1", "'3'", "BASELINE", "true")}, args: Values{"version": "3.1"}, want: "version 3.1 is not applied"},
	})
}

func TestLiquibase(t *testing.T) {
	tables := func(timestamp, boolean string) []string {
		return []string{
			"create table DATABASECHANGELOG (ID varchar(255) not null, AUTHOR varchar(255) not null, FILENAME varchar(255) not null, DATEEXECUTED " + timestamp + " not null, " +
				"ORDEREXECUTED int not null, EXECTYPE varchar(10) not null, MD5SUM varchar(35), DESCRIPTION varchar(255), COMMENTS varchar(255), TAG varchar(255), " +
				"LIQUIBASE varchar(20), CONTEXTS varchar(255), LABELS varchar(255), DEPLOYMENT_ID varchar(10))",
			"create table DATABASECHANGELOGLOCK (ID int not null, LOCKED " + boolean + " not null, LOCKGRANTED " + timestamp + ", LOCKEDBY varchar(255), primary key (ID))",
		}
	}
	row := func(order, id, kind, tag string) string {
		return "insert into DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE, TAG) values ('" +
			id + "', 'ann', 'db/changes.xml', '2026-11-24 09:30:00', " + order + ", '" + kind + "', " + tag + ")"
	}
	unlocked := "insert into DATABASECHANGELOGLOCK values (1, b'0', null, null)"
	rows := []string{unlocked, row("1", "1", "EXECUTED", "'v1'"), row("2", "2", "RERAN", "'v2'"), row("3", "3", "MARK_RAN", "null"), row("4", "4", "SKIPPED", "null")}
	set := func(id, author string) Values {
		return Values{"version": id, "author": author, "filename": "db/changes.xml"}
	}
	judge(t, "liquibase", []string{"DATABASECHANGELOG", "DATABASECHANGELOGLOCK"}, tables("timestamp", "boolean"), tables("datetime", "bit(1)"), []state{
		{name: "empty", rows: []string{unlocked}, want: "no migration was ever applied"},
		{name: "clean", rows: rows},
		{name: "locked", rows: append([]string{"insert into DATABASECHANGELOGLOCK values (1, b'1', '2026-11-24 09:30:00', 'host')"}, rows[1:]...), want: "is locked"},
		{name: "executed", rows: rows, args: set("1", "ann")},
		{name: "run again", rows: rows, args: set("2", "ann")},
		{name: "marked", rows: rows, args: set("3", "ann")},
		{name: "skipped", rows: rows, args: set("4", "ann"), want: "change set db/changes.xml::4::ann is not applied"},
		{name: "another author's", rows: rows, args: set("1", "bob"), want: "change set db/changes.xml::1::bob is not applied"},
		{name: "tag", rows: rows, args: Values{"tag": "v2"}},
		{name: "no such tag", rows: rows, args: Values{"tag": "v3"}, want: "tag v3 is not applied"},
		{name: "needs a tag", rows: rows, min: "v2"},
		{name: "needs a later tag", rows: rows, min: "v3", want: "tag v3 is not applied"},
	})
}

// TestLiquibaseOfItsOwnTable has a change log of another name, and Liquibase's
// own lock.
func TestLiquibaseOfItsOwnTable(t *testing.T) {
	tables := func(lock, boolean string) []string {
		return []string{
			"create table shop_log (ID varchar(255) not null, AUTHOR varchar(255) not null, FILENAME varchar(255) not null, DATEEXECUTED timestamp not null, " +
				"ORDEREXECUTED int not null, EXECTYPE varchar(10) not null, TAG varchar(255))",
			"create table " + lock + " (ID int not null, LOCKED " + boolean + " not null)",
		}
	}
	row := "insert into shop_log values ('1', 'ann', 'x.xml', '2026-11-24 09:30:00', 1, 'EXECUTED', 'v1')"
	judge(t, "liquibase", []string{"shop_log", "DATABASECHANGELOGLOCK"}, tables("databasechangeloglock", "boolean"), tables("DATABASECHANGELOGLOCK", "bit(1)"), []state{
		{name: "clean", rows: []string{row, "insert into DATABASECHANGELOGLOCK values (1, b'0')"}, args: Values{"table": "shop_log"}, oneOf: []string{"v0", "v1"}},
		{name: "locked", rows: []string{row, "insert into DATABASECHANGELOGLOCK values (1, b'1')"}, args: Values{"table": "shop_log"}, want: "is locked"},
		{name: "a tag that must not be", rows: []string{row}, args: Values{"table": "shop_log"}, notYet: []string{"v1"}, want: "v1 is applied"},
	})
}

func TestDjango(t *testing.T) {
	p := []string{`create table "django_migrations" ("id" bigint not null primary key generated by default as identity, "app" varchar(255) not null, "name" varchar(255) not null, "applied" timestamp with time zone not null)`}
	m := []string{"create table `django_migrations` (`id` bigint auto_increment not null primary key, `app` varchar(255) not null, `name` varchar(255) not null, `applied` datetime(6) not null)"}
	rows := []string{"insert into django_migrations (app, name, applied) values ('shop', '0001_initial', '2026-11-24 09:30:00'), ('shop', '0002_price', '2026-11-24 09:30:00'), ('auth', '0003_user', '2026-11-24 09:30:00')"}
	app := func(version any) Values { return Values{"app": "shop", "version": version} }
	judge(t, "django", []string{"django_migrations"}, p, m, []state{
		{name: "empty", args: app(nil), want: "has no migration of the app shop"},
		{name: "the migration", rows: rows, args: app("0002_price")},
		{name: "another app's", rows: rows, args: app("0003_user"), want: "migration of shop 0003_user is not applied"},
		{name: "another app", rows: rows, args: Values{"app": "stock"}, want: "has no migration of the app stock"},
		{name: "before or after a squash", rows: rows, args: app(nil), oneOf: []string{"0001_squashed_0002_price", "0002_price"}},
		{name: "neither before nor after", rows: rows, args: app(nil), oneOf: []string{"0001_squashed_0002_price", "0003_x"}, want: "nor is it any other of"},
		{name: "what must not be", rows: rows, args: app(nil), notYet: []string{"0002_price"}, want: "0002_price is applied"},
		{name: "needs it", rows: rows, args: app(nil), min: "0002_price"},
		{name: "needs a later one", rows: rows, args: app(nil), min: "0003_stock", want: "migration of shop 0003_stock is not applied"},
	})
}

func TestAlembic(t *testing.T) {
	p, m := both("create table alembic_version (version_num varchar(32) not null, constraint alembic_version_pkc primary key (version_num))")
	one := []string{"insert into alembic_version values ('ae1027a6acf')"}
	two := []string{"insert into alembic_version values ('ae1027a6acf'), ('27c6a30d7c24')"}
	judge(t, "alembic", []string{"alembic_version"}, p, m, []state{
		{name: "empty", want: "no migration was ever applied"},
		{name: "the head", rows: one, args: Values{"version": "ae1027a6acf"}},
		{name: "another head", rows: one, args: Values{"version": "27c6a30d7c24"}, want: "the heads are ae1027a6acf, and not 27c6a30d7c24"},
		{name: "both heads", rows: two, args: Values{"version": "27c6a30d7c24, ae1027a6acf"}},
		{name: "one head of two", rows: two, args: Values{"version": "ae1027a6acf"}, want: "the heads are 27c6a30d7c24, ae1027a6acf"},
		{name: "a head too few", rows: one, args: Values{"version": "27c6a30d7c24,ae1027a6acf"}, want: "the heads are ae1027a6acf, and not"},
		{name: "fits", rows: two, min: "ae1027a6acf,27c6a30d7c24", max: "27c6a30d7c24,ae1027a6acf"},
		{name: "one of two states", rows: one, oneOf: []string{"27c6a30d7c24", "ae1027a6acf"}},
		{name: "the other of two states", rows: two, oneOf: []string{"ae1027a6acf", "27c6a30d7c24,ae1027a6acf"}},
		{name: "none of two states", rows: two, oneOf: []string{"ae1027a6acf", "27c6a30d7c24"}, want: "nor is it any other of"},
		{name: "a head that must not be", rows: two, notYet: []string{"ae1027a6acf"}, want: "ae1027a6acf is applied"},
		{name: "does not fit", rows: one, min: "27c6a30d7c24", max: "27c6a30d7c24", want: "shop-green 2.0.0: does not hold: the heads are"},
	})
}
