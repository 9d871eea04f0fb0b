package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
)

// errRetried says that the transport sent a request again because its connection had gone away. A
// client that does not do so would have lost the request, so it counts as a failure.
var errRetried = errors.New("the connection was lost and the request sent again")

// ask makes one request and counts what became of it.
func (l *Load) ask(ctx context.Context) {
	start := time.Now()
	status, color, err := l.roundTrip(ctx)
	l.tally.count(outcome{status: status, color: color, err: err, took: time.Since(start)})
}

func (l *Load) roundTrip(ctx context.Context) (status int, color string, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.opts.Timeout)
	defer cancel()
	var connections atomic.Int32
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connections.Add(1) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.opts.URL, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	for name, values := range l.opts.Header {
		req.Header[name] = values
	}
	resp, err := l.transport.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	err = errors.Join(err, resp.Body.Close())
	switch {
	case err != nil:
	case connections.Load() > 1:
		err = errRetried
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		err = fmt.Errorf("status %d", resp.StatusCode)
	}
	return resp.StatusCode, resp.Header.Get(app.ColorHeader), err
}
