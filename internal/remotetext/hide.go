package remotetext

import (
	"encoding/base64"
	"net/url"
	"os"
	"strings"
)

// HideLogin hides a password, and its user with it as basic authentication
// sends them. The user alone is no secret.
func HideLogin(user, password string) {
	if password != "" {
		Hide(password, user+":"+password)
		Hide(base64.StdEncoding.EncodeToString([]byte(user + ":" + password)))
	}
}

// HideHeader hides the value of a header that is a secret: all of it, what
// follows the scheme ("Bearer …"), the login of "Basic …", and each value of a
// cookie.
func HideHeader(value string) {
	Hide(value)
	scheme, rest, found := strings.Cut(strings.TrimSpace(value), " ")
	if !found || strings.Contains(scheme, "=") {
		rest = value
	} else if strings.EqualFold(scheme, "basic") {
		if login, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rest)); err == nil {
			user, password, _ := strings.Cut(string(login), ":")
			HideLogin(user, password)
		}
	}
	Hide(rest)
	for part := range strings.FieldsFuncSeq(rest, func(r rune) bool { return strings.ContainsRune(" ,;", r) }) {
		hideLong(part)
		if _, after, found := strings.Cut(part, "="); found {
			hideLong(strings.Trim(after, `"'`))
		}
	}
}

// HideURL hides what may be secret in an address: user and password, the
// values of its query, the fragment, and of its path the whole and each long
// part, as a webhook has them. Of an address that does not parse all is hidden
// but the scheme.
func HideURL(address string) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		_, rest, found := strings.Cut(address, "://")
		if !found {
			rest = address
		}
		Hide(rest)
		hideUser(rest)
		return
	}
	HideUser(u.User)
	hideLong(u.EscapedPath())
	hideLong(u.RawQuery)
	hideLong(u.Fragment)
	for part := range strings.SplitSeq(u.EscapedPath(), "/") {
		if len(part) >= partLength {
			Hide(part)
		}
	}
	for _, values := range u.Query() {
		for _, value := range values {
			hideLong(value)
		}
	}
}

// proxies are the environment variables that have addresses of proxies, in the
// two spellings in which they are read.
var proxies = []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}

// HideEnvironment hides what the environment has that is secret and is read by
// others than us: the logins of proxies, and what lets this machine ask for
// credentials of its own.
func HideEnvironment() {
	for _, name := range proxies {
		address := os.Getenv(name)
		if !strings.Contains(address, "@") {
			continue // the address of a proxy alone is what errors need
		}
		if !strings.Contains(address, "://") {
			address = "http://" + address
		}
		HideURL(address)
	}
	for _, name := range []string{"AWS_CONTAINER_AUTHORIZATION_TOKEN", "IDENTITY_HEADER", "MSI_SECRET", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"} {
		Hide(os.Getenv(name))
	}
}

// HideUser hides the password of a URL, or the user when it has none: then it
// is often a token.
func HideUser(user *url.Userinfo) {
	if user == nil {
		return
	}
	if password, has := user.Password(); has && password != "" {
		HideLogin(user.Username(), password)
		return
	}
	hideLong(user.Username())
}

// hideUser hides the login of an address that does not parse.
func hideUser(rest string) {
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		user, password, found := strings.Cut(rest[:at], ":")
		if !found {
			hideLong(user)
		}
		HideLogin(user, password)
	}
}

// hideLong hides what is long enough for a secret: the short parts of an
// address are words such as "api", which messages need.
func hideLong(text string) {
	if len(text) >= gram {
		Hide(text)
	}
}
