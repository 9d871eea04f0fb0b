package acctest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestRollbackWindow(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
			*c = c.with(`steps = [{ weight = 10 }, { weight = 50 }]`).with(`bake = "10ms"`).with(`rollback_window = "1h"`)
		})
		sh.apply(t, to(traffic.Green)...)
		sh.forget()
		text := sh.plan(t, append(to(traffic.Blue), "-out=back.plan")...)
		wantText(t, text, "gates: health of blue only, up to 5m, since blue was active a short while ago", "promote: blue 100, green 0")
		wantNoText(t, text, `+ "step:`, `+ "bake:`, "Plan Without A Refresh")
		wantText(t, sh.plan(t, append(to(traffic.Blue), "-refresh=false")...), "Plan Without A Refresh", "The rollback window shuts at")
		sh.run(t, "apply", "-no-color", "back.plan")
		sh.wantSteps(t, traffic.Blue, 100)
		sh.wantNoChanges(t, to(traffic.Blue)...)
		// And forward again: green was active a moment ago, but was fled from.
		sh.forget()
		sh.apply(t, to(traffic.Green)...)
		sh.wantSteps(t, traffic.Green, 10, 50, 100)
	})
}

// needy asks for a secret wherever a switch or an environment can, and has none.
const needy = `steps = [{ weight = 10 }]
  bake     = "10ms"
  notify   = { oncall = { slack = { webhook_url_env = "SLACK_WEBHOOK_URL" } } }
  gates    = { rows = { sql = { dsn_env = "SHOP_DSN", query = "select 1", equals = "1" } } }
  analysis = { metrics = { errors = { max = 1, prometheus = { url = "http://127.0.0.1:9", query = "up", bearer_token_env = "PROMETHEUS_TOKEN" } } } }`

const needyChecks = `
  checks  = { smoke = { http = { url = "http://127.0.0.1:9/health", headers_env = { X-Token = "SMOKE_TOKEN" } } } }
  prewarm = { urls = ["http://127.0.0.1:9/"], headers_env = { X-Token = "PREWARM_TOKEN" } }`

// TestEmergencyWithoutSecrets has none of the variables at 3 a.m. that a cutover
// forward needs: the way back within the window works, and warns of the notice
// that nobody gets.
func TestEmergencyWithoutSecrets(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, func(c *config) { *c = c.with(`rollback_window = "1h"`) })
		sh.apply(t, to(traffic.Green)...)
		sh.rewrite(t, func(c *config) { *c = c.with(needy); c.blue += needyChecks; c.green += needyChecks })
		sh.forget()
		text := sh.plan(t, append(to(traffic.Blue), "-out=back.plan")...)
		wantText(t, text, "since blue was active a short while ago", "Warning: Notification Cannot Be Sent", "SLACK_WEBHOOK_URL is not set")
		wantText(t, sh.run(t, "apply", "-no-color", "back.plan"), "Warning: Notification Not Delivered", "SLACK_WEBHOOK_URL is not set", "Apply complete!")
		sh.wantSteps(t, traffic.Blue, 100)
		sh.wantNoChanges(t, to(traffic.Blue)...)
		// And forward, where all of them would be asked.
		_, _, err := sh.Plan(t.Context(), to(traffic.Green)...)
		failed(t, err, "SHOP_DSN is not set", "PROMETHEUS_TOKEN is not set", "SMOKE_TOKEN is not set", "PREWARM_TOKEN is not set")
	})
}

// TestRollbackWindowIsForWhatServed gives blue another release: it goes
// through all stages.
func TestRollbackWindowIsForWhatServed(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		*c = c.with(`steps = [{ weight = 10 }]`).with(`rollback_window = "1h"`)
	})
	sh.apply(t, to(traffic.Green)...)
	sh.rewrite(t, func(c *config) { c.versions[0] = "1.1.0" })
	text := sh.plan(t, to(traffic.Blue)...)
	wantText(t, text, `"step: blue 10, green 90, not held"`)
	wantNoText(t, text, "a short while ago")
}

