package sqlgate

import (
	"net"
	"regexp"
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

// schemes are those of addresses that say which driver they are for.
var schemes = map[string]string{
	"postgres": driverPostgres, "postgresql": driverPostgres, "mysql": driverMySQL, "mariadb": driverMySQL,
}

// connector returns the database of an address. It calls nobody. Errors never have a part of the address.
func connector(driver, dsn string, t *httpclient.TLS) (database, error) {
	scheme, _, hasScheme := strings.Cut(dsn, "://")
	said := ""
	if hasScheme {
		said = schemes[strings.ToLower(scheme)]
	}
	switch {
	case driver == "" && said == "":
		return nil, invalid("driver", "Driver Missing", "the address begins with neither postgres:// nor mysql://, so say in driver which it is: %s", strings.Join(drivers(), " or "))
	case driver != "" && said != "" && driver != said:
		return nil, invalid("driver", "Driver And Address Differ", "driver is %s, and the address is one of %s", driver, said)
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

// passwordArgument finds the password of an address that is words, as libpq
// takes it.
var passwordArgument = regexp.MustCompile(`(?i)password\s*=\s*('(?:[^'\\]|\\.)*'|\S+)`)

// hideAddress has no message show what is secret in an address, whatever form
// it has, and whether it parses. Where a password has characters that mean
// something, drivers take parts of it for a host or a database, and quote them.
func hideAddress(dsn string) {
	remotetext.HideURL(dsn)
	for _, found := range passwordArgument.FindAllStringSubmatch(dsn, -1) {
		remotetext.Hide(strings.Trim(found[1], "'"))
	}
	_, rest, found := strings.Cut(dsn, "://")
	if !found {
		rest = dsn
	}
	at := strings.LastIndex(rest, "@")
	if at < 0 {
		return
	}
	user, password, _ := strings.Cut(rest[:at], ":")
	remotetext.HideLogin(user, password)
	for part := range strings.FieldsFuncSeq(password, func(r rune) bool { return strings.ContainsRune(":@/?#[]", r) }) {
		remotetext.Hide(part)
	}
}
