package awscloud

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// emptyHanded is for how long the instance's metadata service is not asked
// again after it had no credentials. Outside of AWS each question takes
// seconds to fail, and a plan of many resources would ask many times.
const emptyHanded = 15 * time.Second

// explained are credentials whose errors name the cure.
type explained struct {
	aws.CredentialsProvider
	// metadata is set when the instance's metadata service is the only source
	// left: nothing else was configured.
	metadata bool
	// role is that of a metric, which is assumed with the block's credentials.
	role string

	mu     sync.Mutex
	failed error
	at     time.Time
}

func explainCredentials(from aws.CredentialsProvider) aws.CredentialsProvider {
	sourced, ok := from.(aws.CredentialProviderSource)
	metadata := ok && slices.Contains(sourced.ProviderSources(), aws.CredentialSourceIMDS)
	return &explained{CredentialsProvider: from, metadata: metadata}
}

func explainRole(role string, from aws.CredentialsProvider) aws.CredentialsProvider {
	return &explained{CredentialsProvider: from, role: role}
}

// Retrieve implements aws.CredentialsProvider. Its error wraps ErrCredentials,
// unless ctx ended.
func (e *explained) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if err := e.recent(); err != nil {
		return aws.Credentials{}, err
	}
	credentials, err := e.CredentialsProvider.Retrieve(ctx)
	switch {
	case err == nil:
		remotetext.HideToken(credentials.SecretAccessKey, credentials.SessionToken)
		return credentials, nil
	case ctx.Err() != nil:
		return aws.Credentials{}, pkg.Errorf("waiting for credentials: %w", errors.Join(ctx.Err(), clean(err)))
	default:
		return aws.Credentials{}, e.remember(e.explain(clean(err)))
	}
}

func (e *explained) explain(err error) error {
	if e.role != "" {
		return pkg.Errorf("%w: the role %s could not be assumed with the credentials of the provider's aws block; "+
			"they need sts:AssumeRole on it, and its trust policy must name them: %w", ErrCredentials, remotetext.Clean(e.role), err)
	}
	if e.metadata {
		return pkg.Errorf("%w: none were found; set profile, access_key and secret_key, or assume_role in the provider's aws block, "+
			"or what the AWS CLI reads (AWS_PROFILE, AWS_ACCESS_KEY_ID, aws sso login), or run where there is a role of an instance: %w",
			ErrCredentials, err)
	}
	return pkg.Errorf("%w: those that are configured could not be had; correct profile, assume_role or "+
		"assume_role_with_web_identity in the provider's aws block, or renew them (aws sso login): %w", ErrCredentials, err)
}

func (e *explained) recent() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed != nil && time.Since(e.at) < emptyHanded {
		return e.failed
	}
	return nil
}

func (e *explained) remember(err error) error {
	if e.metadata {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.failed, e.at = err, time.Now()
	}
	return err
}
