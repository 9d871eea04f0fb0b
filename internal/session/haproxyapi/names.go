package haproxyapi

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
)

// ErrName reports a name that cannot be sent to HAProxy as it is.
var ErrName = pkg.New("not a valid name")

// name is what HAProxy allows in the names of backends and servers, which is
// why none can end a command or begin another.
var name = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,512}$`)

// word is one word of a command: printable, without blanks, and without what
// the command line gives a meaning to (";" ends a command, "\" escapes, quotes
// may do in versions to come).
var word = regexp.MustCompile(`^[A-Za-z0-9!#$%&()*+,./:<=>?@\[\]^_{|}~-]+$`)

// CheckName fails with ErrName unless s can be the name of a backend or a
// server. What says which, for the message.
func CheckName(what, s string) error {
	if !name.MatchString(s) {
		return fmt.Errorf("%w: the %s %q: letters, digits and - _ . : are allowed", ErrName, what, s)
	}
	return nil
}

// CheckWord fails with ErrName unless s can be a map or a key in a command. A leading # or @
// would mean a number or a version there, and "<<" more lines to come.
func CheckWord(what, s string) error {
	if !word.MatchString(s) || strings.ContainsAny(s[:1], "#@") || strings.Contains(s, "<<") {
		return fmt.Errorf("%w: the %s %q: no blanks, quotes, \\, ; or <<, no characters beyond ASCII, and no leading # or @", ErrName, what, s)
	}
	return nil
}

// SplitServer cuts "backend/server". It fails with ErrName.
func SplitServer(s string) (backend, server string, err error) {
	backend, server, ok := strings.Cut(s, "/")
	if !ok {
		return "", "", fmt.Errorf("%w: the server %q: write \"backend/server\"", ErrName, s)
	}
	return backend, server, errors.Join(CheckName("backend", backend), CheckName("server", server))
}

// unixLimit is how long the path of a Unix socket may be on Linux.
const unixLimit = 107

// ParseSocket reads a socket's address: "unix:///path" or "tcp://host:port". It
// fails with ErrName.
func ParseSocket(s string) (Socket, error) {
	scheme, address, _ := strings.Cut(s, "://")
	switch scheme {
	case "unix":
		if !filepath.IsAbs(address) || len(address) > unixLimit || strings.ContainsAny(address, "\x00,#") {
			return Socket{}, fmt.Errorf("%w: the socket %q: the path must be absolute, without comma and #, and at most %d bytes long", ErrName, s, unixLimit)
		}
		return Socket{Name: s, Network: "unix", Address: filepath.Clean(address)}, nil
	case "tcp":
		host, port, err := net.SplitHostPort(address)
		if err != nil || host == "" || port == "" || strings.ContainsAny(address, "/,#") {
			return Socket{}, fmt.Errorf("%w: the socket %q: write \"tcp://host:port\"", ErrName, s)
		}
		return Socket{Name: s, Network: "tcp", Address: address}, nil
	default:
		return Socket{}, fmt.Errorf("%w: the socket %q: write \"unix:///path\" or \"tcp://host:port\"", ErrName, s)
	}
}
