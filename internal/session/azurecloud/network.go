package azurecloud

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// maxAnswer is the most bytes of one answer that are read, unpacked. A profile
// with the 200 endpoints that it may have takes a tenth of that.
const maxAnswer = 4 << 20

// errTooLong reports an answer that is longer than any of Azure.
var errTooLong = fmt.Errorf("the answer is longer than %d MB, which none of Azure is: check what azure.endpoint and the proxy lead to", maxAnswer>>20)

// errRedirected reports a redirection away from who was asked.
var errRedirected = errors.New("not followed: Azure does not redirect; check what azure.endpoint and the proxy lead to")

// network is how Azure is reached. It reads no more of an answer than there can
// be, and stays with whom it was told to ask: a redirection would take a token
// and a change elsewhere.
func network() policy.Transporter {
	return bounded{&http.Client{CheckRedirect: sameHost}}
}

// sameHost refuses redirections to another host, port or scheme.
func sameHost(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return final{fmt.Errorf("redirected from %s to another host, %q: %w", first.Host, next.URL.Host, errRedirected)}
	}
	if len(via) > 3 {
		return final{fmt.Errorf("redirected again and again: %w", errRedirected)}
	}
	return nil
}

// bounded limits what is read of answers.
type bounded struct{ policy.Transporter }

// Do implements policy.Transporter.
func (b bounded) Do(request *http.Request) (*http.Response, error) {
	response, err := b.Transporter.Do(request)
	if err == nil && response.Body != nil {
		response.Body = &limited{ReadCloser: response.Body, left: maxAnswer}
	}
	return response, err
}

// limited is a body that fails when it is longer than it may be.
type limited struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (l *limited) Read(into []byte) (int, error) {
	n, err := l.ReadCloser.Read(into)
	if l.left -= n; l.left < 0 {
		return n, final{errTooLong}
	}
	return n, err
}
