package azuretm_test

import (
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// second is how long a second of the profile lasts under load.
const second = 20 * time.Millisecond

// underLoad is a lab on real sockets, with clients that find their server by its DNS.
type underLoad struct {
	testing.TB
	*azuretm.Scenario
	lab     *azuretm.Lab
	virtual *virtual // for its orders
	clients *azuretm.Resolver
	load    *load.Load
}

func newUnderLoad(t *testing.T) *underLoad {
	t.Helper()
	l := azuretm.StartT(t, azuretm.Options{Second: second})
	s := l.ScenarioT(t, azuretm.ScenarioOptions{TTL: 5, Interval: 10, Tolerated: 1, ForgetAfter: true})
	clients := l.Resolver()
	running, err := load.Start(t.Context(), load.Options{
		URL: "http://" + s.FQDN + "/", Rate: 200, Concurrency: 4, Fresh: true, Dial: clients.DialContext,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &underLoad{TB: t, Scenario: s, lab: l, virtual: &virtual{TB: t, lab: l, Scenario: s}, clients: clients, load: running}
}

// cutOver moves traffic to a color. The outgoing application ends as soon as the apply says that it may,
// and comes back for the next time.
func (u *underLoad) cutOver(to traffic.Color, steps []cutover.Step) {
	u.Helper()
	order := u.virtual.order(to, u.lab.Transport())
	order.Steps, order.Bake, order.Health.StableFor = steps, 0, 0
	order.Facts[0].ClientTTL = time.Duration(order.ClientTTL().Seconds() * float64(second)) // the router takes seconds for seconds
	if outcome, err := cutover.Run(u.Context(), order, nil); err != nil {
		u.Fatalf("%s: %v", outcome.Result, err)
	}
	u.restart(u.side(to.Other()))
}

func (u *underLoad) side(c traffic.Color) *azuretm.Side {
	if c == traffic.Blue {
		return u.Blue
	}
	return u.Green
}

// restart ends a side's application and starts another one. Were it still asked meanwhile, requests would fail.
// Only work that has begun is let end: its first step is to resolve the name.
func (u *underLoad) restart(side *azuretm.Side) {
	u.Helper()
	if err := u.clients.WaitIdle(u.Context(), side.Target); err != nil {
		u.Fatal(err)
	}
	if err := side.App.Close(); err != nil {
		u.Fatal(err)
	}
	fresh, err := app.Start(app.Options{Color: side.Color})
	if err != nil {
		u.Fatal(err)
	}
	side.App = fresh
	u.lab.Host(side.Target, fresh.Addr())
}

// TestCutoversUnderLoad ends the outgoing application after each of them, and loses no request. A soak of the
// whole provider carries the big counts.
func TestCutoversUnderLoad(t *testing.T) {
	u := newUnderLoad(t)
	to := traffic.Green
	for i := range 30 {
		var steps []cutover.Step
		if i%10 == 0 {
			steps = []cutover.Step{{Weight: 10, Pause: time.Millisecond}, {Weight: 50, Pause: time.Millisecond}}
		}
		u.cutOver(to, steps)
		to = to.Other()
	}
	totals := u.load.Stop()
	t.Logf("%d requests (blue %d, green %d), %d failed, in %s", totals.Requests, totals.Colors["blue"], totals.Colors["green"], totals.Failures, totals.Elapsed)
	if totals.Failures > 0 || totals.Colors["blue"] == 0 || totals.Colors["green"] == 0 {
		t.Errorf("failed: %v", totals.Errors)
	}
	for _, c := range u.lab.Journal() {
		if c.Silent() {
			t.Errorf("DNS answers with nothing after %s", c)
		}
	}
}