func TestRollbackWindowAsksForHealth(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		*c = c.with(`rollback_window = "1h"`)
		c.green += "\n  health = { timeout = \"100ms\" }"
	})
	sh.apply(t, to(traffic.Green)...)
	sh.apply(t, to(traffic.Blue)...)
	sh.forget()
	sh.setHealth(t, awselb.StateUnhealthy)
	_, err := sh.Apply(t.Context(), to(traffic.Green)...)
	failed(t, err, "Cutover Refused, No Traffic Moved")
	sh.wantUntouched(t)
}

func TestProtectActive(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, nil)
	sh.rewrite(t, func(c *config) { c.versions[0] = "1.1.0" })
	_, _, err := sh.Plan(t.Context())
	t.Log(failed(t, err, "Active Environment Protected",
		`blue has 100 % of traffic with version "1.0.0", and the plan gives it version "1.1.0"`, "protect_active = false"))
	sh.rewrite(t, func(c *config) { *c = c.with("protect_active = false") })
	sh.apply(t)
	sh.rewrite(t, func(c *config) { c.args = ""; c.versions[1] = "2.1.0" })
	sh.apply(t) // the idle color is free
	sh.wantUntouched(t)
}

// TestProtectedAfterAHand has a hand move everything to green: a release to green
// in the plan that follows is refused, and that plan works without it.
func TestProtectedAfterAHand(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, nil)
	sh.setWeights(t, traffic.All(traffic.Green))
	sh.rewrite(t, func(c *config) { c.versions[1] = "2.1.0" })
	_, _, err := sh.Plan(t.Context())
	failed(t, err, "Active Environment Protected", `green has 100 % of traffic with version "2.0.0", and the plan gives it version "2.1.0"`)
	sh.rewrite(t, func(c *config) { c.versions[1] = "2.0.0" })
	sh.apply(t)
	sh.wantWeights(t, traffic.All(traffic.Blue))
}

// TestWindowShutsInMidCutover warns in the plan, and refuses there and in the
// apply where the end must lie within too.
func TestWindowShutsInMidCutover(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	window := func(within string) string {
		return fmt.Sprintf(`gates = { hours = { window = { timezone = "UTC", within_window = %q, allow = [{ from = %q, to = %q }] } } }`,
			within, now.Add(-time.Hour).Format("15:04"), now.Add(30*time.Minute).Format("15:04"))
	}
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		*c = c.with(window("start")).with(`bake = "2h"`).with(`timeouts = { update = "4h" }`)
	})
	wantText(t, sh.plan(t, to(traffic.Green)...), "Warning: Window May Shut Before The End", "and the window shuts at", "within_window")
	sh.rewrite(t, func(c *config) { c.args = strings.Replace(c.args, `"start"`, `"end"`, 1) })
	_, _, err := sh.Plan(t.Context(), to(traffic.Green)...)
	failed(t, err, "Cutover May Outlast Its Window", "gates.hours asks that it ends within")
	sh.wantUntouched(t)
	sh.rewrite(t, func(c *config) { c.args = strings.Replace(c.args, `"2h"`, `"1ms"`, 1) })
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
}

func TestStickiness(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true, Stickiness: 1}, nil)
	wantText(t, sh.plan(t, to(traffic.Green)...), "drain: not waited for, although sticky clients may stay on blue for up to 1s")
	sh.rewrite(t, func(c *config) { *c = c.with(`drain = "500ms"`) })
	wantText(t, sh.plan(t, to(traffic.Green)...), "drain: up to 1s, since sticky clients may stay on blue for up to 1s")
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
}

// TestStickinessInARollback tells of clients that the rollback cannot reach.
func TestStickinessInARollback(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true, Stickiness: 3600}, func(c *config) { *c = c.with(watched) })
	remove := sh.at(50, func() { sh.setHealth(t, awselb.StateUnhealthy) })
	_, err := sh.Apply(t.Context(), to(traffic.Green)...)
	remove()
	failed(t, err, "Cutover Rolled Back", "those that reached green may stay with it for up to 1h")
}
