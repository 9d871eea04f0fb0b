package awscloud_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

// TestOpenRefuses shows each mistake in the block, that the error names the
// argument, and that no secret is in it.
func TestOpenRefuses(t *testing.T) {
	role := values{"role_arn": "arn:aws:iam::123456789012:role/deploy"}
	for name, test := range map[string]struct {
		block values
		says  string
	}{
		"half a key":          {values{"access_key": "AKIA"}, "aws.access_key: access_key and secret_key go together"},
		"other half":          {values{"secret_key": "hidden"}, "aws.access_key"},
		"no such profile":     {values{"profile": "nobody"}, "aws.profile"},
		"no such bundle":      {values{"custom_ca_bundle": "/no/such/file"}, "aws.custom_ca_bundle"},
		"no certificate":      {values{"custom_ca_bundle": "open_test.go"}, "aws.custom_ca_bundle: open_test.go has no certificate in PEM"},
		"no proxy":            {values{"http_proxy": "://user:hidden@proxy"}, "aws.http_proxy: not a URL"},
		"role without region": {values{"assume_role": role}, "aws.region"},
		"no duration": {
			values{"region": "eu-west-1", "assume_role": values{"role_arn": "x", "duration": "soon"}},
			`aws.assume_role.duration: "soon" is not a duration`,
		},
		"negative duration": {
			values{"region": "eu-west-1", "assume_role_with_web_identity": values{"role_arn": "x", "duration": "-1h", "web_identity_token": "hidden"}},
			"aws.assume_role_with_web_identity.duration",
		},
		"no token": {
			values{"region": "eu-west-1", "assume_role_with_web_identity": values{"role_arn": "x"}},
			"give web_identity_token or web_identity_token_file",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open(t, test.block)
			if !errors.Is(err, session.ErrConfig) || !strings.HasPrefix(err.Error(), "awscloud: ") || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want one that says %q", err, test.says)
			}
			if err != nil && strings.Contains(err.Error(), "hidden") {
				t.Errorf("error %v shows a secret", err)
			}
		})
	}
}

// TestEnvironmentIsNotTheBlock: a mistake in the environment is not blamed on an
// argument.
func TestEnvironmentIsNotTheBlock(t *testing.T) {
	for variable, says := range map[string]string{
		"AWS_PROFILE":      "aws.profile",
		"AWS_MAX_ATTEMPTS": "AWS_MAX_ATTEMPTS=nonsense",
		"AWS_CA_BUNDLE":    "open nonsense",
	} {
		t.Run(variable, func(t *testing.T) {
			hideEnvironment(t)
			t.Setenv(variable, "nonsense")
			c := awscloud.New()
			_, err := c.Open(t.Context(), block(t, c.Attribute().GetType(), values{}))
			if !errors.Is(err, session.ErrConfig) || !strings.Contains(err.Error(), says) {
				t.Fatalf("error = %v, want one that says %q", err, says)
			}
			if strings.Contains(err.Error(), "aws.profile") != (variable == "AWS_PROFILE") {
				t.Errorf("%v blames the profile", err)
			}
		})
	}
}

func TestOpenWithoutBlockCallsNobody(t *testing.T) {
	hideEnvironment(t)
	c := awscloud.New()
	null := types.ObjectNull(c.Attribute().GetType().(types.ObjectType).AttrTypes)
	sessions := session.NewSessions([]session.Kind{c}, map[string]types.Object{awscloud.Name: null})
	if _, err := session.Get[*awscloud.Session](t.Context(), sessions, awscloud.Name); err != nil {
		t.Error(err)
	}
}

func TestClientIsOneForEachRegion(t *testing.T) {
	s := mustOpen(t, values{})
	first, again := s.ELBv2("eu-west-1"), s.ELBv2("eu-west-1")
	if first != again {
		t.Error("two clients for one region: each would measure the rate for itself")
	}
	if first == s.ELBv2("eu-central-1") {
		t.Error("one client for two regions")
	}
	if got := s.ELBv2("eu-central-1").Options().Region; got != "eu-central-1" {
		t.Errorf("region = %s", got)
	}
}

func TestProfileAndFiles(t *testing.T) {
	hideEnvironment(t)
	home := t.TempDir()
	t.Setenv("HOME", home)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("config", "[profile prod]\nregion = eu-north-1\n")
	write("credentials", "[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = secret\n")
	c := awscloud.New()
	session, err := c.Open(t.Context(), block(t, c.Attribute().GetType(), values{
		"profile":                  "prod",
		"shared_config_files":      []string{"~/config"},
		"shared_credentials_files": []string{"~/credentials"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	client := session.(*awscloud.Session).ELBv2("eu-west-1")
	got, err := client.Options().Credentials.Retrieve(t.Context())
	if err != nil || got.AccessKeyID != "AKIAPROD" {
		t.Errorf("credentials = %s, %v", got.AccessKeyID, err)
	}
}
