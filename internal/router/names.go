package router

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// ID is how a kind of router names a thing: an ARN, a self link, a path.
type ID interface {
	// String is the name as messages show it.
	String() string
	// Key is the same for all spellings of one thing, and no other thing has it.
	Key() string
}

// Named is a thing, and where the user wrote its name.
type Named[T ID] struct {
	ID T
	At path.Path
}

// Names are the texts of one list attribute, each of which names a thing.
type Names[T ID] struct {
	// In is the block that has the attribute.
	In Place
	// Attribute is the name of the attribute.
	Attribute string
	Texts     []string
	// Parse makes a thing of a text. Its error says what was found instead.
	Parse func(text string) (T, error)
	// Wrong heads an error of Parse: "Not the Right ARN".
	Wrong string
}

// summaryTwice heads the error of a thing that one attribute names twice.
const summaryTwice = "Named Twice"

// Parsed returns the things that the attribute names, in its order. The error
// joins an *AttributeError for each text that is wrong or comes again.
func (n Names[T]) Parsed() ([]Named[T], error) {
	var (
		all  []Named[T]
		errs []error
		seen = make(map[string]bool, len(n.Texts))
	)
	for i, text := range n.Texts {
		at := path.Root(n.Attribute).AtListIndex(i)
		id, err := n.Parse(text)
		switch {
		case err != nil:
			errs = append(errs, &AttributeError{In: n.In, Path: at, Summary: n.Wrong, Err: err})
		case seen[id.Key()]:
			errs = append(errs, &AttributeError{
				In: n.In, Path: at, Summary: summaryTwice, Err: fmt.Errorf("%s is named before: take it out here", id),
			})
		default:
			seen[id.Key()] = true
			all = append(all, Named[T]{id, at})
		}
	}
	return all, errors.Join(errs...)
}
