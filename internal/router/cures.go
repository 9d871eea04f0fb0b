package router

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Cure says of a reason why a router cannot be used how the error is called, and
// what to do about it. What credentials and permissions need is said by package
// session; a cure is about the router itself.
type Cure struct {
	// Reason is what the error wraps.
	Reason error
	// Summary is as in AttributeError.
	Summary string
	// Text is what to do: "create it, or correct the ARN".
	Text string
	// At is the attribute of the switch's block that causes it; empty, it is
	// where the router is named.
	At path.Path
}

// Cures are looked through in their order.
type Cures []Cure

// Apply makes an error that has a cure an *AttributeError with it. At is where
// the switch names the router. Errors without a cure, those that are one
// attribute's already, and none, are returned as they are.
func (c Cures) Apply(at path.Path, err error) error {
	var attribute *AttributeError
	if err == nil || errors.As(err, &attribute) {
		return err
	}
	for _, cure := range c {
		if !errors.Is(err, cure.Reason) {
			continue
		}
		if len(cure.At.Steps()) > 0 {
			at = cure.At
		}
		return &AttributeError{In: InRouter, Path: at, Summary: cure.Summary, Err: fmt.Errorf("%w: %s", err, cure.Text)}
	}
	return err
}
