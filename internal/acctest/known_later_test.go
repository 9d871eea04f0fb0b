package acctest

import (
	"fmt"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// later makes values known only in the apply that creates them, as those of
// other resources are when a stack is created in one go.
func later(values map[string]any) string {
	text := ""
	for name, value := range values {
		text += fmt.Sprintf("resource \"terraform_data\" %q {\n  input = %s\n}\n", name, hcl(value))
	}
	return text
}

func hcl(value any) string {
	if text, ok := value.(string); ok {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprint(value)
}

// TestCreatedInOneGo has everything that a cutover depends on known only in
// the apply.
func TestCreatedInOneGo(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true}, nil)
		sh.rewrite(t, func(c *config) {
			c.rest = later(map[string]any{
				"blue": sh.s.Blue.GroupARN, "green": sh.s.Green.GroupARN, "listener": sh.s.ListenerARN,
				"weight": 25, "healthy": 1, "bake": "10ms",
			})
			c.blue = "aws_lb = { target_group_arns = [terraform_data.blue.output] }"
			c.green = "aws_lb = { target_group_arns = [terraform_data.green.output] }\n  health = { min_healthy = terraform_data.healthy.output }"
			c.lb = "{ listener_arns = [terraform_data.listener.output] }"
			*c = c.with(`steps = [{ weight = terraform_data.weight.output }]`).with(`bake = terraform_data.bake.output`)
		})
		wantText(t, sh.plan(t, to(traffic.Green)...), "cutover = (known after apply)", "weights = { + blue = 0 + green = 100 }")
		sh.apply(t, to(traffic.Green)...)
		sh.wantSteps(t, traffic.Green, 25, 100)
		sh.wantNoChanges(t, to(traffic.Green)...)
	})
}

// TestKnownLater has one value at a time known only in the apply of a cutover.
func TestKnownLater(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c *config){
		"color":    func(c *config) { c.color = "terraform_data.color.output" },
		"listener": func(c *config) { c.lb = "{ listener_arns = [terraform_data.listener.output] }" },
		"steps":    func(c *config) { *c = c.with(`steps = [{ weight = terraform_data.weight.output }]`) },
		"health":   func(c *config) { c.green += "\n  health = { min_healthy = terraform_data.healthy.output }" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, nil)
			sh.rewrite(t, func(c *config) {
				c.rest = later(map[string]any{"color": "green", "listener": sh.s.ListenerARN, "weight": 25, "healthy": 1})
				change(c)
			})
			args := to(traffic.Green)
			wantText(t, sh.plan(t, args...), "-> (known after apply)")
			sh.apply(t, args...)
			sh.wantWeights(t, traffic.All(traffic.Green))
			sh.wantResult(t, "promoted")
			sh.wantNoChanges(t, args...)
		})
	}
}

// TestProviderKnownLater has a provider block that depends on a resource.
func TestProviderKnownLater(t *testing.T) {
	t.Parallel()
	sh := open(t, cli.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true}, nil)
	sh.rewrite(t, func(c *config) {
		c.rest = later(map[string]any{"key": awselb.AccessKey})
		c.aws = fmt.Sprintf(`{
    region     = %q
    access_key = terraform_data.key.output
    secret_key = %q
    %s
  }`, sh.s.Region, awselb.SecretKey, endpoints(sh.s))
	})
	wantText(t, sh.plan(t, to(traffic.Green)...), "cutover = (known after apply)")
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
	sh.wantNoChanges(t, to(traffic.Green)...)
}
