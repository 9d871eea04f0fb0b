package awscloud

import (
	"context"
	"errors"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// ErrCredentials reports credentials that were not found, or that AWS refused
// since they are wrong or expired.
var ErrCredentials = session.Refine(session.ErrCredentials, "no valid AWS credentials")

// ErrAccessDenied reports credentials that are good but may not do what was
// asked.
var ErrAccessDenied = session.Refine(session.ErrAccessDenied, "AWS denied access")

// refusals are the codes by which AWS says that it does not accept the
// credentials, as its list of common errors and older services have them:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html
var refusals = map[string]string{
	"ExpiredToken":                "they have expired: renew them (aws sso login, a new session token)",
	"ExpiredTokenException":       "they have expired: renew them (aws sso login, a new session token)",
	"RequestExpired":              "the request's time is too far off: set this machine's clock, or renew the credentials",
	"InvalidClientTokenId":        "the access key does not exist: correct access_key or profile in the provider's aws block",
	"UnrecognizedClientException": "the access key is not known: correct access_key, profile or token in the provider's aws block",
	"InvalidAccessKeyId":          "the access key does not exist: correct access_key or profile in the provider's aws block",
	"AuthFailure":                 "they could not be validated: correct access_key, secret_key or profile in the provider's aws block",
	"SignatureDoesNotMatch":       "the secret key does not fit the access key: correct secret_key in the provider's aws block",
	"InvalidSignatureException":   "the secret key does not fit the access key: correct secret_key in the provider's aws block",
	"IncompleteSignature":         "the signature is incomplete: correct access_key and secret_key in the provider's aws block",
	"MissingAuthenticationToken":  "none were sent: set access_key, profile or assume_role in the provider's aws block",
	"OptInRequired":               "the account is not signed up for the service or the region: enable the region, or correct region",
}

// denials are the codes by which AWS says that a policy is missing.
var denials = map[string]bool{
	"AccessDenied":          true,
	"AccessDeniedException": true,
	"UnauthorizedOperation": true,
	"AuthorizationError":    true,
}

// stack is a client's chain of steps.
type stack = middleware.Stack

// explainErrors makes every error of a client pass explain.
func explainErrors(s *stack) error {
	step := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
		middleware.InitializeOutput, middleware.Metadata, error,
	) {
		out, metadata, err := next.HandleInitialize(ctx, in)
		return out, metadata, explain(err)
	}
	return s.Initialize.Add(middleware.InitializeMiddlewareFunc("BlueGreenExplainErrors", step), middleware.Before)
}

// explain adds the cure to an error that credentials cause, and cleans what an
// API, or whoever answers in its place, said.
func explain(err error) error {
	var api smithy.APIError
	err = clean(err)
	if err == nil || errors.Is(err, ErrCredentials) || !errors.As(err, &api) {
		return err
	}
	if cure, ok := refusals[api.ErrorCode()]; ok {
		return pkg.Errorf("%w: AWS refused them; %s: %w", ErrCredentials, cure, err)
	}
	if denials[api.ErrorCode()] {
		return pkg.Errorf("%w: allow the action in an IAM policy of the user or role that the provider's aws block names, "+
			"or name another one in profile or assume_role: %w", ErrAccessDenied, err)
	}
	return err
}

// textLimit is how many characters an error's text may have: what the SDK says
// around what an API said, and a cure.
const textLimit = 1500

// cleaned is an error with a text that can be shown.
type cleaned struct {
	error
	text string
}

// Error implements error.
func (c *cleaned) Error() string { return c.text }

// Unwrap returns the error as it came.
func (c *cleaned) Unwrap() error { return c.error }

// clean makes the text of an error fit to be shown, whatever an API put into it.
func clean(err error) error {
	if err == nil {
		return nil
	}
	return &cleaned{err, remotetext.CleanTo(err.Error(), textLimit)}
}
