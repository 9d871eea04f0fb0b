package router

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Words are what a kind calls the backends of an environment.
type Words struct {
	// Attribute is the list of the environment's block that names them:
	// "target_group_arns".
	Attribute string
	// Noun is what one is called, in title case: "Target Group".
	Noun string
	// Place is what a router and its backends share, in title case: "Region".
	Place string
	// Wrong heads the error of a text that names none: "Not the Right ARN".
	Wrong string
}

// Backends are those of both environments, among which each router of a switch
// finds its pair by what it shares with them.
type Backends[T ID] struct {
	words   Words
	byColor map[traffic.Color][]Named[T]
}

// ParseBackends parses what both environments name. The error joins an
// *AttributeError for each name that is wrong, comes again, or is in both.
func ParseBackends[T ID](words Words, parse func(string) (T, error), blue, green []string) (Backends[T], error) {
	b := Backends[T]{words, make(map[traffic.Color][]Named[T], 2)}
	var errs []error
	for i, c := range traffic.Colors() {
		all, err := Names[T]{BackendOf(c), words.Attribute, [][]string{blue, green}[i], parse, words.Wrong}.Parsed()
		b.byColor[c] = all
		errs = append(errs, err)
	}
	return b, errors.Join(append(errs, b.inBoth()...)...)
}

func (b Backends[T]) inBoth() (errs []error) {
	for _, one := range b.byColor[traffic.Blue] {
		for _, other := range b.byColor[traffic.Green] {
			if one.ID.Key() == other.ID.Key() {
				errs = append(errs, &AttributeError{
					In: InGreen, Path: other.At, Summary: fmt.Sprintf("Same %s in Both Environments", b.words.Noun),
					Err: fmt.Errorf("%s is a %s of the blue environment too: each environment needs its own", other.ID, b.noun()),
				})
			}
		}
	}
	return errs
}

// Pair is one backend of each environment.
type Pair[T ID] struct{ Blue, Green Named[T] }

// Of returns the backend of a color.
func (p Pair[T]) Of(c traffic.Color) Named[T] {
	if c == traffic.Blue {
		return p.Blue
	}
	return p.Green
}

// Search is what a router asks of its backends.
type Search[T ID] struct {
	// For is the router.
	For fmt.Stringer
	// Where says where they must be, to end "no target group in": "eu-west-1".
	Where string
	// Fits is what they must share with the router.
	Fits func(T) bool
	// Prefer decides among several that fit, when any has it. Nil when nothing
	// does.
	Prefer func(T) bool
}

// Pair returns the two backends of a router. The error joins an
// *AttributeError for each environment that has none, or several that cannot be
// told apart.
func (b Backends[T]) Pair(s Search[T]) (Pair[T], error) {
	blue, blueErr := b.One(traffic.Blue, s)
	green, greenErr := b.One(traffic.Green, s)
	return Pair[T]{blue, green}, errors.Join(blueErr, greenErr)
}

// One returns the backend of one color, as Pair does.
func (b Backends[T]) One(c traffic.Color, s Search[T]) (Named[T], error) {
	all, err := b.Candidates(c, s)
	if err != nil {
		return Named[T]{}, err
	}
	if len(all) > 1 {
		return Named[T]{}, b.Ambiguous(c, s, all, "keep one, or make an environment and a switch for each")
	}
	return all[0], nil
}

// Candidates returns the backends of a color that fit, at least one, for a
// router that can tell itself which is meant.
func (b Backends[T]) Candidates(c traffic.Color, s Search[T]) ([]Named[T], error) {
	all := filter(b.byColor[c], s.Fits)
	if len(all) > 1 && s.Prefer != nil {
		if better := filter(all, s.Prefer); len(better) > 0 {
			all = better
		}
	}
	if len(all) == 0 {
		return nil, &AttributeError{
			In: BackendOf(c), Path: path.Root(b.words.Attribute),
			Summary: fmt.Sprintf("No %s in the %s", b.words.Noun, b.words.Place),
			Err: fmt.Errorf("the %s environment has no %s in %s, where %s is: add one to %s",
				c, b.noun(), s.Where, s.For, b.words.Attribute),
		}
	}
	return all, nil
}

// Ambiguous is the error of several backends of a color of which it cannot be
// told which is meant. It names them all, and the cure.
func (b Backends[T]) Ambiguous(c traffic.Color, s Search[T], all []Named[T], cure string) *AttributeError {
	names := make([]string, len(all))
	for i, n := range all {
		names[i] = n.ID.String()
	}
	return &AttributeError{
		In: BackendOf(c), Path: all[len(all)-1].At, Summary: fmt.Sprintf("Several %ss in One %s", b.words.Noun, b.words.Place),
		Err: fmt.Errorf("the %s environment has %d %ss in %s, %s, and it cannot be told which is meant for %s: %s",
			c, len(all), b.noun(), s.Where, strings.Join(names, " and "), s.For, cure),
	}
}

func (b Backends[T]) noun() string { return strings.ToLower(b.words.Noun) }

func filter[T ID](all []Named[T], keep func(T) bool) (kept []Named[T]) {
	for _, n := range all {
		if keep(n.ID) {
			kept = append(kept, n)
		}
	}
	return kept
}
