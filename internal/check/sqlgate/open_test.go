package sqlgate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/sqlgate"
)

// with is a sound block with other arguments.
func with(values Values) Values {
	sound := Values{"dsn": "postgres://u:s3cret@db/shop", "query": "select 1", "equals": "1"}
	for name, v := range values {
		sound[name] = v
	}
	return sound
}

// of is a sound block with a migrations block.
func of(migrations Values) Values {
	return with(Values{"query": nil, "equals": nil, "migrations": migrations})
}

func TestBadArguments(t *testing.T) {
	migrations := path.Root("migrations")
	for _, test := range []struct {
		values Values
		at     path.Path
	}{
		{with(Values{"dsn": nil}), path.Root("dsn")},
		{with(Values{"dsn_env": "BLUEGREEN_TEST_UNSET"}), path.Root("dsn_env")},
		{with(Values{"dsn": nil, "dsn_env": "BLUEGREEN_TEST_UNSET"}), path.Root("dsn_env")},
		{with(Values{"dsn": "host=db password=s3cret"}), path.Root("driver")},
		{with(Values{"dsn": "oracle://u:s3cret@db/shop"}), path.Root("dsn")},
		{with(Values{"driver": "mysql"}), path.Root("driver")},
		{with(Values{"dsn": "postgres://u:s3cret@db:port/shop"}), path.Root("dsn")},
		{with(Values{"dsn": "postgres://u:s3cret@db/shop?sslmode=s3cret"}), path.Root("dsn")},
		{with(Values{"dsn": "postgres://u:s3%cret@db/shop"}), path.Root("dsn")},
		{with(Values{"driver": "postgres", "dsn": "s3cret"}), path.Root("dsn")},
		{with(Values{"dsn": "mysql://u:s3cret@db:port/shop"}), path.Root("dsn")},
		{with(Values{"dsn": "mysql://u:s3cret@db/shop?tls=s3cret"}), path.Root("dsn")},
		{with(Values{"dsn": "mysql://u:s3cret@db/shop?interpolateParams=s3cret"}), path.Root("dsn")},
		{with(Values{"driver": "mysql", "dsn": "u:s3cret@tcp(db"}), path.Root("dsn")},
		{with(Values{"driver": "postgres", "dsn": "host=/tmp user=u", "tls": Values{}}), path.Root("tls")},
		{with(Values{"tls": Values{"ca_cert": "nonsense"}}), path.Root("tls").AtName("ca_cert")},
		{with(Values{"query": nil, "equals": nil}), path.Root("query")},
		{with(Values{"migrations": Values{"tool": "rails"}}), path.Root("query")},
		{with(Values{"equals": nil}), path.Root("equals")},
		{of(Values{"tool": "sqitch"}), migrations.AtName("tool")},
		{of(Values{"tool": "rails", "version": "abc"}), migrations.AtName("version")},
		{of(Values{"tool": "golang-migrate", "version": "-1"}), migrations.AtName("version")},
		{of(Values{"tool": "flyway", "version": "1.x"}), migrations.AtName("version")},
		{of(Values{"tool": "alembic", "version": " , "}), migrations.AtName("version")},
		{of(Values{"tool": "django"}), migrations.AtName("app")},
		{of(Values{"tool": "rails", "app": "shop"}), migrations.AtName("app")},
		{of(Values{"tool": "rails", "tag": "v1"}), migrations.AtName("tag")},
		{of(Values{"tool": "liquibase", "version": "1"}), migrations.AtName("version")},
		{of(Values{"tool": "liquibase", "author": "ann"}), migrations.AtName("version")},
	} {
		_, err := Open(t, sqlgate.Kind(), test.values)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || !attribute.Path.Equal(test.at) {
			t.Errorf("%v: %v", test.values, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("it shows the secret: %v", err)
		}
	}
}

// TestAddresses of all forms that users have.
func TestAddresses(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_DSN", "postgresql://u:s3cret@db/shop")
	for _, values := range []Values{
		{"dsn": nil, "dsn_env": "BLUEGREEN_TEST_DSN"},
		{"driver": "postgres", "dsn": "host=db user=u password=s3cret"},
		{"driver": "postgres", "dsn": "host=a,b port=1,2 user=u", "tls": Values{}},
		{"dsn": "postgres://a,b:5433/shop?target_session_attrs=read-write"},
		{"dsn": "mysql://u:s3%40cret@db:3307/shop?charset=utf8mb4"},
		{"dsn": "mariadb://u@db/shop", "tls": Values{}},
		{"driver": "mysql", "dsn": "u:s3cret@tcp(db:3306)/shop?tls=skip-verify"},
		{"driver": "mysql", "dsn": "u@unix(/run/mysqld/mysqld.sock)/shop"},
	} {
		MustOpen(t, sqlgate.Kind(), with(values))
	}
}

// TestForesee refuses what a table can never tell, before anything is asked.
func TestForesee(t *testing.T) {
	for _, test := range []struct {
		tool, min, max string
		want           string
	}{
		{tool: "golang-migrate", min: "1", max: "2"},
		{tool: "golang-migrate", min: "2", max: "1", want: "no version is at least 2 and at most 1"},
		{tool: "golang-migrate", min: "v1", want: `min_version: "v1" is not a version of this tool`},
		{tool: "rails", max: "x", want: `max_version: "x" is not`},
		{tool: "flyway", min: "1.9", max: "1.10"},
		{tool: "flyway", min: "1.10", max: "1.9", want: "no version is at least"},
		{tool: "liquibase", min: "v1"},
		{tool: "liquibase", max: "v1", want: "no max_version"},
		{tool: "django", min: "0001_initial"},
		{tool: "django", max: "0001_initial", want: "no max_version"},
		{tool: "alembic", min: "a,b", max: "b, a"},
		{tool: "alembic", min: "a", want: "must be the same"},
		{tool: "alembic", max: "a", want: "must be the same"},
		{tool: "alembic"},
	} {
		migrations := Values{"tool": test.tool}
		if test.tool == "django" {
			migrations["app"] = "shop"
		}
		gate := MustOpen(t, sqlgate.Kind(), of(migrations))
		subject := check.Subject{Environment: "shop-green", MinSchema: test.min, MaxSchema: test.max}
		err := gate.(check.Foreseer).Foresee(subject)
		if (err == nil) != (test.want == "") || (err != nil && !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s from %q to %q: %v", test.tool, test.min, test.max, err)
		}
		if err != nil && gate.Run(t.Context(), subject) == nil {
			t.Errorf("%s from %q to %q: it runs all the same", test.tool, test.min, test.max)
		}
	}
}

// TestSafeguardThatCannotBeOpened says that it would have been one.
func TestSafeguardThatCannotBeOpened(t *testing.T) {
	unset := Values{"dsn": nil, "dsn_env": "BLUEGREEN_TEST_UNSET"}
	migrations := of(Values{"tool": "rails"})
	for name, v := range unset {
		migrations[name] = v
	}
	for want, values := range map[bool]Values{true: migrations, false: with(unset)} {
		_, err := Open(t, sqlgate.Kind(), values)
		var safeguard *check.SafeguardError
		var attribute *block.AttributeError
		if errors.As(err, &safeguard) != want || !errors.Is(err, block.ErrUnset) || !errors.As(err, &attribute) {
			t.Errorf("a safeguard: %t, %v", want, err)
		}
	}
}
