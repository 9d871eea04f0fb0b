package awscloud

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// userAgent tells AWS, and whoever reads CloudTrail, who called.
const userAgent = "terraform-provider-bluegreen"

// answerWithin is how long a call may wait for the first byte of its answer
// before it is tried again. Calls of Elastic Load Balancing take well below a
// second; one that takes this long has lost its answer.
const answerWithin = 30 * time.Second

// connectWithin is how long a call may wait for its connection before it is
// tried again.
const connectWithin = 10 * time.Second

// load makes the SDK's configuration of the block. It calls nobody.
func load(ctx context.Context, s settings) (aws.Config, error) {
	options, err := s.options(ctx)
	if err != nil {
		return aws.Config{}, err
	}
	// The SDK reads files that the environment names, whatever they are.
	cfg, err := localfile.Within(ctx, func() (aws.Config, error) { return config.LoadDefaultConfig(ctx, options...) }, nil)
	if err != nil {
		return aws.Config{}, loadError(err)
	}
	cfg.HTTPClient = bounded(cfg.HTTPClient)
	// After loading, so that the instance's metadata service, which is asked
	// for credentials last of all, keeps the SDK's few and quick tries.
	cfg.Retryer = retryers(s.retries(cfg))
	// A limit here would be put around our own, and count throttled calls too.
	cfg.RetryMaxAttempts = 0
	if err := assumeRoles(&cfg, s); err != nil {
		return aws.Config{}, err
	}
	cfg.Credentials = explainCredentials(cfg.Credentials)
	return cfg, nil
}

func (s settings) options(ctx context.Context) ([]func(*config.LoadOptions) error, error) {
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	options := []func(*config.LoadOptions) error{
		config.WithRegion(aws.ToString(s.Region)),
		config.WithSharedConfigProfile(aws.ToString(s.Profile)),
		config.WithHTTPClient(client),
		config.WithLogger(logging.Nop{}),
		config.WithAPIOptions([]func(*stack) error{middleware.AddUserAgentKey(userAgent)}),
	}
	if len(s.SharedConfigFiles) > 0 {
		options = append(options, config.WithSharedConfigFiles(expandAll(s.SharedConfigFiles)))
	}
	if len(s.SharedCredentialsFiles) > 0 {
		options = append(options, config.WithSharedCredentialsFiles(expandAll(s.SharedCredentialsFiles)))
	}
	if aws.ToBool(s.UseFIPSEndpoint) {
		options = append(options, config.WithUseFIPSEndpoint(aws.FIPSEndpointStateEnabled))
	}
	if aws.ToBool(s.UseDualStackEndpoint) {
		options = append(options, config.WithUseDualStackEndpoint(aws.DualStackEndpointStateEnabled))
	}
	return s.secretOptions(ctx, options)
}

// secretOptions adds what the options read from files or keep secret.
func (s settings) secretOptions(ctx context.Context, options []func(*config.LoadOptions) error) ([]func(*config.LoadOptions) error, error) {
	if (s.AccessKey == nil) != (s.SecretKey == nil) {
		return nil, configError("access_key", fmt.Errorf("access_key and secret_key go together: give both, or neither"))
	}
	if s.AccessKey != nil {
		remotetext.Hide(*s.SecretKey, aws.ToString(s.Token))
		static := credentials.NewStaticCredentialsProvider(*s.AccessKey, *s.SecretKey, aws.ToString(s.Token))
		options = append(options, config.WithCredentialsProvider(static))
	}
	if s.CustomCABundle != nil {
		bundle, err := localfile.Read(ctx, *s.CustomCABundle, localfile.Small)
		if err == nil && !x509.NewCertPool().AppendCertsFromPEM(bundle) {
			err = fmt.Errorf("%s has no certificate in PEM", *s.CustomCABundle)
		}
		if err != nil {
			return nil, configError("custom_ca_bundle", err)
		}
		options = append(options, config.WithCustomCABundle(strings.NewReader(string(bundle))))
	}
	return options, nil
}

// client returns the HTTP client of all calls.
func (s settings) client() (*awshttp.BuildableClient, error) {
	var proxy *url.URL
	if s.HTTPProxy != nil {
		u, err := url.Parse(*s.HTTPProxy)
		if err != nil || u.Host == "" {
			// The URL may hold a password, and is not shown.
			return nil, configError("http_proxy", fmt.Errorf("not a URL such as http://proxy.internal:3128"))
		}
		remotetext.HideURL(*s.HTTPProxy)
		proxy = u
	}
	client := awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) { d.Timeout = connectWithin })
	return client.WithTransportOptions(func(t *http.Transport) {
		t.ResponseHeaderTimeout = answerWithin
		if proxy != nil {
			t.Proxy = func(r *http.Request) (*url.URL, error) {
				if isNear(r.URL.Hostname()) {
					return nil, nil
				}
				return proxy, nil
			}
		}
	}), nil
}

// isNear tells whether a host is this machine, or the metadata service of its
// instance or container, which no proxy reaches.
func isNear(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.Equal(metadataIPv6))
}

// metadataIPv6 is the one address of the metadata services that is not
// link-local.
var metadataIPv6 = net.ParseIP("fd00:ec2::254")

// configError is an error that the named argument of the block causes.
func configError(argument string, err error) error {
	return pkg.Errorf("%w: aws.%s: %w", session.ErrConfig, argument, err)
}

// loadError is an error of the SDK that reads what the block leaves out, too: the
// environment, and shared configuration files.
func loadError(err error) error {
	var missing config.SharedConfigProfileNotExistError
	if errors.As(err, &missing) {
		return configError("profile", err)
	}
	return pkg.Errorf("%w: with what AWS_… variables and shared configuration files add to it: %w", session.ErrConfig, err)
}

func expandAll(paths []string) []string {
	expanded := make([]string, len(paths))
	for i, p := range paths {
		expanded[i] = localfile.ExpandHome(p)
	}
	return expanded
}
