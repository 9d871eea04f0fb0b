package awselb

import (
	"fmt"
	"net/http"
)

// APIError is an error as the API answers it.
type APIError struct {
	Status  int    // HTTP status; 0 stands for 400
	Code    string // error code of the ELBv2 or STS API reference
	Message string
}

// Error says the code and the message.
func (e *APIError) Error() string { return fmt.Sprintf("awselb: %s: %s", e.Code, e.Message) }

// Throttled is what the API answers when a bucket is empty.
func Throttled() *APIError {
	return &APIError{Status: http.StatusBadRequest, Code: "ThrottlingException", Message: "Rate exceeded"}
}

// Unavailable is what the API answers when the service is down; the SDKs try it again.
func Unavailable() *APIError {
	return &APIError{
		Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable",
		Message: "The service is unavailable. Please try again later.",
	}
}

// InternalFailure is what the API answers when it fails itself; the SDKs try it again.
func InternalFailure() *APIError {
	return &APIError{
		Status: http.StatusInternalServerError, Code: "InternalFailure",
		Message: "The request processing has failed because of an unknown error, exception or failure.",
	}
}

// Denied is what the API answers to a caller without the right to an action.
func Denied(caller, action, resource string) *APIError {
	if resource == "" {
		resource = "*"
	}
	return &APIError{Status: http.StatusForbidden, Code: "AccessDenied", Message: fmt.Sprintf(
		"User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
		caller, action, resource, action)}
}

func apiErrorf(code, format string, args ...any) *APIError {
	return &APIError{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

func invalidf(format string, args ...any) *APIError {
	return apiErrorf("ValidationError", format, args...)
}
