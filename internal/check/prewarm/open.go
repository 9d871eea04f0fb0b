package prewarm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// The defaults.
const (
	defaultRequests    = 100
	defaultConcurrency = 10
	defaultTimeout     = 10 * time.Second
)

// ErrConfig reports arguments that go together badly.
var ErrConfig = pkg.New("invalid argument")

type config struct {
	URLs            []string            `tfsdk:"urls"`
	Requests        types.Int64         `tfsdk:"requests"`
	Concurrency     types.Int64         `tfsdk:"concurrency"`
	Rate            types.Float64       `tfsdk:"rate"`
	Timeout         block.DurationValue `tfsdk:"timeout"`
	MaxErrorPercent types.Float64       `tfsdk:"max_error_percent"`
	Headers         map[string]string   `tfsdk:"headers"`
	HeadersEnv      map[string]string   `tfsdk:"headers_env"`
	TLS             *httpclient.TLS     `tfsdk:"tls"`
}

func open(ctx context.Context, _ *session.Sessions, c config) (check.Check, error) {
	if err := validateURLs(c.URLs); err != nil {
		return nil, err
	}
	if !c.Rate.IsNull() && !c.Concurrency.IsNull() {
		return nil, &block.AttributeError{
			Path: path.Root("rate"), Summary: "Rate And Concurrency",
			Err: fmt.Errorf("%w: give rate or concurrency, not both: at a rate, requests do not wait for each other", ErrConfig),
		}
	}
	client, err := httpclient.New(ctx, c.TLS, c.Headers, c.HeadersEnv)
	if err != nil {
		return nil, err
	}
	client.Spread() // all instances are to be warm, not the one that a connection reached
	p := &prewarm{
		send: get(client), urls: c.URLs, requests: intOf(c.Requests, defaultRequests),
		rate: c.Rate.ValueFloat64(), timeout: block.Duration(c.Timeout, defaultTimeout),
	}
	if c.Rate.IsNull() {
		p.concurrency = intOf(c.Concurrency, defaultConcurrency)
	}
	p.allowed = int(math.Floor(c.MaxErrorPercent.ValueFloat64()*float64(p.requests)/100 + 1e-9)) // 29 % of 100 are 29
	return p, nil
}

func validateURLs(urls []string) error {
	for i, address := range urls {
		err := httpclient.ValidateURL("urls", address, "headers_env")
		var attribute *block.AttributeError
		if errors.As(err, &attribute) {
			attribute.Path = attribute.Path.AtListIndex(i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func intOf(v types.Int64, otherwise int) int {
	if v.IsNull() {
		return otherwise
	}
	return int(v.ValueInt64())
}
