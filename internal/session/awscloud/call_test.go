package awscloud_test

import (
	"context"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

// static is a block with the lab's key, which calls url.
func static(url string, more values) values {
	v := values{
		"access_key": awselb.AccessKey, "secret_key": awselb.SecretKey, "region": "eu-west-1",
		"endpoints": values{"elbv2": url, "sts": url},
	}
	for name, value := range more {
		v[name] = value
	}
	return v
}

// describe makes one call.
func describe(ctx context.Context, s *awscloud.Session) error {
	_, err := s.ELBv2("eu-west-1").DescribeLoadBalancers(ctx, &elbv2.DescribeLoadBalancersInput{})
	return err
}

func TestCallsAreNamed(t *testing.T) {
	var agents []string
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		agents = append(agents, r.UserAgent())
		w.WriteHeader(http.StatusForbidden)
	}))
	defer server.Close()
	if err := describe(t.Context(), mustOpen(t, static(server.URL, nil))); err == nil {
		t.Fatal("no error")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(agents) != 1 || !strings.Contains(agents[0], "terraform-provider-bluegreen") {
		t.Errorf("user agents = %q", agents)
	}
}

func TestAlias(t *testing.T) {
	lab := awselb.StartT(t, awselb.Options{})
	v := static("", nil)
	v["endpoints"] = values{"elasticloadbalancingv2": lab.URL()}
	if err := describe(t.Context(), mustOpen(t, v)); err != nil {
		t.Error(err)
	}
}

func TestProxyAndBundle(t *testing.T) {
	var proxied int
	proxy := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxied++
		if r.URL.Host != "elb.invalid" {
			t.Errorf("proxied %s", r.URL)
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	defer proxy.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: proxy.Certificate().Raw})
	if err := os.WriteFile(bundle, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	v := static("http://elb.invalid", values{"http_proxy": proxy.URL, "custom_ca_bundle": bundle})
	if err := describe(t.Context(), mustOpen(t, v)); err == nil || proxied != 1 {
		t.Errorf("proxied %d times, error = %v", proxied, err)
	}
}

func TestEndpointVariants(t *testing.T) {
	for name, test := range map[string]struct {
		block values
		host  string
	}{
		"plain":      {values{}, "elasticloadbalancing.eu-west-1.amazonaws.com"},
		"FIPS":       {values{"use_fips_endpoint": true}, "elasticloadbalancing-fips.eu-west-1.amazonaws.com"},
		"dual stack": {values{"use_dualstack_endpoint": true}, "elasticloadbalancing.eu-west-1.api.aws"},
	} {
		t.Run(name, func(t *testing.T) {
			var host string
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				host = strings.TrimSuffix(r.Host, ":443")
				w.WriteHeader(http.StatusForbidden)
			}))
			defer proxy.Close()
			test.block["http_proxy"], test.block["max_retries"] = proxy.URL, 0
			test.block["access_key"], test.block["secret_key"] = "AKIA", "secret"
			if err := describe(t.Context(), mustOpen(t, test.block)); err == nil {
				t.Fatal("no error")
			}
			if host != test.host {
				t.Errorf("called %s, want %s", host, test.host)
			}
		})
	}
}

// TestRefusals goes through what AWS says of credentials.
func TestRefusals(t *testing.T) {
	for code, test := range map[string]struct {
		want error
		says string
	}{
		"ExpiredToken":                {awscloud.ErrCredentials, "renew them"},
		"ExpiredTokenException":       {awscloud.ErrCredentials, "renew them"},
		"RequestExpired":              {awscloud.ErrCredentials, "clock"},
		"InvalidClientTokenId":        {awscloud.ErrCredentials, "access_key or profile"},
		"UnrecognizedClientException": {awscloud.ErrCredentials, "access_key, profile or token"},
		"SignatureDoesNotMatch":       {awscloud.ErrCredentials, "secret_key"},
		"MissingAuthenticationToken":  {awscloud.ErrCredentials, "none were sent"},
		"AccessDenied":                {awscloud.ErrAccessDenied, "IAM policy"},
		"UnauthorizedOperation":       {awscloud.ErrAccessDenied, "IAM policy"},
	} {
		t.Run(code, func(t *testing.T) {
			lab := awselb.StartT(t, awselb.Options{})
			lab.Inject(awselb.Fault{Times: -1, Err: &awselb.APIError{Status: http.StatusForbidden, Code: code, Message: "said by AWS"}})
			err := describe(t.Context(), mustOpen(t, static(lab.URL(), nil)))
			if !errors.Is(err, test.want) {
				t.Fatalf("error = %v", err)
			}
			for _, text := range []string{test.says, "aws", code, "said by AWS"} {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("error %q does not say %q", err, text)
				}
			}
			if calls := len(lab.Calls()); calls != 1 {
				t.Errorf("%d calls: what is refused is not tried again", calls)
			}
		})
	}
}

