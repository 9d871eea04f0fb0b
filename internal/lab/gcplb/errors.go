package gcplb

import (
	"fmt"
	"net/http"
	"strings"
)

// APIError is an error as the API answers it.
type APIError struct {
	Status  int
	Reason  string // Google's code: conditionNotMet, rateLimitExceeded …
	Domain  string // global when empty
	Message string
	// Canonical is the status in words, such as PERMISSION_DENIED, and Detail the reason in the newer form, which
	// stands beside the older one. Both are left out of most answers.
	Canonical, Detail string
}

// Error says the reason and the message.
func (e *APIError) Error() string { return fmt.Sprintf("gcplb: %s: %s", e.Reason, e.Message) }

func (e *APIError) body() object {
	told := object{
		"code": e.Status, "message": e.Message,
		"errors": []any{object{"message": e.Message, "domain": orDefault(e.Domain, "global"), "reason": e.Reason}},
	}
	if e.Canonical != "" {
		told["status"] = e.Canonical
	}
	if e.Detail != "" {
		told["details"] = []any{object{
			"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": e.Detail, "domain": "googleapis.com",
			"metadata": object{"service": "compute.googleapis.com"},
		}}
	}
	return object{"error": told}
}

// OperationError is how an operation can fail after it was accepted.
type OperationError struct {
	Status  int    // as an HTTP status: 400, 412, 503 …
	Code    string // RESOURCE_NOT_READY, CONDITION_NOT_MET, INTERNAL_ERROR …
	Message string
}

// quota is what the API says of an empty bucket. The reports of those who met it have it word for word.
const quota = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com' " +
	"for consumer 'project_number:1'."

// Throttled is what the API answers when the bucket is empty: 403, and not 429.
func Throttled() *APIError {
	return &APIError{
		Status: http.StatusForbidden, Reason: "rateLimitExceeded", Domain: "usageLimits", Message: quota,
		Canonical: "PERMISSION_DENIED", Detail: "RATE_LIMIT_EXCEEDED",
	}
}

// TooMany is what other parts of Google Cloud answer instead, and what stands between a client and the API may.
func TooMany() *APIError {
	e := Throttled()
	e.Status, e.Canonical = http.StatusTooManyRequests, "RESOURCE_EXHAUSTED"
	return e
}

// Unavailable is what the API answers when the service is down.
func Unavailable() *APIError {
	return &APIError{Status: http.StatusServiceUnavailable, Reason: "backendError", Message: "Service unavailable. Please try again."}
}

// InternalFailure is what the API answers when it fails itself.
func InternalFailure() *APIError {
	return &APIError{Status: http.StatusInternalServerError, Reason: "internalError", Message: "Internal error. Please try again."}
}

// Denied is what the API answers to a caller without the right to an action.
func Denied(action, resource string) *APIError {
	return &APIError{
		Status: http.StatusForbidden, Reason: "forbidden",
		Message: fmt.Sprintf("Required 'compute.%s' permission for '%s'", action, resource),
	}
}

func unauthenticated() *APIError {
	return &APIError{
		Status: http.StatusUnauthorized, Reason: "authError",
		Message: "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
	}
}

func notFound(path string) *APIError {
	return &APIError{Status: http.StatusNotFound, Reason: "notFound", Message: fmt.Sprintf("The resource '%s' was not found", path)}
}

func alreadyExists(path string) *APIError {
	return &APIError{Status: http.StatusConflict, Reason: "alreadyExists", Message: fmt.Sprintf("The resource '%s' already exists", path)}
}

func notReady(path string) *APIError {
	return &APIError{Status: http.StatusBadRequest, Reason: "resourceNotReady", Message: fmt.Sprintf("The resource '%s' is not ready", path)}
}

func inUse(path, by string) *APIError {
	return &APIError{
		Status: http.StatusBadRequest, Reason: "resourceInUseByAnotherResource",
		Message: fmt.Sprintf("The resource '%s' is already being used by '%s'", path, by),
	}
}

func conditionNotMet() *APIError {
	return &APIError{Status: http.StatusPreconditionFailed, Reason: "conditionNotMet", Message: "Invalid fingerprint."}
}

func invalid(problems ...string) *APIError {
	return &APIError{Status: http.StatusBadRequest, Reason: "invalid", Message: strings.Join(problems, "; ")}
}
