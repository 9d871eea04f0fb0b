package azurecloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// ErrCredentials reports credentials that were not found, or that Azure
// refused since they are wrong or expired.
var ErrCredentials = session.Refine(session.ErrCredentials, "no valid Azure credentials")

// ErrAccessDenied reports credentials that are good but may not do what was
// asked.
var ErrAccessDenied = session.Refine(session.ErrAccessDenied, "Azure denied access")

// anotherOperation is the code of an object that somebody else's change holds
// locked for a moment: https://learn.microsoft.com/azure/networking/troubleshoot-failed-state
const anotherOperation = "RetryableErrorDueToAnotherOperation"

// explained are credentials whose errors name the cure, in one line.
type explained struct{ azcore.TokenCredential }

// GetToken implements azcore.TokenCredential. Its error wraps ErrCredentials,
// unless ctx ended, and is not worth trying again.
func (e explained) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	limit, cancel := context.WithTimeout(ctx, tokenWithin)
	defer cancel()
	token, err := e.TokenCredential.GetToken(limit, options)
	if err == nil {
		remotetext.HideToken(token.Token)
		return token, nil
	}
	if ctx.Err() != nil {
		return token, pkg.Errorf("waiting for a token: %w", context.Cause(ctx))
	}
	if limit.Err() != nil {
		err = fmt.Errorf("none within %s: %w", tokenWithin, err)
	}
	return token, final{pkg.Errorf("%w: no token could be had; correct tenant_id, client_id and the secret, certificate or OIDC settings "+
		"in the provider's azure block (or the ARM_ variables), or renew the session (az login): %w", ErrCredentials, remotetext.Error(refusal(err)))}
}

// refusal makes an *APIError of the answer that signing in got, if there was
// one: the SDK quotes it over many lines.
func refusal(err error) error {
	var failed *azidentity.AuthenticationFailedError
	if !errors.As(err, &failed) || failed.RawResponse == nil {
		return err
	}
	var body struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	payload, readErr := runtime.Payload(failed.RawResponse)
	if readErr != nil || json.Unmarshal(payload, &body) != nil {
		return err
	}
	description, _, _ := strings.Cut(body.Description, "\n") // then come identifiers of the request
	return newAPIError(failed.RawResponse.StatusCode, body.Code, description, err)
}

// final is an error that the SDK does not try again.
type final struct{ error }

// NonRetriable implements the SDK's marker.
func (final) NonRetriable() {}

// Unwrap returns the error itself.
func (f final) Unwrap() error { return f.error }

// APIError is what Azure answered instead of what was asked, in one line. The
// SDK's error that it wraps quotes the answer whole.
type APIError struct {
	// Status is the HTTP status.
	Status int
	// Code names the error: "AuthorizationFailed".
	Code string
	// Message is the API's own text.
	Message string
	err     error
}

func newAPIError(status int, code, message string, err error) *APIError {
	return &APIError{Status: status, Code: remotetext.Clean(code), Message: remotetext.Clean(message), err: err}
}

// Error implements error.
func (e *APIError) Error() string {
	return strings.TrimSuffix(fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message), ": ")
}

// Unwrap returns the SDK's error.
func (e *APIError) Unwrap() error { return e.err }

// Explain makes an error of a client an *APIError, where the API answered, and
// adds the cure when credentials or rights are its cause. Other errors, and
// none, pass as they are.
func Explain(err error) error {
	var response *azcore.ResponseError
	if err == nil || errors.Is(err, ErrCredentials) || !errors.As(err, &response) {
		return remotetext.Error(err)
	}
	e := newAPIError(response.StatusCode, response.ErrorCode, message(response), err)
	switch response.StatusCode {
	case http.StatusUnauthorized:
		return pkg.Errorf("%w: Azure refused them; correct tenant_id and access_token or the way to sign in "+
			"in the provider's azure block, or renew the session (az login): %w", ErrCredentials, e)
	case http.StatusForbidden:
		return pkg.Errorf("%w: give the identity that the provider's azure block names a role with the action, "+
			"such as Traffic Manager Contributor, or Monitoring Reader for metrics, on the resource: %w", ErrAccessDenied, e)
	case http.StatusTooManyRequests:
		return throttled(e, retryAfter(response.RawResponse))
	default:
		return e
	}
}

// throttled says how long Azure asks to wait, and what helps.
func throttled(e *APIError, asked time.Duration) error {
	wait := "for a moment"
	if asked > 0 {
		wait = asked.String()
	}
	return pkg.Errorf("Azure throttles these calls, and asks to wait %s: run again then, or with a lower -parallelism; "+
		"other tools with the same identity or subscription count too: %w", wait, e)
}

func message(e *azcore.ResponseError) string {
	var body struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if e.RawResponse == nil {
		return ""
	}
	payload, err := runtime.Payload(e.RawResponse)
	if err != nil || json.Unmarshal(payload, &body) != nil {
		return ""
	}
	return body.Error.Message
}

// Busy tells whether err, or the explanation of it, says that the API did
// nothing now but may do so later, and how long it asks to wait: it throttles,
// or somebody else's change holds the resource. Zero is no particular time.
func Busy(err error) (wait time.Duration, busy bool) {
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		return 0, false
	}
	if !isBusy(response.StatusCode, response.ErrorCode) {
		return 0, false
	}
	wait = retryAfter(response.RawResponse)
	return wait, wait <= patience
}

func isBusy(status int, code string) bool {
	return status == http.StatusTooManyRequests || code == anotherOperation
}

// Passing tells whether err may be gone at the next try, although it is not
// known what became of the call: a lost connection, a timeout, an internal
// error of the API.
func Passing(err error) bool {
	var response *azcore.ResponseError
	if errors.As(err, &response) {
		return isPassing(response.StatusCode)
	}
	var nonRetriable interface{ NonRetriable() }
	return err != nil && !errors.As(err, &nonRetriable) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

func isPassing(status int) bool {
	return status == http.StatusRequestTimeout || status >= http.StatusInternalServerError && status != http.StatusNotImplemented
}

// longestWait is the longest that is told of: whatever is longer is as good as
// never.
const longestWait = 24 * time.Hour

// retryAfter reads the Retry-After header in seconds, the form that Resource
// Manager uses: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
func retryAfter(response *http.Response) time.Duration {
	if response == nil {
		return 0
	}
	seconds, err := strconv.ParseFloat(response.Header.Get("Retry-After"), 64)
	if err != nil || !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
}
