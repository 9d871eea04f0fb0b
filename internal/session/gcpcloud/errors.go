package gcpcloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// ErrCredentials reports credentials that were not found, or that Google
// refused since they are wrong or expired.
var ErrCredentials = session.Refine(session.ErrCredentials, "no valid Google Cloud credentials")

// ErrAccessDenied reports credentials that are good but may not do what was
// asked.
var ErrAccessDenied = session.Refine(session.ErrAccessDenied, "Google Cloud denied access")

// APIError is an error as the API answered it. See
// https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-rest-response-codes
type APIError struct {
	// Status is the HTTP status.
	Status int
	// Reasons are Google's codes for what is wrong: "conditionNotMet".
	Reasons []string
	// Message is Google's own.
	Message string
}

// Error implements error.
func (e *APIError) Error() string {
	text := e.Message
	if text == "" {
		text = http.StatusText(e.Status)
	}
	if len(e.Reasons) > 0 {
		text += " (" + strings.Join(e.Reasons, ", ") + ")"
	}
	return fmt.Sprintf("Google Cloud answered %d: %s", e.Status, text)
}

// Unwrap makes errors.Is tell what an answer means for the credentials.
func (e *APIError) Unwrap() error {
	switch {
	case e.Status == http.StatusUnauthorized:
		return ErrCredentials
	case e.Status == http.StatusForbidden && !e.throttled():
		return ErrAccessDenied
	default:
		return nil
	}
}

// Has tells whether the API gave the reason.
func (e *APIError) Has(reason string) bool {
	for _, r := range e.Reasons {
		if strings.EqualFold(r, reason) {
			return true
		}
	}
	return false
}

// throttled tells whether the API wants fewer calls. Compute Engine says so
// with 403, other parts of Google Cloud with 429:
// https://cloud.google.com/compute/api-quota
func (e *APIError) throttled() bool {
	if e.Status == http.StatusTooManyRequests {
		return true
	}
	return e.Status == http.StatusForbidden &&
		(e.Has("rateLimitExceeded") || e.Has("userRateLimitExceeded") || e.Has("RATE_LIMIT_EXCEEDED"))
}

// transient tells whether the same call may be answered well later.
func (e *APIError) transient() bool {
	switch {
	case e.throttled(), e.Status >= http.StatusInternalServerError, e.Status == http.StatusRequestTimeout:
		return true
	default:
		// Another operation is at work on the resource.
		return e.Status == http.StatusBadRequest && e.Has("resourceNotReady")
	}
}

// parseError reads the body of an answer that is an error, in the older form
// with a list of errors or in the newer one with details.
func parseError(status int, body []byte) *APIError {
	var answer struct {
		Error struct {
			Message string `json:"message"`
			Errors  []struct {
				Reason string `json:"reason"`
			} `json:"errors"`
			Details []struct {
				Reason string `json:"reason"`
			} `json:"details"`
		} `json:"error"`
	}
	e := &APIError{Status: status}
	if err := json.Unmarshal(body, &answer); err != nil {
		return e // a proxy's page, say; the status must do
	}
	e.Message = remotetext.Clean(answer.Error.Message)
	for _, r := range append(answer.Error.Errors, answer.Error.Details...) {
		if r.Reason != "" && !e.Has(r.Reason) {
			e.Reasons = append(e.Reasons, remotetext.CleanTo(r.Reason, 60))
		}
	}
	return e
}

// explain adds the cure to an answer that credentials cause. Other errors pass
// as they are.
func explain(err error) error {
	var (
		api   *APIError
		token *tokenError
	)
	if errors.As(err, &token) || !errors.As(err, &api) {
		return err
	}
	switch {
	case errors.Is(api, ErrCredentials):
		return pkg.Errorf("%w: Google refused them: correct credentials or access_token in the provider's gcp block, "+
			"or renew them (gcloud auth application-default login): %w", ErrCredentials, err)
	case api.Has("accessNotConfigured") || api.Has("SERVICE_DISABLED"):
		return pkg.Errorf("%w: enable the Compute Engine API in the project (gcloud services enable compute.googleapis.com): %w",
			ErrAccessDenied, err)
	case errors.Is(api, ErrAccessDenied):
		return pkg.Errorf("%w: grant a role with the permission to whom the provider's gcp block names, "+
			"or name another one in credentials or impersonate_service_account: %w", ErrAccessDenied, err)
	default:
		return err
	}
}
