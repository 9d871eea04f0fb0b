package httpclient

import (
	"errors"
	"io"
	"net/http"
)

// Guarded returns a client of which an API can neither fill the memory nor
// send the caller elsewhere: reading more than most bytes of an answer, as it
// is when it is unpacked, is ErrTooLong, and a redirect is ErrRedirect, since
// it would take credentials and bodies along. It is for libraries that want an
// http.Client of their own; client may be nil for net/http's own.
func Guarded(client *http.Client, most int64) *http.Client {
	guarded := http.Client{}
	if client != nil {
		guarded = *client
	}
	guarded.CheckRedirect = func(*http.Request, []*http.Request) error { return ErrRedirect }
	guarded.Transport = Bounded(guarded.Transport, most)
	return &guarded
}

// Bounded bounds what is read of answers: reading more than most bytes is
// ErrTooLong. Next may be nil for net/http's own.
func Bounded(next http.RoundTripper, most int64) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return bounded{next, most}
}

type bounded struct {
	next http.RoundTripper
	most int64
}

// RoundTrip implements http.RoundTripper.
func (t bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		resp.Body = BoundedBody(resp.Body, t.most)
	}
	return resp, err
}

// CloseIdleConnections lets http.Client reach that of the next.
func (t bounded) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// BoundedBody bounds one body as Bounded does. Nil stays nil.
func BoundedBody(body io.ReadCloser, most int64) io.ReadCloser {
	if body == nil {
		return nil
	}
	return &boundedBody{body, io.LimitedReader{R: body, N: most + 1}}
}

type boundedBody struct {
	io.Closer
	rest io.LimitedReader // one byte more than is allowed
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.rest.Read(p)
	if b.rest.N <= 0 {
		return max(n-1, 0), ErrTooLong
	}
	return n, err
}

// IsOurs tells whether err is of a Guarded client, so that another try does
// no better.
func IsOurs(err error) bool { return errors.Is(err, ErrTooLong) || errors.Is(err, ErrRedirect) }
