// Package tcpcheck is the check that opens a connection.
package tcpcheck

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

const defaultTimeout = 5 * time.Second

// Kind returns the kind tcp.
func Kind() block.Kind[check.Check] { return block.New("tcp", attribute(), open) }

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Opens a connection, and closes it again.",
		Attributes: httpclient.With(block.TryAttributes(defaultTimeout), map[string]schema.Attribute{
			"address": schema.StringAttribute{Required: true, MarkdownDescription: "Host and port: `green.internal:5432`, `[::1]:5432`."},
			"tls":     httpclient.TLSAttribute("Given, even as `{}`, the check also shakes hands over TLS, and the other side's certificate must be good."),
		}),
	}
}

type config struct {
	block.TryArguments
	Address types.String    `tfsdk:"address"`
	TLS     *httpclient.TLS `tfsdk:"tls"`
}

// dialer opens a connection; those of net and crypto/tls do.
type dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

type tcpCheck struct {
	dialer  dialer
	address string
	tries   check.Tries
}

func open(ctx context.Context, _ *session.Sessions, c config) (check.Check, error) {
	t := &tcpCheck{dialer: &net.Dialer{}, address: c.Address.ValueString()}
	t.tries.Each, t.tries.Retries, t.tries.Backoff = c.Tries(defaultTimeout)
	if err := httpclient.ValidateAddress("address", t.address); err != nil {
		return nil, err
	}
	if c.TLS == nil {
		return t, nil
	}
	config, err := c.TLS.Config(ctx)
	if err != nil {
		return nil, err
	}
	t.dialer = &tls.Dialer{Config: config}
	return t, nil
}

// Limit implements check.Check.
func (t *tcpCheck) Limit() time.Duration { return t.tries.Limit() }

// Run implements check.Check.
func (t *tcpCheck) Run(ctx context.Context, _ check.Subject) error {
	return t.tries.Do(ctx, func(ctx context.Context) error {
		conn, err := t.dialer.DialContext(ctx, "tcp", t.address)
		if err != nil {
			return fmt.Errorf("%s: %w", t.address, remotetext.Error(err))
		}
		_ = conn.Close() // it was opened, which is all that was asked
		return nil
	})
}
