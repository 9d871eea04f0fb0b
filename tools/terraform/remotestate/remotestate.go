// Package remotestate stands in for the remote-state backends of Terraform, which
// its repository keeps in nested modules that are never published and that no other
// module can therefore require. The CLI built here keeps state in files only, which
// is all that the demo and the tests need; go.mod puts this one package in the place
// of each backend.
package remotestate

import (
	"errors"

	"github.com/hashicorp/terraform/internal/backend"
	"github.com/hashicorp/terraform/internal/configs/configschema"
	"github.com/hashicorp/terraform/internal/states/statemgr"
	"github.com/hashicorp/terraform/internal/tfdiags"
	"github.com/zclconf/go-cty/cty"
)

var errLeftOut = errors.New("this Terraform was built for the tests of terraform-provider-bluegreen, without remote-state backends: use the local one")

// unavailable is a backend that accepts any configuration block and then says that
// it was left out of this build.
type unavailable struct{}

// New returns a backend whose every use fails with an error that says why.
func New() backend.Backend { return unavailable{} }

func leftOut() tfdiags.Diagnostics { return tfdiags.Diagnostics{}.Append(errLeftOut) }

func (unavailable) ConfigSchema() *configschema.Block { return &configschema.Block{} }

func (unavailable) PrepareConfig(v cty.Value) (cty.Value, tfdiags.Diagnostics) { return v, leftOut() }

func (unavailable) Configure(cty.Value) tfdiags.Diagnostics { return leftOut() }

func (unavailable) StateMgr(string) (statemgr.Full, tfdiags.Diagnostics) { return nil, leftOut() }

func (unavailable) DeleteWorkspace(string, bool) tfdiags.Diagnostics { return leftOut() }

func (unavailable) Workspaces() ([]string, tfdiags.Diagnostics) { return nil, leftOut() }
