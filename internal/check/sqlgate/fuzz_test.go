package sqlgate_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/sqlgate"
)

// FuzzAddress opens addresses of any form around a password. Nobody is called:
// no panic, and no part of the password in an error.
func FuzzAddress(f *testing.F) {
	const password = "fuzz-s3cret"
	for _, form := range []string{
		"postgres://u:%@db:5432/shop", "postgres://u:a%@b@db/shop", "mysql://u:%@tcp(db:3306)/shop", "mysql://u:%@db/shop?ssl-mode=REQUIRED", "u:%@tcp(db)/shop",
		"host=db password=% user=u", "host=db password='%' user=u", "weird://u:%@db", "weird+x://u:%2f@db", "jdbc:postgresql://db/shop?user=u&password=%",
		"jdbc:mysql://db/shop?user=u&password=%", "postgres://u:/%@db/shop", "mysql://u:#%@db/shop", "postgresql+psycopg2://u:%@[::1]:5432/shop?sslrootcert=/no/file", "://u:%@", "u:x://%@tcp(db)/",
		"postgres://u:%@db/shop?service=none&schema=x&gssencmode=require", "mysql://u:%@unix(/s)/x?loc=Europe/Berlin&x-migrations-table=%",
	} {
		for _, driver := range []string{"", "postgres", "mysql"} {
			f.Add(form, driver)
		}
	}
	kind := sqlgate.Kind()
	f.Fuzz(func(t *testing.T, form, driver string) {
		at := strings.Index(form, "%")
		if at < 0 || driver != "" && driver != "postgres" && driver != "mysql" || !isPassword(form, at) {
			return
		}
		dsn := form[:at] + password + form[at+1:]
		values := blocktest.Values{"dsn": dsn, "query": "select 1", "equals": "1"}
		if driver != "" {
			values["driver"] = driver
		}
		block := blocktest.Object(t, kind.Attribute(), values)
		if block.Equal(types.Object{}) {
			return
		}
		if _, err := kind.Open(t.Context(), nil, block); err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q (%s): %v", dsn, driver, err)
		}
	})
}

// isPassword tells whether a place is where one means to write a password: in
// front of an @, after a colon, or after the word.
func isPassword(form string, at int) bool {
	return strings.Contains(form[:at], ":") && strings.Contains(form[at:], "@") || strings.HasSuffix(strings.Trim(form[:at], "'"), "password=")
}
