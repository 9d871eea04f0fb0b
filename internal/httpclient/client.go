package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"golang.org/x/net/http/httpguts"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "httpclient"

// maxBody is how much of an answer is read, in bytes. More is an error, since
// a part of an answer is not the answer.
const maxBody = 4 << 20

// maxHeaders is how much is read of an answer's headers, in bytes.
const maxHeaders = 256 << 10

var (
	// ErrConfig reports arguments that make no client.
	ErrConfig = pkg.New("invalid argument")
	// ErrRedirect reports an answer that points elsewhere. It is not followed:
	// it may lead to a login page that answers 200.
	ErrRedirect = errors.New("the answer is a redirect, which is not followed")
	// ErrTooLong reports an answer that is longer than what is read of one.
	ErrTooLong = errors.New("the answer is too long")
)

// Client sends requests that carry the same headers.
type Client struct {
	http      *http.Client
	transport *http.Transport
	sent      *withHeaders
	// SecretPath is set when the path of an address is a secret, as that of a
	// webhook: errors then name the host alone.
	SecretPath bool
}

// New returns a client. TLS may be nil. Headers come from values, and from the
// environment variables that fromEnv names. The error wraps ErrConfig or
// block.ErrUnset.
func New(ctx context.Context, t *TLS, headers, fromEnv map[string]string) (*Client, error) {
	remotetext.HideEnvironment() // whose proxies are used
	config, err := t.Config(ctx)
	if err != nil {
		return nil, err
	}
	all := http.Header{}
	for name, value := range headers {
		if err := ValidateHeader(path.Root("headers").AtMapKey(name), name, value); err != nil {
			return nil, err
		}
		HideCredential(name, value)
		all.Set(name, value)
	}
	for name, variable := range fromEnv {
		value := os.Getenv(variable)
		if value == "" {
			return nil, &block.AttributeError{
				Path: path.Root("headers_env").AtMapKey(name), Summary: "Environment Variable Not Set",
				Err: fmt.Errorf("%w: %s is not set, or empty, where Terraform runs", block.ErrUnset, variable),
			}
		}
		remotetext.HideHeader(value)
		if err := ValidateHeader(path.Root("headers_env").AtMapKey(name), name, value); err != nil {
			return nil, err
		}
		all.Set(name, value)
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: maxHeaders,
	}
	sent := &withHeaders{next: transport, headers: all}
	return &Client{transport: transport, sent: sent, http: &http.Client{
		Transport:     sent,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// credentialNames are parts of the names of headers whose values are secrets,
// wherever they come from: the arguments that are no headers end up here too.
var credentialNames = []string{"authorization", "cookie", "token", "key", "secret", "pass", "auth", "session", "credential", "signature", "jwt"}

// HideCredential hides the value of a header, or of what is like one, whose name
// says that it is a secret.
func HideCredential(name, value string) {
	if isCredential(name) {
		remotetext.HideHeader(value)
	}
}

func isCredential(name string) bool {
	return slices.ContainsFunc(credentialNames, func(part string) bool { return strings.Contains(strings.ToLower(name), part) })
}

// Spread has requests that are under way at the same time use connections of
// their own, by HTTP/1.1: behind what balances connections, all those of
// HTTP/2 would reach one instance. It is called before the first request.
func (c *Client) Spread() {
	c.transport.Protocols = new(http.Protocols)
	c.transport.Protocols.SetHTTP1(true)
}

// Authorize has each request pass through authorize once it has all its
// headers, as for a signature over them. It is called before the first request.
func (c *Client) Authorize(authorize func(*http.Request) error) { c.sent.authorize = authorize }

// Plain2 has requests without TLS use HTTP/2 from the beginning (h2c), for
// servers that speak nothing else. It is called before the first request.
func (c *Client) Plain2() {
	c.transport.Protocols = new(http.Protocols)
	c.transport.Protocols.SetUnencryptedHTTP2(true)
}

// ValidateHeader returns an *block.AttributeError at a path unless HTTP can
// carry a header: else requests would fail, and a metric's only once traffic
// has moved. The error does not show the value, which may be a secret.
func ValidateHeader(at path.Path, name, value string) error {
	var why string
	switch {
	case !httpguts.ValidHeaderFieldName(name):
		why = "is not the name of a header"
	case !httpguts.ValidHeaderFieldValue(value):
		why = "has a value with a line break or another control character; of a file take trimspace(file(…))"
	default:
		return nil
	}
	return &block.AttributeError{Path: at, Summary: "Not A Header", Err: fmt.Errorf("%w: %q %s", ErrConfig, name, why)}
}

// withHeaders adds headers to every request.
type withHeaders struct {
	next      http.RoundTripper
	headers   http.Header
	authorize func(*http.Request) error // may be nil
	refused   func()                    // is called when that was not good enough; may be nil
}

// RoundTrip implements http.RoundTripper.
func (t *withHeaders) RoundTrip(req *http.Request) (*http.Response, error) {
	if len(t.headers) == 0 && t.authorize == nil {
		return t.next.RoundTrip(req)
	}
	req = req.Clone(req.Context()) // A RoundTripper must not change its request.
	for name, values := range t.headers {
		req.Header[name] = values
	}
	if host := t.headers.Get("Host"); host != "" {
		req.Host = host
	}
	if t.authorize != nil {
		if err := t.authorize(req); err != nil {
			return nil, err
		}
	}
	resp, err := t.next.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusUnauthorized && t.refused != nil {
		t.refused()
	}
	return resp, err
}

// HTTP returns the client for libraries that want one: Guarded, with the bound
// of Do.
func (c *Client) HTTP() *http.Client { return Guarded(c.http, maxBody) }

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Took   time.Duration // until the whole body was there
}

// Do sends one request and reads the whole answer. Any status but a redirect
// is an answer. Errors name the host and the path, and nothing else of the URL.
func (c *Client) Do(ctx context.Context, method, address, body string, headers http.Header) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return Answer{}, fmt.Errorf("%s %s: %w", method, c.redacted(address), ErrConfig)
	}
	for name, values := range headers {
		req.Header[name] = values
	}
	answer, err := c.do(req)
	if err != nil {
		return answer, fmt.Errorf("%s %s: %w", method, c.redacted(address), remotetext.Error(err))
	}
	return answer, nil
}

