package acctest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// output returns an output as JSON.
func (sh *shop) output(t *testing.T, name string) string {
	t.Helper()
	text := sh.run(t, "output", "-json", name)
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	compact, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(compact)
}

func TestDataSource(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true, Targets: 2}, nil)
		if err := sh.s.Lab.WaitHealth(t.Context(), sh.s.Green.GroupARN, awselb.Healthy(2)); err != nil {
			t.Fatal(err)
		}
		sh.rewrite(t, func(c *config) {
			c.rest = `
data "bluegreen_traffic" "shop" {
  blue   = bluegreen_environment.blue
  green  = bluegreen_environment.green
  aws_lb = ` + c.lb + `
}
output "active" { value = { color = data.bluegreen_traffic.shop.active_color } }
output "routers" { value = data.bluegreen_traffic.shop.routers }
`
		})
		sh.apply(t)
		want := fmt.Sprintf(`[{"blue_health":{"healthy":2,"total":2},"green_health":{"healthy":2,"total":2},"kind":"aws_lb",`+
			`"name":%q,"weights":{"blue":100,"green":0}}]`, sh.s.ListenerARN)
		if got := sh.output(t, "routers"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got := sh.output(t, "active"); got != `{"color":"blue"}` {
			t.Errorf("active is %s", got)
		}
		sh.setWeights(t, traffic.Split(traffic.Blue, 40))
		sh.apply(t, "-target=data.bluegreen_traffic.shop")
		if got := sh.output(t, "active"); got != `{"color":null}` {
			t.Errorf("active is %s while traffic is divided", got)
		}
	})
}

func TestOtherColor(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{}, func(c *config) {
			c.rest = `output "idle" { value = provider::bluegreen::other_color(var.active_color) }`
		})
		sh.apply(t)
		if got := sh.output(t, "idle"); got != `"green"` {
			t.Errorf("other_color(blue) is %s", got)
		}
		sh.rewrite(t, func(c *config) { c.rest = `output "idle" { value = provider::bluegreen::other_color("Blue") }` })
		_, _, err := sh.Plan(t.Context())
		said := failed(t, err, "A color is blue or green, not", "Blue")
		if strings.Contains(said, "..") {
			t.Errorf("it ends twice: %s", said)
		}
	})
}
