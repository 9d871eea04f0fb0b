package haproxy

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
)

// errName reports a name that cannot be sent to HAProxy as it is.
var errName = errors.New("haproxy: not a valid name")

// name is what HAProxy allows in the names of backends and servers, which is
// why none can end a command or begin another.
var name = regexp.MustCompile(`^[A-Za-z0-9_.:-]+$`)

// word is one word of a command: printable, without blanks, and without what
// the command line gives a meaning to (";" ends a command, "\" escapes, quotes
// may do in versions to come).
var word = regexp.MustCompile(`^[A-Za-z0-9!#$%&()*+,./:<=>?@\[\]^_{|}~-]+$`)

func checkName(what, s string) error {
	if !name.MatchString(s) {
		return fmt.Errorf("%w: the %s %q: letters, digits and - _ . : are allowed", errName, what, s)
	}
	return nil
}

// checkWord fails unless s can be a map or a key in a command. A leading # or @
// would mean a number or a version there, and "<<" more lines to come.
func checkWord(what, s string) error {
	if !word.MatchString(s) || strings.ContainsAny(s[:1], "#@") || strings.Contains(s, "<<") {
		return fmt.Errorf("%w: the %s %q: no blanks, quotes, \\, ; or <<, no characters beyond ASCII, and no leading # or @", errName, what, s)
	}
	return nil
}

// splitServer cuts "backend/server".
func splitServer(s string) (backend, server string, err error) {
	backend, server, ok := strings.Cut(s, "/")
	if !ok {
		return "", "", fmt.Errorf("%w: the server %q: write \"backend/server\"", errName, s)
	}
	return backend, server, errors.Join(checkName("backend", backend), checkName("server", server))
}

// unixLimit is how long the path of a Unix socket may be on Linux.
const unixLimit = 107

// parseSocket reads a socket's address.
func parseSocket(s string) (socket, error) {
	scheme, address, _ := strings.Cut(s, "://")
	switch scheme {
	case "unix":
		if !filepath.IsAbs(address) || len(address) > unixLimit || strings.ContainsAny(address, "\x00,#") {
			return socket{}, fmt.Errorf("%w: the socket %q: the path must be absolute, without comma and #, and at most %d bytes long", errName, s, unixLimit)
		}
		return socket{name: s, network: "unix", address: address}, nil
	case "tcp":
		host, port, err := net.SplitHostPort(address)
		if err != nil || host == "" || port == "" || strings.ContainsAny(address, "/,#") {
			return socket{}, fmt.Errorf("%w: the socket %q: write \"tcp://host:port\"", errName, s)
		}
		return socket{name: s, network: "tcp", address: address}, nil
	default:
		return socket{}, fmt.Errorf("%w: the socket %q: write \"unix:///path\" or \"tcp://host:port\"", errName, s)
	}
}
