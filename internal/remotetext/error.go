package remotetext

// Error returns an error whose text is Clean, and which errors.Is and
// errors.As see through. It is nil for nil, and err itself when its text is
// clean already. What errors.As finds inside still has the text as it came.
func Error(err error) error {
	if err == nil {
		return nil
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
