package acctest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/postgres"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// asked answers checks and prewarming with the status that it is told.
type asked struct {
	*httptest.Server
	status, times atomic.Int32
}

func startAsked(t *testing.T) *asked {
	t.Helper()
	s := &asked{}
	s.status.Store(http.StatusOK)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.times.Add(1)
		w.WriteHeader(int(s.status.Load()))
	}))
	t.Cleanup(s.Close)
	return s
}

// smoke adds a check of green by two kinds.
func (s *asked) smoke(c *config) {
	c.rest += fmt.Sprintf("\nlocals { health = \"%s/health?key=s3cret\" }", s.URL)
	c.green += fmt.Sprintf(`
  checks = {
    smoke = { http = { url = local.health } }
    port  = { tcp = { address = %q } }
  }`, strings.TrimPrefix(s.URL, "http://"))
}

// TestChecksOfAnEnvironment refuse to create it, and to give it a new version;
// nothing is saved, and nothing is replaced.
func TestChecksOfAnEnvironment(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		s := startAsked(t)
		s.status.Store(http.StatusServiceUnavailable)
		sh := open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, s.smoke)
		_, err := sh.Apply(t.Context())
		wantNoText(t, failed(t, err, "Check Failed", "shop-green is not fit to serve: check smoke", "status 503, and 200-299 passes"), "s3cret", "check port")
		if text, err := os.ReadFile(stateFile(sh.Workspace)); err != nil || strings.Contains(string(text), "shop-green") {
			t.Errorf("%v: an environment that was refused is in state: %s", err, text)
		}
		s.status.Store(http.StatusOK)
		sh.apply(t)
		sh.wantNoChanges(t)

		s.status.Store(http.StatusServiceUnavailable)
		sh.rewrite(t, func(c *config) { c.versions[1] = "2.1.0" })
		_, err = sh.Apply(t.Context())
		failed(t, err, "Check Failed", "shop-green is not fit to serve")
		wantText(t, sh.plan(t), `"2.0.0" -> "2.1.0"`)
		s.status.Store(http.StatusOK)
		sh.apply(t)
		sh.wantNoChanges(t)
	})
}

// TestGatesRefuse a cutover, all of them at once: the environment's checks
// again, a freeze in a change calendar, a window, and a schema.
func TestGatesRefuse(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		s, calendar := startAsked(t), startAsked(t)
		calendar.status.Store(http.StatusLocked)
		db := startPostgres(t, "create table schema_migrations (version bigint not null primary key, dirty boolean not null)",
			"insert into schema_migrations values (41, false)")
		sh := opened(t, cli.Options{Binary: binary, Env: []string{"SHOP_DSN=" + db.DSN("shop", "sslmode=disable")}},
			awselb.ScenarioOptions{Attach: true}, func(c *config) {
				s.smoke(c)
				c.green += "\n  schema = { min_version = \"42\" }"
				*c = c.with(fmt.Sprintf(`gates = {
    freeze = { http = { url = "%s/freeze" } }
    hours  = { window = { timezone = "UTC", deny = [{ from = "2000-01-01", to = "2100-01-01" }] } }
    schema = { sql = { dsn_env = "SHOP_DSN", migrations = { tool = "golang-migrate" } } }
    rows   = { sql = { dsn_env = "SHOP_DSN", query = "select count(*) from schema_migrations", equals = "1" } }
  }`, calendar.URL))
			})
		s.status.Store(http.StatusInternalServerError)
		text := failed(t, second(sh.Apply(t.Context(), to(traffic.Green)...)), "Cutover Refused, No Traffic Moved",
			"Gate checks.smoke", "status 500", "gate gates.freeze", "status 423", "gate gates.hours", "the next window opens at Fri 2100-01-01 00:00 UTC",
			"gate gates.schema", "shop-green 2.0.0: does not hold: the schema is at version 41, and it needs at least 42")
		wantNoText(t, text, postgres.Password, "gates.rows", "checks.port")
		sh.wantUntouched(t)

		// With all of them mended, it goes.
		s.status.Store(http.StatusOK)
		calendar.status.Store(http.StatusOK)
		if err := db.Exec(t.Context(), "shop", "update schema_migrations set version = 42"); err != nil {
			t.Fatal(err)
		}
		sh.rewrite(t, func(c *config) { c.args = strings.ReplaceAll(c.args, "2100-01-01", "2000-01-02") })
		sh.apply(t, to(traffic.Green)...)
		sh.wantWeights(t, traffic.All(traffic.Green))
		sh.wantNoChanges(t, to(traffic.Green)...)
	})
}

