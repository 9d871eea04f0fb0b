package session

import (
	"errors"
	"net/url"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// Endpoint parses the address of an API that a block names instead of the
// cloud's own: a whole URL without a user or a password, which no cloud takes
// and every message would show. The error never shows the address.
func Endpoint(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "?")
	if strings.Contains(host, "@") { // whether or not it parses
		remotetext.HideURL(address)
		return nil, errors.New("it has a user or a password, which logs and messages would show: " +
			"take them out; credentials have arguments of their own in this block")
	}
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("not a URL such as https://api.internal")
	}
	return u, nil
}
