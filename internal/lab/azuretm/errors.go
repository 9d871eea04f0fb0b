package azuretm

import (
	"fmt"
	"net/http"
	"time"
)

// APIError is an error that the API answers.
type APIError struct {
	Status     int // HTTP status
	Code       string
	Message    string
	RetryAfter time.Duration // in the header, in whole seconds, when above 0
}

// Error implements error.
func (e *APIError) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// Throttled is the answer to too many calls, which asks to wait for a second.
func Throttled() *APIError {
	return &APIError{
		Status: http.StatusTooManyRequests, Code: "TooManyRequests", RetryAfter: time.Second,
		Message: "The request is being throttled.",
	}
}

// AnotherOperation is the answer while somebody else's change holds the profile.
func AnotherOperation() *APIError {
	return &APIError{
		Status: http.StatusTooManyRequests, Code: "RetryableErrorDueToAnotherOperation",
		Message: "Another operation on this or dependent resource is in progress.",
	}
}

// Internal is an error of the API's own.
func Internal() *APIError {
	return &APIError{Status: http.StatusInternalServerError, Code: "InternalServerError", Message: "An error occurred."}
}

// Unavailable is the answer of a service that is away for a moment.
func Unavailable() *APIError {
	return &APIError{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "The service is unavailable."}
}

func denied(action, path string) *APIError {
	return &APIError{
		Status: http.StatusForbidden, Code: "AuthorizationFailed",
		Message: fmt.Sprintf("The client does not have authorization to perform action '%s' over scope '%s'.", action, path),
	}
}

func unauthenticated() *APIError {
	return &APIError{
		Status: http.StatusUnauthorized, Code: "InvalidAuthenticationToken",
		Message: "The access token is invalid.",
	}
}

func notFound(what string) *APIError {
	return &APIError{
		Status: http.StatusNotFound, Code: "ResourceNotFound",
		Message: fmt.Sprintf("The Resource '%s' was not found.", what),
	}
}

func badRequestf(format string, args ...any) *APIError {
	return &APIError{Status: http.StatusBadRequest, Code: "BadRequest", Message: fmt.Sprintf(format, args...)}
}
