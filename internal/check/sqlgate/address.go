package sqlgate

import (
	"errors"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// schemes are those of addresses that say which driver they are for, as the
// libraries and tools of several languages write them. What follows a plus
// (postgresql+psycopg2) names a library and is none of ours; before them may
// stand jdbc.
var schemes = map[string]string{
	"postgres": driverPostgres, "postgresql": driverPostgres, "pgx": driverPostgres, "pgx4": driverPostgres, "pgx5": driverPostgres, "postgis": driverPostgres,
	"mysql": driverMySQL, "mariadb": driverMySQL, "mysql2": driverMySQL, "trilogy": driverMySQL,
}

// schemeOf matches what an address begins with when it has a scheme. A password
// before :// is none: it follows a colon.
var schemeOf = regexp.MustCompile(`^(?i)((?:jdbc:(?:[a-z0-9+.-]+:)*)?[a-z][a-z0-9+.-]*)://`)

// located is an address, its scheme told apart.
type located struct {
	scheme string // as it was written; empty when there is none
	driver string // that the scheme is for; empty when it is not known
	rest   string // what follows the scheme
}

func locate(dsn string) located {
	found := schemeOf.FindStringSubmatch(dsn)
	if found == nil {
		return located{rest: dsn}
	}
	base, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(found[1]), "jdbc:"), "+")
	return located{scheme: found[1], driver: schemes[base], rest: dsn[len(found[0]):]}
}

// misplaced tells whether an @ stands behind where an address has its user: then
// what the driver takes for a host, a database or a parameter is part of a
// password.
func (l located) misplaced() bool {
	if l.driver == driverPostgres {
		_, server := cutUser(l.rest)
		path, _, _ := strings.Cut(server, "?")
		return strings.Contains(path, "@")
	}
	if l.ofDriver() {
		return false
	}
	authority, rest := l.rest, ""
	if at := strings.IndexAny(l.rest, "/?#"); at >= 0 {
		authority, rest = l.rest[:at], l.rest[at:]
	}
	path, query, _ := strings.Cut(rest, "?")
	name, _, _ := strings.Cut(query, "=")
	return strings.Contains(path, "@") || strings.Contains(name, "@") || strings.Contains(query, "#") ||
		!strings.Contains(authority, "@") && strings.Contains(query, "@") && !strings.Contains(query, "user=")
}

// ofDriver tells whether what follows the scheme is in the form of MySQL's Go
// driver, as golang-migrate has it: user:password@tcp(host:3306)/shop.
func (l located) ofDriver() bool {
	return l.scheme == "" || strings.Contains(l.rest, "@tcp(") || strings.Contains(l.rest, "@unix(") || strings.HasPrefix(l.rest, "tcp(") || strings.HasPrefix(l.rest, "unix(")
}

// addressError says nothing of what was seen: it may be a password.
func addressError(example string) error {
	return invalid("dsn", "Database Address Not Valid", "the address does not parse; it is like %s, special characters in user and password written as %%XX", example)
}

// fileError is about a file that an address names, when that is what err is
// about; nil otherwise. It does not show the file, but how it could not be read.
func fileError(err error, dsn string) error {
	var file *fs.PathError
	if !errors.As(err, &file) {
		return nil
	}
	argument := "a file that the address names"
	if _, ours := fileArguments[file.Op]; ours {
		return invalid("dsn", "File Of The Database Address Not Read", "cannot read the file of %s: %s", file.Op, file.Err)
	}
	for _, name := range []string{"sslrootcert", "sslcert", "sslkey", "passfile", "servicefile"} {
		if strings.Contains(dsn, name+"=") && (strings.Contains(dsn, file.Path) || strings.Contains(dsn, url.QueryEscape(file.Path))) {
			argument = "the file of " + name
			break
		}
	}
	return invalid("dsn", "File Of The Database Address Not Read", "cannot read %s: %s", argument, file.Err)
}

