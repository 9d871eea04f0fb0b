package sqlgate

import "strings"

// How addresses of other clients ask for TLS, as those of the two drivers do:
// MySQL's own words, and those of JDBC and of Prisma.
var mysqlModes = map[string]string{
	"disabled": "false", "preferred": "preferred", "required": "skip-verify", "verify_ca": "true", "verify_identity": "true",
	"disable": "false", "prefer": "preferred", "require": "skip-verify", "verify-ca": "true", "verify-full": "true",
	"strict": "true", "accept_invalid_certs": "skip-verify", "true": "true", "false": "false",
}

// parameter is what becomes of one that the driver does not know.
type parameter struct {
	drop bool
	cure string // why it is refused
}

// postgresParameters are those of libpq and of other clients that would reach
// the server as settings, which it does not have.
var postgresParameters = map[string]parameter{
	"gssencmode": {drop: true}, "gsslib": {drop: true}, "gssdelegation": {drop: true}, "keepalives": {drop: true}, "keepalives_idle": {drop: true},
	"keepalives_interval": {drop: true}, "keepalives_count": {drop: true}, "tcp_user_timeout": {drop: true}, "sslcompression": {drop: true},
	"fallback_application_name": {drop: true}, "load_balance_hosts": {drop: true}, "connection_limit": {drop: true}, "pool_timeout": {drop: true},
	"pgbouncer": {drop: true}, "statement_cache_size": {drop: true}, "socket_timeout": {drop: true}, "pool": {drop: true}, "pool_size": {drop: true},
	"prepared_statements": {drop: true}, "encoding": {drop: true}, "uselibpqcompat": {drop: true}, "ApplicationName": {drop: true}, "prepareThreshold": {drop: true},
	"reWriteBatchedInserts": {drop: true}, "connectTimeout": {drop: true}, "loginTimeout": {drop: true}, "socketTimeout": {drop: true}, "tcpKeepAlive": {drop: true},
	"stringtype": {drop: true}, "checkout_timeout": {drop: true}, "reaping_frequency": {drop: true},
	"sslcrl": {cure: "lists of revoked certificates are not read"}, "sslcrldir": {cure: "lists of revoked certificates are not read"},
	"requirepeer": {cure: "the user of a socket's other side is not asked"}, "hostaddr": {cure: "write the address as host, and the name as server_name of the block tls"},
	"sslaccept": {cure: "say sslmode, or give the block tls"}, "sslidentity": {cure: "give the block tls"}, "replication": {cure: "a gate reads tables"},
	"ssl_min_protocol_version": {cure: "TLS 1.2 or later is spoken; give the block tls"}, "ssl_max_protocol_version": {cure: "the newest that both know is used"},
	"sslfactory": {cure: "say sslmode, or give the block tls"}, "sslMode": {cure: "write it sslmode"},
}

// mysqlParameters are those of other clients, as above.
var mysqlParameters = map[string]parameter{
	"useunicode": {drop: true}, "characterencoding": {drop: true}, "servertimezone": {drop: true}, "zerodatetimebehavior": {drop: true},
	"allowpublickeyretrieval": {drop: true}, "autoreconnect": {drop: true}, "reconnect": {drop: true}, "connecttimeout": {drop: true}, "sockettimeout": {drop: true},
	"connection_limit": {drop: true}, "pool_timeout": {drop: true}, "pool": {drop: true}, "pool_size": {drop: true}, "encoding": {drop: true},
	"prepared_statements": {drop: true}, "connect_timeout": {drop: true}, "read_timeout": {drop: true}, "write_timeout": {drop: true}, "socket_timeout": {drop: true},
	"usecursorfetch": {drop: true}, "rewritebatchedstatements": {drop: true}, "useserverprepstmts": {drop: true}, "cacheprepstmts": {drop: true}, "binary_prefix": {drop: true},
	"ssl-ca": {cure: "give ca_cert in the block tls"}, "ssl_ca": {cure: "give ca_cert in the block tls"}, "sslca": {cure: "give ca_cert in the block tls"},
	"ssl-cert": {cure: "give the block tls"}, "ssl_cert": {cure: "give the block tls"}, "ssl-key": {cure: "give the block tls"}, "ssl_key": {cure: "give the block tls"},
	"sslcert": {cure: "give the block tls"}, "sslidentity": {cure: "give the block tls"}, "trustcertificatekeystoreurl": {cure: "give ca_cert in the block tls"},
	"service": {cure: "it is of PostgreSQL"}, "socket": {cure: "write unix(/path) for the address"}, "unix_socket": {cure: "write unix(/path) for the address"},
	"schema": {cure: "name the database behind the host"}, "loc": {drop: true},
}

// tlsNames are the parameters that ask for TLS, in lower case.
var tlsNames = map[string]bool{
	"ssl-mode": true, "ssl_mode": true, "sslmode": true, "sslaccept": true, "usessl": true, "ssl": true, "requiressl": true, "verifyservercertificate": false,
}

// tableOf is the parameter of golang-migrate that names its table, unquoted.
func tableOf(parameters map[string]string) string {
	if quoted := parameters["x-migrations-table-quoted"]; quoted == "1" || strings.EqualFold(quoted, "true") {
		return strings.ReplaceAll(parameters["x-migrations-table"], `"`, "")
	}
	return parameters["x-migrations-table"]
}
