package remotetext

import (
	"errors"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
)

// Error returns an error whose text is Clean, and which errors.Is and
// errors.As see through. It is nil for nil, and err itself when its text is
// clean already. Of errors that are joined each is cleaned. What errors.As finds
// inside still has the text as it came.
func Error(err error) error {
	if err == nil {
		return nil
	}
	if joined := errs.Joined(err); joined != nil {
		var parts []error
		for _, part := range joined {
			parts = append(parts, Error(part))
		}
		return errors.Join(parts...)
	}
	text := err.Error()
	clean := Clean(text)
	if clean == text {
		return err
	}
	return &cleaned{clean, err}
}

type cleaned struct {
	text string
	err  error
}

// Error implements error.
func (e *cleaned) Error() string { return e.text }

// Unwrap returns the error as it came.
func (e *cleaned) Unwrap() error { return e.err }
