package acctest

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// ruleShop is a shop whose switch has a rule of the listener instead of the
// listener.
func ruleShop(t *testing.T, binary string) (sh *shop, rule string) {
	t.Helper()
	sh = open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, nil)
	rule, err := sh.s.AddRule(t.Context(), 10, "/api/*", sh.s.Blue, sh.s.Green)
	if err != nil {
		t.Fatal(err)
	}
	sh.rewrite(t, func(c *config) { c.lb = rules(rule) })
	sh.forget()
	return sh, rule
}

func TestImportRule(t *testing.T) {
	t.Parallel()
	sh, rule := ruleShop(t, "")
	sh.run(t, "import", "-no-color", "bluegreen_switch.shop", rule)
	sh.adopts(t)
	sh.apply(t, to(traffic.Green)...)
	if w := weightsOf(sh.s, rule); w != traffic.All(traffic.Green) {
		t.Errorf("the rule has %s", w)
	}
	sh.wantWeights(t, traffic.All(traffic.Blue))
}

// adopts applies after an import, which must move nothing.
func (sh *shop) adopts(t *testing.T) {
	t.Helper()
	sh.apply(t)
	sh.wantUntouched(t)
	sh.wantState(t, "weights", `{"blue":100,"green":0}`)
	sh.wantState(t, "id", `"shop"`)
	sh.wantNoChanges(t)
}

func TestImportEnvironment(t *testing.T) {
	t.Parallel()
	sh := open(t, cli.Options{}, awselb.ScenarioOptions{}, nil)
	sh.run(t, "import", "-no-color", "bluegreen_environment.blue", "shop-blue")
	wantText(t, sh.plan(t), "2 to add, 1 to change, 0 to destroy")
	sh.apply(t)
	sh.wantNoChanges(t)
}
