package sqlgate

import (
	"net"
	"net/url"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

// The drivers, as users name them.
const (
	driverPostgres = "postgres"
	driverMySQL    = "mysql"
)

func drivers() []string { return []string{driverPostgres, driverMySQL} }

// schemes are those of addresses that say which driver they are for.
var schemes = map[string]string{
	"postgres": driverPostgres, "postgresql": driverPostgres, "mysql": driverMySQL, "mariadb": driverMySQL,
}

// connector returns the database of an address, and what of the address is
// secret. It calls nobody. Errors never have a part of the address.
func connector(driver, dsn string, t *httpclient.TLS) (database, []string, error) {
	scheme, _, hasScheme := strings.Cut(dsn, "://")
	said := ""
	if hasScheme {
		said = schemes[strings.ToLower(scheme)]
	}
	switch {
	case driver == "" && said == "":
		return nil, nil, invalid("driver", "Driver Missing", "the address begins with neither postgres:// nor mysql://, so say in driver which it is: %s", strings.Join(drivers(), " or "))
	case driver != "" && said != "" && driver != said:
		return nil, nil, invalid("driver", "Driver And Address Differ", "driver is %s, and the address is one of %s", driver, said)
	case driver == driverPostgres || said == driverPostgres:
		return openPostgres(dsn, t)
	default:
		return openMySQL(dsn, said != "", t)
	}
}

// addressError says nothing of what was seen: it may be a password.
func addressError(example string) error {
	return invalid("dsn", "Database Address Not Valid", "the address does not parse; it is like %s, special characters in user and password written as %%XX", example)
}

// serverName is the host that a certificate must be good for.
func serverName(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// passwordOf is what an address has between the user and the host, as it is
// written there: messages may quote that instead of the password.
func passwordOf(dsn string) []string {
	u, err := url.Parse(dsn)
	if err != nil || u.User == nil {
		return nil
	}
	password, _ := u.User.Password()
	return []string{password, url.QueryEscape(password)}
}
