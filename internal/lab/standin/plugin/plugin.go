// Package plugin serves the facts of package standin as a provider, in the
// protocol of Terraform's plugins. What it does not know by the schema, a
// Cloud says. It must not know any cloud.
package plugin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// Cloud is what is known of a provider beyond its facts.
type Cloud struct {
	// Config is the schema of the provider's block.
	Config *standin.Block
	// Types say more of some resources, by their type; of data sources by theirs
	// with "data." before it.
	Types map[string]Type
	// Open takes the provider's block.
	Open func(ctx context.Context, config Object) (*Account, error)
}

// Type is what is known of a type of resource beyond its schema. Paths are
// names with dots between them, through blocks.
type Type struct {
	// Replace are the paths of arguments and blocks that cannot be changed: another
	// value makes another resource. On the way are lists of blocks with one block.
	Replace []string
	// ReplaceAll says that of all arguments but those in Keep.
	ReplaceAll bool
	Keep       []string
	// Conflicts are sets of arguments at the top, of which at most one may be set.
	Conflicts [][]string
	// Ranges are the least and the largest value of numbers, by their path.
	Ranges map[string][2]float64
	// Computed are paths of optional arguments that the provider fills in.
	Computed []string
	// Defaults are the values of arguments that are left out, by their path.
	Defaults map[string]any
	// Renewed are computed attributes that each change gives a new value.
	Renewed []string
}

// Account is a provider that was configured.
type Account struct {
	// Remotes are the resources that something keeps, by their type. All others
	// are kept in Terraform's state only.
	Remotes map[string]Remote
	// Sources read data sources, by their type. All others are made up.
	Sources map[string]Source
	// Derived are attributes that follow from an argument, by their name.
	Derived map[string]Derived
	// Invent makes the value of a computed attribute up, nil when it knows nothing
	// better than a text with the attribute's name. The kind of a data source has
	// "data." before it.
	Invent func(kind, attribute string, o Object) any
}

// Remote is where the resources of one type are kept. Each method is given a
// resource's attributes and returns those that it knows better.
type Remote interface {
	// Create makes a resource. With an error it may return what it has made.
	Create(ctx context.Context, planned Object) (Object, error)
	// Read returns nil when there is none any more.
	Read(ctx context.Context, state Object) (Object, error)
	Update(ctx context.Context, prior, planned Object) (Object, error)
	Delete(ctx context.Context, state Object) error
}

// OtherwiseError is how Remote.Update says that it is done and came out otherwise than
// planned: State has the attributes that differ. The older SDK, of which the
// providers are made, lets them.
type OtherwiseError struct{ State Object }

// Error implements error.
func (OtherwiseError) Error() string { return "standin: it came out otherwise than planned" }

// Source returns the attributes of a data source that it knows.
type Source func(ctx context.Context, config Object) (Object, error)

// Derived is an attribute that follows from an argument.
type Derived struct {
	From  string // the argument
	Value func(o Object) any
}

// dataPrefix begins the names of types of data sources where those of resources
// are named too.
const dataPrefix = "data."

// Server implements tfprotov6.ProviderServer.
type Server struct {
	unserved

	facts   *standin.Facts
	cloud   *Cloud
	account *Account
	hold    map[string]string
}

var _ tfprotov6.ProviderServer = (*Server)(nil)

// New returns a provider. Hold is the value of HoldVariable.
func New(facts *standin.Facts, cloud *Cloud, hold string) (*Server, error) {
	var failed []error
	for kind, t := range cloud.Types {
		schema := facts.Resources[kind]
		if source, ok := strings.CutPrefix(kind, dataPrefix); ok {
			schema = facts.DataSources[source]
		}
		if schema == nil {
			failed = append(failed, errors.New("standin: there are no facts of "+kind))
			continue
		}
		failed = append(failed, t.mark(kind, schema.Block))
	}
	urls, err := parseHold(hold)
	return &Server{facts: facts, cloud: cloud, hold: urls}, errors.Join(append(failed, err)...)
}

// mark marks in a schema what the provider fills in, which the facts lack.
func (t Type) mark(kind string, b *standin.Block) error {
	paths := slices.Clone(t.Computed)
	for path := range t.Defaults {
		paths = append(paths, path)
	}
	for _, path := range paths {
		a := b.Find(strings.Split(path, ".")...)
		if a == nil || !a.Optional {
			return errors.New("standin: " + kind + " has no optional " + path)
		}
		a.Computed = true
	}
	for _, name := range slices.Concat(t.Replace, t.Keep, t.Renewed, slices.Concat(t.Conflicts...)) {
		if b.Find(strings.Split(name, ".")...) == nil && b.Blocks[name] == nil {
			return errors.New("standin: " + kind + " has no " + name)
		}
	}
	return nil
}
