package acctest

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

// badRouterInput is a configuration over a fixture that gets a diagnostic at plan: its
// summary, the line that it points to, and the cure.
type badRouterInput[S fixture] struct {
	change func(t *testing.T, s S, c *projectConfig)
	args   []string
	env    []string
	wants  []string
}

// noSuchEnvironment hides the credentials that this machine may have, and
// everything else that says who somebody is.
func noSuchEnvironment(t *testing.T) []string {
	t.Helper()
	none := t.TempDir()
	env := []string{"HOME=" + none, "GOOGLE_APPLICATION_CREDENTIALS=" + none + "/none", "AZURE_CONFIG_DIR=" + none}
	for _, name := range []string{
		"GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT", "GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN",
		"GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON", "GOOGLE_COMPUTE_CUSTOM_ENDPOINT", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
		"ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE_PATH", "ARM_USE_OIDC",
		"ARM_OIDC_TOKEN", "ARM_USE_MSI", "ARM_USE_CLI", "TFC_WORKLOAD_IDENTITY_TOKEN",
	} {
		env = append(env, name+"=")
	}
	return env
}

// eachBadRouterInput plans each of them over a switch that was in order before.
func eachBadRouterInput[S fixture](t *testing.T, open func(t *testing.T) S, inputs map[string]badRouterInput[S]) {
	t.Helper()
	t.Parallel()
	for name, bad := range inputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			e := adopted(t, cli.Options{Env: append(noSuchEnvironment(t), bad.env...)}, nil, s)
			if bad.change != nil {
				e.rewrite(t, func(c *projectConfig) { bad.change(t, s, c) })
			}
			e.forget()
			_, _, err := e.Plan(t.Context(), bad.args...)
			t.Log(failed(t, err, bad.wants...))
			e.wantUntouched(t)
		})
	}
}
