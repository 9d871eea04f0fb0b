package sqlgate

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
)

// fileArguments are what an address of PostgreSQL names files by, and the
// variables that do the same.
var fileArguments = map[string]string{
	"sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "passfile": "PGPASSFILE", "servicefile": "PGSERVICEFILE",
}

// fileArgument matches one, in words or in the query of a URL.
var fileArgument = regexp.MustCompile(`(?:^|[\s?&])(sslrootcert|sslcert|sslkey|passfile|servicefile)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&]+)`)

// parsedWithFiles parses an address, whose files the client reads. A pipe would
// be waited for, and a device read without end, so these are refused first.
func parsedWithFiles(ctx context.Context, dsn string, at located) (*pgx.ConnConfig, error) {
	return localfile.Within(ctx, func() (*pgx.ConnConfig, error) {
		if err := checkFiles(dsn); err != nil {
			return nil, err
		}
		return parsePostgres(dsn, at)
	}, nil)
}

func checkFiles(dsn string) error {
	named := map[string]string{}
	for argument, variable := range fileArguments {
		named[argument] = os.Getenv(variable)
	}
	for _, found := range fileArgument.FindAllStringSubmatch(dsn, -1) {
		path := strings.Trim(found[2], "'")
		if plain, err := url.QueryUnescape(path); err == nil && strings.Contains(dsn, "://") {
			path = plain
		}
		named[found[1]] = path
	}
	for argument, path := range named {
		// One that is not there is the client's to tell of: some may be missing.
		err := localfile.Check(path, localfile.Small)
		if errors.Is(err, localfile.ErrNotRegular) && path != os.DevNull || errors.Is(err, localfile.ErrLarge) {
			return &fs.PathError{Op: argument, Path: path, Err: err}
		}
	}
	return nil
}
