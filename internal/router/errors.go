package router

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Place is the block that an AttributeError points into.
type Place string

// The places: the switch's own block, or that of an environment.
const (
	InRouter Place = "router"
	InBlue   Place = "blue"
	InGreen  Place = "green"
)

// BackendOf returns the place of the environment with color c.
func BackendOf(c traffic.Color) Place {
	if c == traffic.Blue {
		return InBlue
	}
	return InGreen
}

// AttributeError is an error that one attribute of a router's blocks causes.
// The provider shows it on that attribute. It names the cure.
type AttributeError struct {
	// In is the block that has the attribute.
	In Place
	// Path leads from the block to the attribute; empty, the block is meant.
	Path path.Path
	// Summary says in title case what is wrong: "Target Group Not Found".
	Summary string
	// Err is what was seen and what to do.
	Err error
}

// Error implements error.
func (e *AttributeError) Error() string {
	return fmt.Sprintf("%s: %v", e.Summary, e.Err)
}

// Unwrap returns the cause.
func (e *AttributeError) Unwrap() error { return e.Err }

// MissingBackend is the error of an environment that has no block of a kind
// that its switch has.
func MissingBackend(kind string, c traffic.Color) *AttributeError {
	return &AttributeError{
		In:      BackendOf(c),
		Summary: "Environment Has No Backend",
		Err: fmt.Errorf("the switch has a block %s, but its %s environment has none: "+
			"add %s to that bluegreen_environment, or take it out of the switch", kind, c, kind),
	}
}
