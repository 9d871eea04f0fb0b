package prometheus_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/prometheus"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

const reader = "arn:aws:iam::123456789012:role/prometheus-reader"

// workspace is a real Prometheus that answers those alone whose requests the
// lab's keys have signed, as a workspace of AWS does: below a path.
func workspace(t *testing.T, account *awselb.Lab) string {
	t.Helper()
	behind, err := url.Parse(lab.StartT(t, lab.Config{}).URL())
	if err != nil {
		t.Fatal(err)
	}
	proxy := http.StripPrefix("/workspaces/ws-1", httputil.NewSingleHostReverseProxy(behind))
	server := httptest.NewServer(account.Behind("aps", "eu-west-1", proxy))
	t.Cleanup(server.Close)
	return server.URL + "/workspaces/ws-1"
}

// signed asks a workspace with the credentials of the provider's aws block.
func signed(t *testing.T, account *awselb.Lab, aws, b metrictest.Block) (metric.Reading, error) {
	t.Helper()
	all := metrictest.Block{"access_key": awselb.AccessKey, "secret_key": awselb.SecretKey, "endpoints": metrictest.Block{"sts": account.URL()}}
	for name, value := range aws {
		all[name] = value
	}
	sessions := metrictest.Sessions(t, awscloud.New(), all)
	return metrictest.MustOpen(t, prometheus.Kind(), sessions, b).Read(t.Context(), metrictest.Green)
}

// TestSigV4 has a gate that computes each signature again in front of a real
// Prometheus.
func TestSigV4(t *testing.T) {
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	account := awselb.StartT(t, awselb.Options{Roles: []string{reader}})
	address := workspace(t, account)
	if _, err := read(t, ask(address, "vector(5)")); err == nil || !strings.Contains(err.Error(), "missing Authentication Token") {
		t.Errorf("unsigned: %v", err)
	}
	for name, test := range map[string]struct {
		aws, sigv4 metrictest.Block
		more       metrictest.Block
		roles      int
		err        error
		say        string
	}{
		"region of the metric":   {sigv4: metrictest.Block{"region": "eu-west-1"}},
		"region of the provider": {aws: metrictest.Block{"region": "eu-west-1"}, sigv4: metrictest.Block{}},
		"a tenant and a header":  {sigv4: metrictest.Block{"region": "eu-west-1"}, more: metrictest.Block{"tenant": "shop", "headers": map[string]string{"X-Team": "a  b"}}},
		"a role":                 {sigv4: metrictest.Block{"region": "eu-west-1", "role_arn": reader}, roles: 1},
		"another region":         {sigv4: metrictest.Block{"region": "us-east-1"}, say: "valid region"},
		"no region":              {sigv4: metrictest.Block{}, err: session.ErrConfig, say: "region"},
		"another secret":         {aws: metrictest.Block{"secret_key": "wr0ng-s3cret"}, sigv4: metrictest.Block{"region": "eu-west-1"}, say: "does not match"},
		"a role that is refused": {sigv4: metrictest.Block{"region": "eu-west-1", "role_arn": reader + "-x"}, err: awscloud.ErrCredentials, say: "could not be assumed", roles: 1},
	} {
		t.Run(name, func(t *testing.T) {
			before := account.CallCounts()["AssumeRole"]
			b := ask(address, "vector(5)")
			b["sigv4"], b["sample_query"] = test.sigv4, "vector(100)"
			for argument, value := range test.more {
				b[argument] = value
			}
			got, err := signed(t, account, test.aws, b)
			if test.say == "" && (err != nil || got.Value != 5 || got.Samples != 100) {
				t.Errorf("Read = %v, %v", got, err)
			}
			if test.say != "" && (err == nil || !strings.Contains(err.Error(), test.say) || (test.err != nil && !errors.Is(err, test.err))) {
				t.Errorf("error = %v, want %q", err, test.say)
			}
			if err != nil && (strings.Contains(err.Error(), awselb.SecretKey) || strings.Contains(err.Error(), "wr0ng-s3cret")) {
				t.Errorf("it shows a secret: %v", err)
			}
			if got := account.CallCounts()["AssumeRole"] - before; got != test.roles {
				t.Errorf("the role was assumed %d times, want %d", got, test.roles)
			}
		})
	}
}

// TestOneWayToSignIn names both of two credentials that exclude each other.
func TestOneWayToSignIn(t *testing.T) {
	t.Setenv("PROMETHEUS_TOKEN", "s3cret")
	for names, more := range map[string]metrictest.Block{
		"sigv4 and bearer_token":                                 {"bearer_token": "s3cret"},
		"sigv4 and bearer_token_env":                             {"bearer_token_env": "PROMETHEUS_TOKEN"},
		"sigv4 and username and password":                        {"username": "u", "password": "s3cret"},
		"sigv4 and the header Authorization":                     {"headers": map[string]string{"authorization": "Basic x"}},
		"bearer_token and the header Authorization":              {"sigv4": nil, "bearer_token": "s3cret", "headers_env": map[string]string{"Authorization": "PROMETHEUS_TOKEN"}},
		"username and password_env and the header Authorization": {"sigv4": nil, "username": "u", "password_env": "PROMETHEUS_TOKEN", "headers": map[string]string{"Authorization": "x"}},
	} {
		b := ask("http://127.0.0.1:1", "vector(1)")
		b["sigv4"] = metrictest.Block{"region": "eu-west-1"}
		for argument, value := range more {
			b[argument] = value
		}
		_, err := metrictest.Open(t, prometheus.Kind(), nil, b)
		var at *block.AttributeError
		if !errors.Is(err, prometheus.ErrCredentials) || !errors.As(err, &at) || !strings.Contains(err.Error(), names+", not both") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Open = %v; want %q", err, names)
		}
	}
}