func (c *Client) do(req *http.Request) (Answer, error) {
	began := time.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, Bare(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(BoundedBody(resp.Body, maxBody))
	answer := Answer{Status: resp.StatusCode, Header: resp.Header, Body: body, Took: time.Since(began)}
	switch {
	case err != nil:
		return answer, err
	case resp.StatusCode >= 300 && resp.StatusCode < 400 && resp.StatusCode != http.StatusNotModified:
		return answer, fmt.Errorf("%w (status %d)", ErrRedirect, resp.StatusCode)
	default:
		return answer, nil
	}
}

// Bare takes the URL out of an error: net/http puts it in whole.
func Bare(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func (c *Client) redacted(address string) string {
	if u, err := url.Parse(address); c.SecretPath && err == nil && u.Host != "" {
		return u.Scheme + "://" + u.Host
	}
	return Redacted(address)
}

// Redacted is an address that can be shown, without what may be secret in it: user, password,
// query and fragment.
func Redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "(an address that does not parse)"
	}
	return remotetext.Clean(u.Scheme + "://" + u.Host + u.EscapedPath())
}

// ValidateURL returns an *block.AttributeError on the named attribute unless
// address is a whole URL of HTTP without a user or password: Terraform would
// show them in plan and state. Instead names the arguments that are for them.
func ValidateURL(name, address, instead string) error {
	if err := validateSecretURL(name, address); err != nil {
		return err
	}
	if !HasUser(address) {
		return nil
	}
	remotetext.HideURL(address)
	return &block.AttributeError{
		Path: path.Root(name), Summary: "Password In URL",
		Err: fmt.Errorf("%w: %s has a user or a password, which plan and state would show; take them out of it, and give them by %s", ErrConfig, name, instead),
	}
}

// HasUser tells whether an address has a user or a password before its host,
// as far as can be told when it does not parse.
func HasUser(address string) bool {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.User != nil
	}
	_, rest, found := strings.Cut(address, "://")
	return found && strings.Contains(rest, "@")
}

// validateSecretURL is ValidateURL for an address that is a secret as a whole.
func validateSecretURL(name, address string) error {
	u, err := url.Parse(address)
	if err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		return validateQuery(name, u.RawQuery)
	}
	if HasUser(address) {
		remotetext.HideURL(address)
	}
	return &block.AttributeError{
		Path: path.Root(name), Summary: "Not A URL",
		Err: fmt.Errorf("%w: %s is a whole URL, such as https://green.internal/health", ErrConfig, name),
	}
}

// validateQuery refuses a space, which package net/url lets pass and no server
// does.
func validateQuery(name, query string) error {
	if !strings.Contains(query, " ") {
		return nil
	}
	return &block.AttributeError{
		Path: path.Root(name), Summary: "URL Not Encoded",
		Err: fmt.Errorf("%w: the query of %s has a space; encode its values with urlencode(…)", ErrConfig, name),
	}
}

// ValidateAddress returns an *block.AttributeError on the named attribute
// unless address is a host and a port.
func ValidateAddress(name, address string) error {
	host, port, err := net.SplitHostPort(address)
	n, numErr := strconv.ParseUint(port, 10, 16)
	if err == nil && host != "" && numErr == nil && n > 0 {
		return nil
	}
	return &block.AttributeError{
		Path: path.Root(name), Summary: "Not An Address",
		Err: fmt.Errorf("%w: %q is not a host and a port from 1 to 65535, such as green.internal:5432", ErrConfig, withoutUser(address)),
	}
}

// withoutUser is an address as it may be shown: what stands before an @ may be
// a password.
func withoutUser(address string) string {
	if at := strings.LastIndex(address, "@"); at >= 0 {
		remotetext.HideURL(address)
		address = "…" + address[at:]
	}
	return remotetext.Clean(address)
}
