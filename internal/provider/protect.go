package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// protectActive refuses a new version of an environment that has traffic.
// After a disturbance only the color that was active before is protected: the
// other's traffic came with a version that state may not have heard of, and
// whoever has to put traffic right must not be stopped by that.
func (p *planner) protectActive() {
	if p.prior == nil || !p.plan.flag("protect_active") {
		return
	}
	for _, c := range traffic.Colors() {
		was, is := versionOf(p.prior, c), versionOf(p.plan, c)
		if p.disturbed != "" && c != p.disturbed {
			continue
		}
		serves := p.serves(c)
		if serves == "" || was == "" || is == "" || was == is {
			continue
		}
		p.diags.Append(errorAt(path.Root(c.String()).AtName("version"), "Active Environment Protected",
			fmt.Sprintf("%s %s with version %q, and the plan gives it version %q. Release to the idle color and "+
				"cut over, or set protect_active = false to change it while it serves.", c, serves, was, is)))
	}
}

// serves says how a color serves, and nothing when it does not. The weights in
// state are those of one router, and another may still send it everything. A
// router that was not read may do so too.
func (p *planner) serves(c traffic.Color) string {
	weights, ok := weightsOf(p.prior.object("weights"))
	most := weights.Of(c)
	for _, w := range p.seen.Weights {
		most = max(most, w.Of(c))
	}
	switch {
	case most > 0:
		return fmt.Sprintf("has %d %% of traffic", most)
	case !ok && p.prior.str("active_color") == c.String():
		return "was active when the routers were last read"
	default:
		return ""
	}
}

func versionOf(s *object, c traffic.Color) string {
	version, _ := s.object(c.String()).Attributes()["version"].(types.String)
	return version.ValueString()
}
