// Package errs makes errors that say which package they come from, and takes
// those names off again for people: a log wants to know the package, a user does
// not.
package errs

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Package is the name of a package, which its errors begin with.
type Package string

// New is an error of the package, to be told from others with errors.Is.
func (p Package) New(text string) error { return &Error{Package: p, Err: errors.New(text)} }

// Errorf is an error of the package, made as fmt.Errorf makes one.
func (p Package) Errorf(format string, args ...any) error {
	return &Error{Package: p, Err: fmt.Errorf(format, args...)}
}

// Error is an error of a package.
type Error struct {
	Package Package
	Err     error
}

// Error implements error.
func (e *Error) Error() string { return string(e.Package) + ": " + e.Err.Error() }

// Unwrap returns the error without the package's name.
func (e *Error) Unwrap() error { return e.Err }

// Text is what an error says to people: its text without the names of the
// packages that it, and what it wraps, came from. A type of error that begins
// with a name by itself says the rest in a method of this name.
func Text(err error) string {
	switch e := err.(type) { //nolint:errorlint // this one alone: those within come with the loop
	case *Error:
		return Text(e.Err)
	case interface{ Text() string }:
		return e.Text()
	}
	var text strings.Builder
	rest := err.Error()
	for _, inner := range wrapped(err) {
		before, after, found := strings.Cut(rest, inner.Error())
		if !found {
			continue // It says it in other words, or not at all.
		}
		text.WriteString(before)
		text.WriteString(Text(inner))
		rest = after
	}
	return text.String() + rest
}

// wrapped are the errors right below an error.
func wrapped(err error) []error {
	switch err := err.(type) { //nolint:errorlint // the wrapper itself is asked
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			return []error{inner}
		}
	case interface{ Unwrap() []error }:
		return err.Unwrap()
	}
	return nil
}

// joined is the type of what errors.Join makes.
var joined = reflect.TypeOf(errors.Join(errors.ErrUnsupported))

// Joined are the errors that errors.Join made one of. It is nil for all others:
// one with several causes and words of its own is one error.
func Joined(err error) []error {
	if reflect.TypeOf(err) != joined {
		return nil
	}
	return wrapped(err)
}
