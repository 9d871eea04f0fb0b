package acctest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/postgres"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// secrets are all that a run is given, by name. None may be seen anywhere.
var secrets = map[string]string{
	"access_key":   awselb.AccessKey,
	"secret_key":   awselb.SecretKey,
	"password":     postgres.Password,
	"bearer_token": "bearer-s3cret",
	"health_token": "health-s3cret",
	"slack":        "slack-s3cret",
	"teams":        "teams-s3cret",
	"webhook":      "hook-s3cret",
	"hmac_key":     "hmac-s3cret",
	"routing_key":  "routing-s3cret",
	"api_key":      "opsgenie-s3cret",
	"grafana":      "grafana-s3cret",
}

// confidants are the servers that the secrets are for.
type confidants struct {
	database *postgres.Server
	web      string // an environment's health and Prometheus, which want their tokens
	people   *notifytest.Service
}

func openConfidants(t *testing.T, answer, judge http.HandlerFunc) confidants {
	t.Helper()
	database, err := postgres.Start(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := database.CreateDatabase(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+secrets["bearer_token"] && r.Header.Get("X-Token") != secrets["health_token"] {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		judge(w, r)
	}))
	t.Cleanup(web.Close)
	return confidants{database, web.URL, notifytest.New(t, answer)}
}

