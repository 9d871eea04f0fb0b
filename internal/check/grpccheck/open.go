package grpccheck

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "grpccheck"

// ErrConfig reports arguments that make no check.
var ErrConfig = pkg.New("invalid argument")

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Asks a gRPC server for its health, by the protocol `grpc.health.v1`. `SERVING` passes. The server is called over TLS.",
		Attributes: httpclient.With(block.TryAttributes(defaultTimeout), map[string]schema.Attribute{
			"address":   schema.StringAttribute{Required: true, MarkdownDescription: "Host and port: `green.internal:443`."},
			"service":   schema.StringAttribute{Optional: true, MarkdownDescription: "The service whose health is asked for. Default: that of the whole server."},
			"authority": schema.StringAttribute{Optional: true, MarkdownDescription: "The name to call the server by (`:authority`), as behind a load balancer that goes by it. Default: `address`."},
			"plaintext": schema.BoolAttribute{Optional: true, MarkdownDescription: "Call the server without TLS. Default: `false`."},
			"tls":       httpclient.TLSAttribute("How the server is known, and how it knows us."),
			"metadata": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Metadata to send. It is in plan and state; give secrets by `metadata_env`.",
			},
			"metadata_env": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Metadata whose values are secret: from its key to the name of the environment variable that has its " +
					"value where Terraform runs.",
			},
		}),
	}
}

type config struct {
	block.TryArguments
	Address     types.String      `tfsdk:"address"`
	Service     types.String      `tfsdk:"service"`
	Authority   types.String      `tfsdk:"authority"`
	Plaintext   types.Bool        `tfsdk:"plaintext"`
	TLS         *httpclient.TLS   `tfsdk:"tls"`
	Metadata    map[string]string `tfsdk:"metadata"`
	MetadataEnv map[string]string `tfsdk:"metadata_env"`
}

func open(ctx context.Context, _ *session.Sessions, c config) (check.Check, error) {
	g := &grpcCheck{address: c.Address.ValueString(), service: c.Service.ValueString(), authority: c.Authority.ValueString(), metadata: metadata.New(c.Metadata)}
	g.tries.Each, g.tries.Retries, g.tries.Backoff = c.Tries(defaultTimeout)
	if err := httpclient.ValidateAddress("address", g.address); err != nil {
		return nil, err
	}
	for key, value := range c.Metadata {
		httpclient.HideCredential(key, value)
	}
	for key, variable := range c.MetadataEnv {
		secret := os.Getenv(variable)
		if secret == "" {
			return nil, &block.AttributeError{
				Path: path.Root("metadata_env").AtMapKey(key), Summary: "Environment Variable Not Set",
				Err: fmt.Errorf("%w: %s is not set, or empty, where Terraform runs", block.ErrUnset, variable),
			}
		}
		g.metadata.Set(key, secret)
		remotetext.HideHeader(secret)
	}
	var err error
	g.credentials, err = c.credentials(ctx)
	return g, errors.Join(err, validateKeys("metadata", c.Metadata), validateKeys("metadata_env", c.MetadataEnv))
}

func (c config) credentials(ctx context.Context) (credentials.TransportCredentials, error) {
	if !c.Plaintext.ValueBool() {
		config, err := c.TLS.Config(ctx)
		return credentials.NewTLS(config), err
	}
	if c.TLS != nil {
		return nil, &block.AttributeError{
			Path: path.Root("plaintext"), Summary: "Plaintext With TLS",
			Err: fmt.Errorf("%w: give tls or plaintext, not both", ErrConfig),
		}
	}
	return insecure.NewCredentials(), nil
}

// keyBytes are what a key of metadata is of.
const keyBytes = "abcdefghijklmnopqrstuvwxyz0123456789_-."

// validateKeys refuses keys that gRPC cannot send, or keeps for itself:
// https://grpc.io/docs/guides/metadata/
func validateKeys(name string, values map[string]string) error {
	for key := range values {
		lower := strings.ToLower(key)
		if key == "" || strings.Trim(lower, keyBytes) != "" || strings.HasPrefix(lower, "grpc-") {
			return &block.AttributeError{
				Path: path.Root(name).AtMapKey(key), Summary: "Not A Metadata Key",
				Err: fmt.Errorf("%w: %q is not of letters, digits and _-. alone, or begins with grpc-", ErrConfig, key),
			}
		}
	}
	return nil
}
