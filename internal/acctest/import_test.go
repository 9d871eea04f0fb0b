package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
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

// TestGeneratedConfig has the CLI write down a switch that is imported. It asks
// for what the pages on import name and no more; with that it adopts the router.
func TestGeneratedConfig(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		s := openAWS(t)
		e := found(t, cli.Options{Binary: binary}, nil, s)
		others, _, _ := strings.Cut(e.config.String(), `resource "bluegreen_switch"`)
		write(t, e.Workspace, others+fmt.Sprintf("import {\n  to = bluegreen_switch.shop\n  id = %q\n}\n", s.id()))
		_, err := e.Run(t.Context(), "plan", "-no-color", "-generate-config-out=generated.tf")
		failed(t, err, "the active_color attribute", "the blue attribute", "the green attribute", "the name attribute")
		if n := strings.Count(err.Error(), "Error: "); n != 4 {
			t.Errorf("%d errors, want one for each of the four", n)
		}
		file := filepath.Join(e.Dir(), "generated.tf")
		generated, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(generated)
		for attribute, value := range map[string]string{
			"active_color": "var.active_color", "blue": "bluegreen_environment.blue", "green": "bluegreen_environment.green", "name": `"shop"`,
		} {
			text = regexp.MustCompile(`(?m)^  `+attribute+` += null.*$`).ReplaceAllString(text, "  "+attribute+" = "+value)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		e.apply(t)
		e.wantUntouched(t)
		e.wantNoChanges(t)
	})
}