func TestOtherErrorsPass(t *testing.T) {
	lab := awselb.StartT(t, awselb.Options{})
	_, err := mustOpen(t, static(lab.URL(), nil)).ELBv2("eu-west-1").
		DescribeListeners(t.Context(), &elbv2.DescribeListenersInput{ListenerArns: []string{"arn:none"}})
	if err == nil || errors.Is(err, awscloud.ErrCredentials) || errors.Is(err, awscloud.ErrAccessDenied) {
		t.Errorf("error = %v", err)
	}
}

func TestRetries(t *testing.T) {
	for name, test := range map[string]struct {
		retries any
		fault   awselb.Fault
		calls   int
		ok      bool
	}{
		"passes":          {nil, awselb.Fault{Err: awselb.InternalFailure(), Times: 2}, 3, true},
		"few retries":     {1, awselb.Fault{Err: awselb.InternalFailure(), Times: -1}, 2, false},
		"no retries":      {0, awselb.Fault{LoseReply: true, Times: -1}, 1, false},
		"throttled apart": {0, awselb.Fault{Err: awselb.Throttled(), Times: 2}, 3, true},
		"refused":         {nil, awselb.Fault{Err: &awselb.APIError{Code: "ValidationError"}, Times: -1}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			lab := awselb.StartT(t, awselb.Options{})
			lab.Inject(test.fault)
			err := describe(t.Context(), mustOpen(t, static(lab.URL(), values{"max_retries": test.retries})))
			if (err == nil) != test.ok {
				t.Errorf("error = %v", err)
			}
			if calls := len(lab.Calls()); calls != test.calls {
				t.Errorf("%d calls, want %d", calls, test.calls)
			}
		})
	}
}

// TestAttemptsOfTheEnvironment shows that the limit that the SDK reads is not
// one on throttled calls.
func TestAttemptsOfTheEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		fault awselb.Fault
		calls int
		ok    bool
	}{
		"throttled": {awselb.Fault{Err: awselb.Throttled(), Times: 3}, 4, true},
		"internal":  {awselb.Fault{Err: awselb.InternalFailure(), Times: 3}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			lab := awselb.StartT(t, awselb.Options{})
			lab.Inject(test.fault)
			hideEnvironment(t)
			t.Setenv("AWS_MAX_ATTEMPTS", "2")
			s := mustOpen(t, static(lab.URL(), nil))
			if err := describe(t.Context(), s); (err == nil) != test.ok {
				t.Errorf("error = %v", err)
			}
			if calls := len(lab.Calls()); calls != test.calls {
				t.Errorf("%d calls, want %d", calls, test.calls)
			}
		})
	}
}

// TestProxyIsNotForMetadata has the metadata service on this machine, and a
// proxy that does not exist.
func TestProxyIsNotForMetadata(t *testing.T) {
	var asked atomic.Bool
	metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Store(true)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer metadata.Close()
	hideEnvironment(t)
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.URL)
	err := describe(t.Context(), mustOpen(t, values{"http_proxy": "http://proxy.invalid:3128"}))
	if !errors.Is(err, awscloud.ErrCredentials) || !asked.Load() {
		t.Errorf("asked %t, error = %v", asked.Load(), err)
	}
}

// TestDeadlineEndsThrottling is all that ends it.
func TestDeadlineEndsThrottling(t *testing.T) {
	lab := awselb.StartT(t, awselb.Options{})
	lab.Inject(awselb.Fault{Times: -1, Err: awselb.Throttled()})
	ctx, cancel := context.WithCancelCause(t.Context())
	lab.AddHook(awselb.Hook{After: func(c awselb.Call) {
		if c.Index == 4 {
			cancel(nil)
		}
	}})
	err := describe(ctx, mustOpen(t, static(lab.URL(), nil)))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}
