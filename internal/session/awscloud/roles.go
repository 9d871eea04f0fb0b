package awscloud

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// assumeRoles puts the roles that the block names in front of cfg's
// credentials: the web identity first, since it needs no credentials, and then
// the role that it may assume.
func assumeRoles(cfg *aws.Config, s settings) error {
	if s.AssumeRole == nil && s.WebIdentity == nil {
		return nil
	}
	if cfg.Region == "" {
		return configError("region", errors.New("a role is assumed in some region: set region, or AWS_REGION"))
	}
	if s.WebIdentity != nil {
		provider, err := s.WebIdentity.provider(stsClient(*cfg, s))
		if err != nil {
			return err
		}
		cfg.Credentials = aws.NewCredentialsCache(provider)
	}
	if s.AssumeRole != nil {
		provider, err := s.AssumeRole.provider(stsClient(*cfg, s))
		if err != nil {
			return err
		}
		cfg.Credentials = aws.NewCredentialsCache(provider)
	}
	return nil
}

func stsClient(cfg aws.Config, s settings) *sts.Client {
	return sts.NewFromConfig(cfg, func(o *sts.Options) {
		if s.Endpoints != nil && s.Endpoints.STS != nil {
			o.BaseEndpoint = s.Endpoints.STS
		}
	})
}

func (r *assumeRole) provider(client *sts.Client) (aws.CredentialsProvider, error) {
	duration, err := parseDuration("assume_role.duration", r.Duration)
	if err != nil {
		return nil, err
	}
	return stscreds.NewAssumeRoleProvider(client, r.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = sessionName(r.SessionName)
		o.ExternalID = r.ExternalID
		o.Duration = duration
		o.Policy = r.Policy
		o.PolicyARNs = policies(r.PolicyARNs)
		o.SourceIdentity = r.SourceIdentity
		o.TransitiveTagKeys = r.TransitiveTagKeys
		for key, value := range r.Tags {
			o.Tags = append(o.Tags, types.Tag{Key: aws.String(key), Value: aws.String(value)})
		}
	}), nil
}

func (w *webIdentity) provider(client *sts.Client) (aws.CredentialsProvider, error) {
	duration, err := parseDuration("assume_role_with_web_identity.duration", w.Duration)
	if err != nil {
		return nil, err
	}
	token, err := w.token()
	if err != nil {
		return nil, err
	}
	return stscreds.NewWebIdentityRoleProvider(client, w.RoleARN, token, func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = sessionName(w.SessionName)
		o.Duration = duration
		o.Policy = w.Policy
		o.PolicyARNs = policies(w.PolicyARNs)
	}), nil
}

func (w *webIdentity) token() (stscreds.IdentityTokenRetriever, error) {
	switch {
	case w.Token != nil:
		remotetext.Hide(*w.Token)
		return literalToken(*w.Token), nil
	case w.TokenFile != nil:
		return tokenFile(*w.TokenFile), nil
	default:
		return nil, configError("assume_role_with_web_identity",
			errors.New("give web_identity_token or web_identity_token_file"))
	}
}

// literalToken is a token that the block holds.
type literalToken string

// GetIdentityToken implements stscreds.IdentityTokenRetriever.
func (t literalToken) GetIdentityToken() ([]byte, error) { return []byte(t), nil }

// tokenFile is the path of a file that has a token. It is read anew each time,
// since it is renewed.
type tokenFile string

// GetIdentityToken implements stscreds.IdentityTokenRetriever.
func (f tokenFile) GetIdentityToken() ([]byte, error) {
	token, err := localfile.Read(context.Background(), string(f), localfile.Small) // the SDK has no context here
	if err != nil {
		return nil, configError("assume_role_with_web_identity.web_identity_token_file", err)
	}
	remotetext.HideToken(string(token))
	return token, nil
}

func sessionName(name *string) string {
	if name != nil {
		return *name
	}
	return userAgent
}

func policies(arns []string) []types.PolicyDescriptorType {
	var descriptors []types.PolicyDescriptorType
	for _, arn := range arns {
		descriptors = append(descriptors, types.PolicyDescriptorType{Arn: aws.String(arn)})
	}
	return descriptors
}

// parseDuration returns 0, which means the SDK's default, for what is left out.
func parseDuration(argument string, text *string) (time.Duration, error) {
	if text == nil {
		return 0, nil
	}
	d, err := time.ParseDuration(*text)
	if err != nil || d <= 0 {
		return 0, configError(argument, fmt.Errorf("%q is not a duration such as 1h or 30m", *text))
	}
	return d, nil
}
