package awscloud

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

const (
	// answerLimit is how many bytes an answer may have, unpacked. A page of four
	// hundred rules has less than one of these megabytes.
	answerLimit = 8 << 20
	// tryWithin is how long one try of a call may take, its answer included.
	tryWithin = time.Minute
)

var (
	errRedirected = errors.New("the endpoint redirects to another address, which is not followed since it would be sent what was meant for AWS: " +
		"correct endpoints in the provider's aws block, or the proxy")
	errTooLong = fmt.Errorf("the answer is longer than %d MB, which no answer of AWS is: correct endpoints in the provider's aws block, or the proxy",
		answerLimit>>20)
)

// bounded is a client like c, which follows no redirection, and reads no answer
// that is too long. One that is not the SDK's own stays as it is.
func bounded(c aws.HTTPClient) aws.HTTPClient {
	built, ok := c.(*awshttp.BuildableClient)
	if !ok {
		return c
	}
	return &http.Client{Transport: boundedTransport{built.GetTransport()}, Timeout: tryWithin}
}

type boundedTransport struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if status := response.StatusCode; status >= http.StatusMultipleChoices && status < http.StatusBadRequest {
		_ = response.Body.Close() // nothing of it is of use
		return nil, errRedirected
	}
	response.Body = &boundedBody{response.Body, answerLimit}
	return response, nil
}

// boundedBody is a body that fails after left bytes.
type boundedBody struct {
	io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left+1)])
	if b.left -= int64(n); b.left < 0 {
		return n, errTooLong
	}
	return n, err
}