// passing answers every question of Prometheus with 1.
func passing(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}`)
}

// quoting answers as a gateway that puts what it was sent into its errors, in
// several spellings, and steers the terminal; well to an environment's health,
// and to the first question, which is the gate's.
func quoting() http.HandlerFunc {
	var asked atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		sent := r.Header.Get("Authorization")
		if sent == "" || asked.Add(1) == 1 {
			passing(w, r)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{
			"status": "error", "errorType": "bad_data",
			"error": fmt.Sprintf("\x1b[2JApply complete! quoted: %v %s %s %x %s", r.Header, base64.StdEncoding.EncodeToString([]byte("user:"+sent)),
				url.QueryEscape(sent), sent, strings.Repeat("endless ", 100_000)),
		})
	}
}

// env is the environment that has the secrets: some as variables of the
// configuration, some for arguments that end in _env.
func (c confidants) env(dir string) []string {
	return []string{
		"TF_VAR_access_key=" + secrets["access_key"], "TF_VAR_secret_key=" + secrets["secret_key"],
		"TF_VAR_dsn=" + c.database.DSN("shop", "sslmode=disable"), "TF_VAR_bearer_token=" + secrets["bearer_token"],
		"TF_VAR_slack_url=" + c.people.URL + "/services/" + secrets["slack"], "TF_VAR_hmac_key=" + secrets["hmac_key"],
		"TF_VAR_routing_key=" + secrets["routing_key"],
		"BLUEGREEN_TEST_HEALTH=" + secrets["health_token"], "BLUEGREEN_TEST_TEAMS=" + c.people.URL + "/workflows?sig=" + secrets["teams"],
		"BLUEGREEN_TEST_HOOK=" + c.people.URL + "/hooks/" + secrets["webhook"], "BLUEGREEN_TEST_OPSGENIE=" + secrets["api_key"],
		"BLUEGREEN_TEST_GRAFANA=" + secrets["grafana"],
		"BLUEGREEN_EVENT_FILE=" + filepath.Join(dir, "events.jsonl"),
		"TF_LOG_CORE=TRACE", "TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH=" + filepath.Join(dir, "trace.log"),
	}
}

// configure gives the shop's switch every kind that takes a secret.
func (c confidants) configure(to *config, query string, w way) {
	to.aws = strings.NewReplacer(fmt.Sprintf("%q", secrets["access_key"]), "var.access_key", fmt.Sprintf("%q", secrets["secret_key"]), "var.secret_key").
		Replace(to.aws)
	to.green += fmt.Sprintf("\n  checks = { up = { http = { url = %q, headers_env = { X-Token = \"BLUEGREEN_TEST_HEALTH\" } } } }", c.web)
	*to = to.with(`steps = [{ weight = 50, pause = "1s" }]`).
		with(fmt.Sprintf(`gates = { schema = { sql = { dsn = var.dsn, query = %q, equals = "42" } } }`, query)).
		with(fmt.Sprintf(`analysis = {
    interval = "250ms"
    metrics  = { errors = { prometheus = { url = %q, query = "vector(1)", bearer_token = var.bearer_token }, max = 5 } }
  }`, c.web)).
		with(fmt.Sprintf(`notify = {
    slack     = { slack = { webhook_url = var.slack_url } }
    teams     = { teams = { webhook_url_env = "BLUEGREEN_TEST_TEAMS" } }
    webhook   = { webhook = { url_env = "BLUEGREEN_TEST_HOOK", secret = var.hmac_key } }
    pagerduty = { pagerduty = { url = %[1]q, routing_key = var.routing_key } }
    opsgenie  = { opsgenie = { url = %[1]q, api_key_env = "BLUEGREEN_TEST_OPSGENIE" } }
    grafana   = { grafana = { url = %[1]q, token_env = "BLUEGREEN_TEST_GRAFANA" } }
  }`, c.people.URL))
	*to = to.secretly(w, "access_key", "secret_key", "dsn", "bearer_token", "slack_url", "hmac_key", "routing_key")
}

// TestSecretsDoNotShow has a run that uses every secret, and looks for them in
// all that it leaves behind.
func TestSecretsDoNotShow(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		leaveNoSecrets(t, binary, bestWay(t, binary), "select 42", notifytest.Taken, passing, "Apply complete!")
	})
}

// TestSecretsOfTheEnvironmentDoNotShow has no secret pass through Terraform.
func TestSecretsOfTheEnvironmentDoNotShow(t *testing.T) {
	t.Parallel()
	leaveNoSecrets(t, terraform(t), byEnvironment, "select 42", notifytest.Taken, passing, "Apply complete!")
}

// TestSecretsDoNotShowInFailures has a gate that does not hold, and nobody who
// can be told.
func TestSecretsDoNotShowInFailures(t *testing.T) {
	t.Parallel()
	refuse := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }
	leaveNoSecrets(t, terraform(t), bestWay(t, terraform(t)), "select 41", refuse, passing, "Cutover Refused, No Traffic Moved", "Gate gates.schema", `"41"`,
		"Notification Not Delivered", "notify.slack, started:", "notify.grafana, rolled_back:", "status 403 Forbidden")
}

// TestSecretsThatAreQuotedDoNotShow has all who were given a secret say it back.
func TestSecretsThatAreQuotedDoNotShow(t *testing.T) {
	t.Parallel()
	quote := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprint(w, r.URL, r.Header)
	}
	leaveNoSecrets(t, terraform(t), bestWay(t, terraform(t)), "select 42", quote, quoting(),
		"Cutover Rolled Back", `\x1b[2JApply complete! quoted: map[`, "(secret)", "characters left out", "Notification Not Delivered")
}

func leaveNoSecrets(t *testing.T, binary string, w way, query string, answer, judge http.HandlerFunc, wants ...string) {
	t.Helper()
	c := openConfidants(t, answer, judge)
	left := t.TempDir()
	sh := opened(t, cli.Options{Binary: binary, Env: append(c.env(left), w.env()...)}, awselb.ScenarioOptions{Attach: true}, func(to *config) { c.configure(to, query, w) })
	plan := sh.plan(t, append(to(traffic.Green), "-out=cutover.plan")...)
	shown := sh.run(t, "show", "-json", "cutover.plan")
	out, err := sh.Run(t.Context(), "apply", "-no-color", "cutover.plan")
	if err != nil {
		out += err.Error()
	}
	wantText(t, out, wants...)
	trace := sh.file(t, filepath.Join(left, "trace.log"))
	if !strings.Contains(trace, "cutover ended") {
		t.Error("the TRACE log lacks the provider's own lines")
	}
	next, _, err := sh.Plan(t.Context(), to(traffic.Green)...)
	if err != nil {
		t.Error(err)
	}
	wantNoSecrets(t, map[string]string{
		"plan": plan, "plan in JSON": shown, "output": out, "state in JSON": sh.run(t, "show", "-json"),
		"state": sh.file(t, stateFile(sh.Workspace)), "events": sh.file(t, filepath.Join(left, "events.jsonl")),
		"TRACE log": trace, "notices": c.notices(t), "next plan": next,
	})
}

func (sh *shop) file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// notices are the bodies of all notices. PagerDuty's key has its place there.
func (c confidants) notices(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, r := range c.people.Requests() {
		all.Write(r.Body)
	}
	return strings.ReplaceAll(all.String(), fmt.Sprintf("%q:%q", "routing_key", secrets["routing_key"]), "")
}

// wantNoSecrets fails the test for each secret in each thing, which must not be
// empty.
func wantNoSecrets(t *testing.T, things map[string]string) {
	t.Helper()
	for thing, text := range things {
		if text == "" {
			t.Errorf("there is no %s", thing)
		}
		for name, secret := range secrets {
			i := strings.Index(text, secret)
			for _, spelled := range []string{hex.EncodeToString([]byte(secret)), base64.RawStdEncoding.EncodeToString([]byte(secret))} {
				i = max(i, strings.Index(text, spelled[:len(spelled)-1]))
			}
			if i >= 0 {
				t.Errorf("%s is in the %s: …%s…", name, thing, text[max(0, i-200):min(len(text), i+100)])
			}
		}
	}
	report(t, "%d secrets in none of %d artifacts, %d KiB of TRACE log among them", len(secrets), len(things), len(things["TRACE log"])>>10)
}
