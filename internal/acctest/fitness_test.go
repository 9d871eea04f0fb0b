package acctest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// switchModule is a module that is handed environments of a type that it
// writes out. More is more of that type.
func switchModule(more string) string {
	environment := "object({ name = string, version = string, aws_lb = object({ target_group_arns = list(string) })" + more + " })"
	return fmt.Sprintf(`
terraform {
  required_providers {
    bluegreen = { source = "terraform-bluegreen/bluegreen" }
  }
}
variable "active_color" {}
variable "listener" {}
variable "blue" { type = %[1]s }
variable "green" { type = %[1]s }
resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color
  blue         = var.blue
  green        = var.green
  aws_lb       = { listener_arns = [var.listener] }
}
`, environment)
}

// inModule moves the switch of a shop into that module.
func (sh *shop) inModule(t *testing.T, more string) {
	t.Helper()
	whole := sh.config.String()
	before, _, _ := strings.Cut(whole, `resource "bluegreen_switch"`)
	write(t, sh.Workspace, before+sh.config.rest+fmt.Sprintf(`
module "switch" {
  source       = "./switch"
  active_color = var.active_color
  listener     = %q
  blue         = bluegreen_environment.blue
  green        = bluegreen_environment.green
}
`, sh.s.ListenerARN))
	if err := os.MkdirAll(filepath.Join(sh.Dir(), "switch"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(sh.Dir(), "switch", "main.tf"), []byte(switchModule(more)), 0o600); err != nil {
		t.Fatal(err)
	}
	sh.run(t, "get")
}

// TestGatesThroughAModule are not lost there: a module whose types have no
// fitness is refused, and one whose types have it asks what green says.
func TestGatesThroughAModule(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		s := startAsked(t)
		sh := open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, s.smoke)
		sh.inModule(t, "")
		_, _, err := sh.Plan(t.Context())
		failed(t, err, `attribute "fitness" is required`, "blue = var.blue")

		sh.inModule(t, ", fitness = string")
		sh.apply(t)
		sh.forget()
		wantText(t, sh.plan(t, to(traffic.Green)...), "gates: health of green, checks.port, checks.smoke")
		s.status.Store(http.StatusInternalServerError)
		failed(t, second(sh.Apply(t.Context(), to(traffic.Green)...)), "Cutover Refused, No Traffic Moved", "Gate checks.smoke", "status 500")
		sh.wantUntouched(t)
		s.status.Store(http.StatusOK)
		sh.apply(t, to(traffic.Green)...)
		sh.wantWeights(t, traffic.All(traffic.Green))
		sh.wantNoChanges(t, to(traffic.Green)...)
	})
}

// TestFitnessKeepsWhatIsSensitive has a check with an argument that Terraform
// knows to be sensitive. The provider is not told which those are.
func TestFitnessKeepsWhatIsSensitive(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		s := startAsked(t)
		sh := open(t, cli.Options{Binary: binary, Env: []string{"TF_VAR_token=s3cret"}}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
			c.rest = "variable \"token\" { sensitive = true }"
			c.green += fmt.Sprintf("\n  checks = { smoke = { http = { url = %q, headers = { X-Token = var.token } } } }", s.URL)
		})
		wantNoText(t, sh.plan(t), "s3cret")
		wantNoText(t, sh.apply(t), "s3cret")
		sh.rewrite(t, func(c *config) { c.green = strings.Replace(c.green, "X-Token", "X-Key", 1) })
		text := sh.plan(t)
		wantText(t, text, "fitness")
		wantNoText(t, text, "s3cret")
	})
}

// TestVersionKnownLaterHasATimetable since a version is no part of what a
// cutover waits for.
func TestVersionKnownLaterHasATimetable(t *testing.T) {
	t.Parallel()
	s := startAsked(t)
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, s.smoke)
	sh.rewrite(t, func(c *config) {
		c.rest += "\n" + later(map[string]any{"version": "2.1.0"})
		c.versions[1] = "${terraform_data.version.output}"
	})
	plan := sh.plan(t, to(traffic.Green)...)
	wantText(t, plan, "version = \"2.0.0\" -> (known after apply)", "gates: health of green, checks.port, checks.smoke")
	wantNoText(t, plan, "Version Known Too Late")
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
	sh.wantNoChanges(t, to(traffic.Green)...)
}

// TestVersionOfWhatServesKnownLater is told at plan, since by the apply a release has begun.
func TestVersionOfWhatServesKnownLater(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{}, nil)
		sh.rewrite(t, func(c *config) {
			c.rest += "\n" + later(map[string]any{"version": "1.1.0"})
			c.versions[0] = "${terraform_data.version.output}"
		})
		wantText(t, sh.plan(t), "Warning: Version Known Too Late", "blue has 100 % of traffic, and its version is known only in the apply")
		_, err := sh.Apply(t.Context())
		failed(t, err, "Active Environment Protected")
		sh.wantUntouched(t)
	})
}
