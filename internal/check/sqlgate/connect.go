package sqlgate

import (
	"context"
	"net"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// The drivers, as users name them.
const (
	driverPostgres = "postgres"
	driverMySQL    = "mysql"
)

func drivers() []string { return []string{driverPostgres, driverMySQL} }

// connector returns the database of an address. It calls nobody. Errors never have a part of the address.
func connector(ctx context.Context, driver, dsn string, t *httpclient.TLS) (database, error) {
	dsn = strings.TrimSpace(dsn) // a file's last line break
	at := locate(dsn)
	switch {
	case at.scheme != "" && at.driver != "" && at.misplaced():
		return nil, addressError("postgres://user:password@host:5432/shop")
	case at.scheme != "" && at.driver == "":
		return nil, invalid("dsn", "Database Not Known", "the address begins with %s://, which is neither PostgreSQL's nor MySQL's: write it postgres:// or mysql://", remotetext.CleanTo(at.scheme, 60))
	case driver == "" && at.driver == "":
		return nil, invalid("driver", "Driver Missing", "the address begins with neither postgres:// nor mysql://, so say in driver which it is: %s", strings.Join(drivers(), " or "))
	case driver != "" && at.driver != "" && driver != at.driver:
		return nil, invalid("driver", "Driver And Address Differ", "driver is %s, and the address is one of %s", driver, at.driver)
	case driver == driverPostgres || at.driver == driverPostgres:
		return openPostgres(ctx, dsn, at, t)
	default:
		return openMySQL(ctx, dsn, at, t)
	}
}

// serverName is the host that a certificate must be good for.
func serverName(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}
