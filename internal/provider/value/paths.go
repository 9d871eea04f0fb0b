package value

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "value"

// FitnessName is the attribute that an environment hands its fitness to a switch in.
const FitnessName = "fitness"

// FitnessOf leads to what an environment of a switch says of its fitness.
func FitnessOf(c traffic.Color) path.Path { return path.Root(c.String()).AtName(FitnessName) }

// NameOf is an attribute as people know it: what is in a fitness is an argument
// of the environment that said it.
func NameOf(at path.Path) string {
	for _, c := range traffic.Colors() {
		if inner, ok := strings.CutPrefix(at.String(), FitnessOf(c).String()+"."); ok {
			return inner + " of the environment that is " + c.String()
		}
	}
	return at.String()
}