// TestSchemaGateHoldsAtOnce refuses even the return at once, into a release
// that does not know the schema.
func TestSchemaGateHoldsAtOnce(t *testing.T) {
	t.Parallel()
	db := startPostgres(t, "create table schema_migrations (version bigint not null primary key, dirty boolean not null)",
		"insert into schema_migrations values (41, false)")
	options := cli.Options{Env: []string{"TF_VAR_dsn=" + db.DSN("shop", "sslmode=disable")}}
	sh := opened(t, options, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		c.blue += "\n  schema = { max_version = \"42\" }"
		*c = c.with(`rollback_window = "1h"`).with(`gates = {
    schema = { sql = { dsn = var.dsn, migrations = { tool = "golang-migrate" } } }
    hours  = { sql = { dsn = var.dsn, query = "select version::text from schema_migrations", equals = "41" } }
  }`).secretly(bestWay(t, terraform(t)), "dsn")
	})
	sh.apply(t, to(traffic.Green)...)
	sh.forget()
	if err := db.Exec(t.Context(), "shop", "update schema_migrations set version = 43"); err != nil {
		t.Fatal(err)
	}
	wantText(t, sh.plan(t, to(traffic.Blue)...), "gates: health of blue, gates.schema only", "since blue was active a short while ago")
	text := failed(t, second(sh.Apply(t.Context(), to(traffic.Blue)...)), "Cutover Refused, No Traffic Moved",
		"the schema is at version 43, and it works with no later than 42")
	wantNoText(t, text, "gates.hours", postgres.Password)
	sh.wantUntouched(t)
	if state, err := os.ReadFile(stateFile(sh.Workspace)); err != nil || strings.Contains(string(state), postgres.Password) {
		t.Errorf("%v: the state has the password", err)
	}
	if err := db.Exec(t.Context(), "shop", "update schema_migrations set version = 42"); err != nil {
		t.Fatal(err)
	}
	sh.apply(t, to(traffic.Blue)...)
	sh.wantWeights(t, traffic.All(traffic.Blue))
}

// TestPrewarm is in the timetable, and sends before traffic moves.
func TestPrewarm(t *testing.T) {
	t.Parallel()
	s := startAsked(t)
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		c.green += fmt.Sprintf("\n  prewarm = { urls = [%q], requests = 40, concurrency = 4, timeout = \"2s\" }", s.URL+"/products")
	})
	wantText(t, sh.plan(t, to(traffic.Green)...), "prewarm: green, up to 21s")
	s.status.Store(http.StatusBadGateway)
	failed(t, second(sh.Apply(t.Context(), to(traffic.Green)...)), "Cutover Refused, No Traffic Moved", "Gate prewarm", "of 40 in all, and 0 may", "status 502")
	sh.wantUntouched(t)
	s.status.Store(http.StatusOK)
	s.times.Store(0)
	sh.apply(t, to(traffic.Green)...)
	if s.times.Load() != 40 {
		t.Errorf("%d requests were sent", s.times.Load())
	}
	sh.wantWeights(t, traffic.All(traffic.Green))
}

// TestGatesInPlans are refused when they can never hold.
func TestGatesInPlans(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		gate, green string
		wants       []string
	}{
		"window":   {gate: `window = { timezone = "Europe/Atlantis" }`, wants: []string{"Time Zone Not Known"}},
		"address":  {gate: `sql = { dsn = var.dsn, query = "select 1", equals = "1" }`, wants: []string{"Driver Missing"}},
		"no order": {gate: `sql = { driver = "mysql", dsn = var.dsn, migrations = { tool = "django", app = "shop" } }`, green: `schema = { max_version = "0002_price" }`, wants: []string{"Gate Can Never Hold", "no max_version"}},
		"two":      {gate: `http = { url = "http://a" }, window = { timezone = "UTC" }`, wants: []string{"exactly one kind"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := cli.Options{Env: []string{"TF_VAR_dsn=u:s3cret@tcp(db)/shop"}}
			sh := open(t, options, awselb.ScenarioOptions{Attach: true}, func(c *config) {
				c.green += "\n  " + test.green
				*c = c.with("gates = { gate = { "+test.gate+" } }").secretly(bestWay(t, terraform(t)), "dsn")
			})
			sh.forget()
			_, _, err := sh.Plan(t.Context())
			wantNoText(t, failed(t, err, test.wants...), "s3cret")
			sh.wantUntouched(t)
		})
	}
}

// second is the error of a call.
func second(_ string, err error) error { return err }

// startPostgres starts a database "shop" for a test.
func startPostgres(t *testing.T, statements ...string) *postgres.Server {
	t.Helper()
	db, err := postgres.Start(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := db.CreateDatabase(t.Context(), "shop", statements...); err != nil {
		t.Fatal(err)
	}
	return db
}