// parameterError is about one parameter of an address.
func parameterError(name, cure string) error {
	return invalid("dsn", "Parameter Of The Database Address", "the parameter %s of the address is not understood here; %s", remotetext.CleanTo(name, 60), cure)
}

// passwordArgument finds the password of an address that is words, as libpq
// takes it, or that has it among its parameters.
var passwordArgument = regexp.MustCompile(`(?i)(?:password|passwd|pwd)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&]+)`)

// hideAddress has no message show what is secret in an address, whatever form
// it has, and whether it parses. Where a password has characters that mean
// something, drivers take parts of it for a host or a database, and quote them.
func hideAddress(dsn string) {
	if u, err := url.Parse(dsn); err == nil {
		remotetext.HideUser(u.User) // names of parameters and of hosts are no secrets, and errors need them
	} else {
		remotetext.HideURL(dsn)
	}
	for _, found := range passwordArgument.FindAllStringSubmatch(dsn, -1) {
		hideDecoded(strings.Trim(found[1], "'"))
	}
	rest := locate(dsn).rest
	at := strings.LastIndex(rest, "@")
	if at < 0 {
		return
	}
	user, password, _ := strings.Cut(rest[:at], ":")
	remotetext.HideLogin(user, password)
	hideDecoded(password)
	for part := range strings.FieldsFuncSeq(password, func(r rune) bool { return strings.ContainsRune(":@/?#[]&=", r) }) {
		hideDecoded(part)
	}
}

// hideDecoded hides a password in each spelling that decoding gives.
func hideDecoded(password string) {
	remotetext.Hide(password)
	if plain, err := url.PathUnescape(password); err == nil {
		remotetext.Hide(plain)
	}
	if plain, err := url.QueryUnescape(password); err == nil {
		remotetext.Hide(plain)
	}
}

// addressParts takes the parts of an address out of errors: drivers and servers
// quote them, and which is a password is not always as it was meant.
type addressParts struct{ parts []string }

// ordinary are words of addresses that tell nothing, and that messages need.
var ordinary = []string{"postgres", "postgresql", "mysql", "mariadb", "tcp", "unix", "jdbc", "true", "false", "require", "disable", "prefer", "verify-full", "verify-ca", "the", "and", "for"}

func partsOf(dsn string) addressParts {
	var a addressParts
	add := func(part string) {
		if len(part) >= 3 && !slices.Contains(ordinary, strings.ToLower(part)) {
			a.parts = append(a.parts, part)
		}
	}
	for part := range strings.FieldsFuncSeq(dsn, func(r rune) bool { return strings.ContainsRune(":/?#[]@&=()',\" \t\n", r) }) {
		add(part)
		if plain, err := url.PathUnescape(part); err == nil && plain != part {
			add(plain)
		}
	}
	// The longest first: one part may be within another.
	slices.SortFunc(a.parts, func(x, y string) int { return len(y) - len(x) })
	return a
}

// scrubbedError is an error that shows no part of an address.
type scrubbedError struct {
	text string
	err  error
}

// Error implements error.
func (e *scrubbedError) Error() string { return e.text }

// Unwrap returns the error as it came.
func (e *scrubbedError) Unwrap() error { return e.err }

func (a addressParts) scrub(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, part := range a.parts {
		text = replaceWord(text, part)
	}
	if text == err.Error() {
		return err
	}
	return &scrubbedError{text, err}
}

// replaceWord replaces a part of an address where it is no piece of a longer
// word.
func replaceWord(text, part string) string {
	var out strings.Builder
	for {
		at := strings.Index(text, part)
		if at < 0 {
			return out.String() + text
		}
		end := at + len(part)
		if at > 0 && isWord(text[at-1]) && isWord(part[0]) || end < len(text) && isWord(text[end]) && isWord(part[len(part)-1]) {
			out.WriteString(text[:end])
		} else {
			out.WriteString(text[:at] + "(address)")
		}
		text = text[end:]
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
