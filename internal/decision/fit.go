package decision

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// refuseSteps refuses steps to shares that a router cannot have.
func refuseSteps(order cutover.Order) (refusals []error) {
	if len(order.Steps) == 0 {
		return nil
	}
	for i, f := range order.Facts {
		name := order.Routers[i].Name
		switch {
		case f.AllOrNothing && f.LimitedBy == "":
			refusals = append(refusals, refuse(NoWeights, []string{attrSteps},
				"A color gets all or nothing from %s. Take out steps, or use a router that divides traffic.", name))
		case f.AllOrNothing:
			refusals = append(refusals, refuse(InexactShare, []string{attrSteps},
				"A color gets all or nothing from %s. %s Or take out steps.", name, f.LimitedBy))
		case f.WeightStep > 1:
			refusals = append(refusals, refuseShares(order.Steps, name, f)...)
		}
	}
	return refusals
}

// refuseShares refuses the steps that are no multiples of what the shares of a
// router can be.
func refuseShares(steps []cutover.Step, name string, f traffic.Facts) (refusals []error) {
	cure := cmp.Or(f.LimitedBy, "Change the router so that it can be divided more finely.")
	for i, step := range steps {
		if step.Weight%f.WeightStep != 0 {
			refusals = append(refusals, refuse(InexactShare, []string{attrSteps, strconv.Itoa(i), "weight"},
				"The shares of %s are multiples of %d %%, and %d %% is not. %s Or choose steps that are.", name, f.WeightStep, step.Weight, cure))
		}
	}
	return refusals
}

// unknownHealth says why no router can tell the health of the incoming color;
// empty when one can.
func unknownHealth(order cutover.Order) string {
	reasons := make([]string, len(order.Routers))
	for i, m := range order.Routers {
		why := order.HealthUnknown(i)
		if why == "" {
			return ""
		}
		reasons[i] = fmt.Sprintf("%s: %s", m.Name, why)
	}
	return strings.Join(reasons, "; ")
}

// refuseUnfit refuses a cutover to a color of which nobody could say whether it
// is fit. A color that is returned to at once served a short while ago, and
// whoever flees to it must not be stopped.
func refuseUnfit(order cutover.Order, w Wanted) error {
	why := unknownHealth(order)
	if why == "" || w.Checks || order.AtOnce {
		return nil
	}
	return refuse(Unfit, []string{order.To.String(), "fitness", "checks"},
		"No router can tell whether %s is healthy (%s), and its environment has no checks. Add checks to it, which must pass before any traffic moves.",
		order.To, why)
}

// warnings are what a user should hear with a plan of a cutover, or of a new
// switch. Noted is set when the plan goes by the time of the refresh before it.
func (m Memory) warnings(p Plan, o Observed, w Wanted, noted bool) (all []Warning) {
	if !p.Moves() && !w.Create {
		return nil
	}
	for i, v := range o.Routers {
		if v.Facts != nil && v.Facts.Warning != "" {
			all = append(all, Warning{[]string{p.Order.Routers[i].Kind}, "Look At The Router", v.Facts.Warning})
		}
	}
	if !p.Moves() {
		return all
	}
	if why := unknownHealth(p.Order); why != "" && w.MinHealthy {
		all = append(all, Warning{
			[]string{p.Order.To.String(), "fitness", "health"},
			"Health Is Not Judged",
			fmt.Sprintf("No router can tell how many targets of %s are healthy (%s): its checks decide, and min_healthy does not count.", p.Order.To, why),
		})
	}
	for _, x := range p.Order.Overruns(o.At) {
		if !x.Whole {
			all = append(all, Warning{[]string{attrGates}, "Window May Shut Before The End", fmt.Sprintf(
				"%s (%s). The cutover goes on then. To have it refused, set within_window = \"end\".", capital(x.Error()), x.Gate)})
		}
	}
	switch {
	case o.Live:
	case !w.Create:
		all = append(all, m.ownLook(p, o, w, noted)...)
	case MovesTraffic(p.Order):
		all = append(all, Warning{[]string{attrCutover}, "A New Switch Moves Traffic", fmt.Sprintf(
			"The routers do not send everything to %s, so that creating the switch is a cutover. Should somebody change the routers before the apply, %s",
			p.Order.To, inconsistent)})
	}
	return all
}

// inconsistent is what comes of a plan that is another one in the apply.
const inconsistent = "Terraform itself stops it, and calls that an \"inconsistent final plan\": no traffic has moved then. Plan again."

// ownLook warns of a plan that goes by more than the refresh before it has noted.
// Terraform plans once more in the apply, and may see something else.
func (m Memory) ownLook(p Plan, o Observed, w Wanted, noted bool) []Warning {
	var names, reasons []string
	for i, member := range p.Order.Routers {
		_, recalled := m.Recalls(member, w)
		_, known := m.Snapshot.Routers[Key(member)].Facts[w.to()]
		if !recalled || o.Routers[i].Facts != nil && !known {
			names = append(names, member.Name)
		}
	}
	if len(names) > 0 {
		reasons = append(reasons, fmt.Sprintf("What the plan knows of %s is from a look of its own, and not from a refresh.", strings.Join(names, ", ")))
	}
	if last, ok := m.Served[w.to()]; ok && p.Order.AtOnce && w.Was != w.to() && !noted {
		reasons = append(reasons, fmt.Sprintf("The rollback window shuts at %s.", last.Until.Add(w.Window).UTC().Format(time.RFC3339)))
	}
	if len(reasons) == 0 {
		return nil
	}
	text := strings.Join(reasons, " ") + " Should that change before the apply, " + inconsistent
	return []Warning{{[]string{attrCutover}, "Plan Without A Refresh", text}}
}
