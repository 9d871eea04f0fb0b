package decision

import (
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// protect refuses a new version of an environment that has traffic, or may
// have. Where traffic has drifted the other color's may have come with a version
// that state has not heard of, and whoever has to put traffic right must not be
// stopped by that: it is protected only where its environment says by itself that
// the version is new.
func (m Memory) protect(w Wanted) error {
	if w.Create || !w.Protect {
		return nil
	}
	var refusals []error
	for _, c := range traffic.Colors() {
		was, is := w.Before[c], w.Versions[c]
		if m.Drifted != "" && c != m.Drifted && !w.releases(c) || was.Text == "" || is.Text == "" || was.Later || is.Later || was == is {
			continue
		}
		if serves := m.serves(c); serves != "" {
			refusals = append(refusals, refuse(Protected, []string{c.String(), "version"},
				"%s %s with version %q, and the plan gives it version %q. Release to the idle color and "+
					"cut over, or set protect_active = false to change it while it serves.", c, serves, was.Text, is.Text))
		}
	}
	return errors.Join(refusals...)
}

// Unprotected warns of a color that has traffic, or may have, and whose version is
// known only in the apply. Should that be a new one, whatever releases it has done
// so before the switch can refuse.
func (m Memory) Unprotected(w Wanted) (all []Warning) {
	if w.Create || !w.Protect {
		return nil
	}
	for _, c := range traffic.Colors() {
		if m.Drifted != "" && c != m.Drifted || w.Before[c].Text == "" || !w.Versions[c].Later {
			continue
		}
		if serves := m.serves(c); serves != "" {
			all = append(all, Warning{[]string{c.String(), "version"}, "Version Known Too Late", fmt.Sprintf(
				"%s %s, and its version is known only in the apply. If it is a new one, the release has begun by the time that protect_active refuses it. "+
					"Release to the idle color alone, or give %s a version that the plan knows.", c, serves, c)})
		}
	}
	return all
}

// releases tells whether the plan is known to give an environment another version
// than it has by now.
func (w Wanted) releases(c traffic.Color) bool {
	released, known := w.Released[c]
	return known && released != w.Versions[c].Text
}

// serves says how a color serves, or may; nothing when it does not. One router
// may send it everything when another one sends it nothing, and one that did not
// answer may do so too.
func (m Memory) serves(c traffic.Color) string {
	most := 0
	for _, w := range m.Snapshot.weights() {
		most = max(most, w.Of(c))
	}
	switch silent := m.Snapshot.silent(); {
	case most > 0:
		return fmt.Sprintf("has %d %% of traffic", most)
	case len(silent) > 0:
		return fmt.Sprintf("may have traffic (%s did not say when it was last asked)", strings.Join(silent, ", "))
	case !m.Snapshot.known():
		return "may have traffic (nobody has asked the routers; plan with a refresh)"
	default:
		return ""
	}
}
