package awscloud_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

const role = "arn:aws:iam::123456789012:role/deploy"

func TestAssumeRole(t *testing.T) {
	lab := awselb.StartT(t, awselb.Options{Roles: []string{role}})
	s := mustOpen(t, static(lab.URL(), values{"assume_role": values{
		"role_arn": role, "session_name": "release", "external_id": "shop", "duration": "1h", "policy": `{"Version":"2012-10-17"}`,
		"policy_arns": []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}, "source_identity": "pipeline",
		"tags": map[string]string{"team": "shop"}, "transitive_tag_keys": []string{"team"},
	}}))
	if len(lab.Calls()) > 0 {
		t.Fatal("opening the block called AWS")
	}
	for range 2 {
		if err := describe(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if got := lab.CallCounts(); got["AssumeRole"] != 1 || got["DescribeLoadBalancers"] != 2 {
		t.Fatalf("calls = %v", got)
	}
	asked := lab.Calls()[0].Params
	for name, want := range map[string]string{
		"RoleArn": role, "RoleSessionName": "release", "ExternalId": "shop", "DurationSeconds": "3600", "Policy": `{"Version":"2012-10-17"}`,
		"PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "SourceIdentity": "pipeline",
		"Tags.member.1.Key": "team", "Tags.member.1.Value": "shop", "TransitiveTagKeys.member.1": "team",
	} {
		if got := asked.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestRoleThatIsRefused(t *testing.T) {
	lab := awselb.StartT(t, awselb.Options{Roles: []string{}})
	err := describe(t.Context(), mustOpen(t, static(lab.URL(), values{"assume_role": values{"role_arn": role}})))
	if !errors.Is(err, awscloud.ErrCredentials) || !strings.Contains(err.Error(), "assume_role") || !strings.Contains(err.Error(), role) {
		t.Errorf("error = %v", err)
	}
	if got := lab.CallCounts(); got["AssumeRole"] != 1 {
		t.Errorf("calls = %v: what is refused is not tried again", got)
	}
}

// TestWebIdentity asks a double of STS, and then the lab with what it gave.
func TestWebIdentity(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("from-file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		source values
		token  string
	}{
		"token": {values{"web_identity_token": "from-block"}, "from-block"},
		"file":  {values{"web_identity_token_file": file}, "from-file"},
	} {
		t.Run(name, func(t *testing.T) {
			lab := awselb.StartT(t, awselb.Options{})
			sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.FormValue("Action") != "AssumeRoleWithWebIdentity" || r.FormValue("WebIdentityToken") != test.token || r.FormValue("RoleArn") != role {
					t.Errorf("asked for %v", r.Form)
				}
				_, _ = w.Write([]byte(webIdentityAnswer))
			}))
			defer sts.Close()
			identity := test.source
			identity["role_arn"] = role
			s := mustOpen(t, values{
				"region": "eu-west-1", "assume_role_with_web_identity": identity,
				"endpoints": values{"elbv2": lab.URL(), "sts": sts.URL},
			})
			// The lab does not know the double's key: that it says so shows which
			// key it was given.
			if err := describe(t.Context(), s); !errors.Is(err, awscloud.ErrCredentials) {
				t.Errorf("error = %v", err)
			}
			if calls := lab.Calls(); len(calls) != 1 || calls[0].AccessKey != "ASIAWEBIDENTITY" {
				t.Errorf("calls = %+v", calls)
			}
		})
	}
}

const webIdentityAnswer = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAWEBIDENTITY</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>session</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/deploy/x</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`

// TestNoCredentials has the instance's metadata service as the last source,
// and it has none.
func TestNoCredentials(t *testing.T) {
	var asked atomic.Int64
	metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer metadata.Close()
	lab := awselb.StartT(t, awselb.Options{})
	s := openWithMetadata(t, metadata.URL, lab.URL())
	for range 3 {
		err := describe(t.Context(), s)
		if !errors.Is(err, awscloud.ErrCredentials) {
			t.Fatalf("error = %v", err)
		}
		for _, text := range []string{"none were found", "profile", "assume_role", "aws block", "AWS_PROFILE"} {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("error %q does not say %q", err, text)
			}
		}
	}
	if n := asked.Load(); n > 3 {
		t.Errorf("the metadata service was asked %d times", n)
	}
	if calls := len(lab.Calls()); calls > 0 {
		t.Errorf("%d calls without credentials", calls)
	}
}

// openWithMetadata opens a block that leaves credentials to the environment.
func openWithMetadata(t *testing.T, metadata, url string) *awscloud.Session {
	t.Helper()
	hideEnvironment(t)
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata)
	c := awscloud.New()
	session, err := c.Open(t.Context(), block(t, c.Attribute().GetType(), values{"endpoints": values{"elbv2": url}}))
	if err != nil {
		t.Fatal(err)
	}
	return session.(*awscloud.Session)
}

func TestCancelWhileWaitingForCredentials(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	metadata := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer metadata.Close()
	err := describe(ctx, openWithMetadata(t, metadata.URL, "http://127.0.0.1:1"))
	if !errors.Is(err, context.Canceled) || errors.Is(err, awscloud.ErrCredentials) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}

// TestFilesThatAreNone do not hang a plan: a pipe as the token of a web identity,
// as a bundle, and as what the SDK itself reads.
func TestFilesThatAreNone(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	lab := awselb.StartT(t, awselb.Options{Roles: []string{role}})
	if _, err := open(t, static(lab.URL(), values{"custom_ca_bundle": pipe})); !errors.Is(err, localfile.ErrNotRegular) {
		t.Errorf("bundle: %v", err)
	}
	err := describe(t.Context(), mustOpen(t, static(lab.URL(), values{"assume_role_with_web_identity": values{"role_arn": role, "web_identity_token_file": pipe}})))
	if !errors.Is(err, localfile.ErrNotRegular) {
		t.Errorf("token: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	t.Setenv("AWS_CONFIG_FILE", pipe)
	if _, err := awscloud.New().Open(ctx, block(t, awscloud.New().Attribute().GetType(), static(lab.URL(), nil))); !errors.Is(err, context.Canceled) {
		t.Errorf("configuration: %v", err)
	}
}
