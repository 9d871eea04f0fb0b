package azurecloud

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// tenant signs in to a tenant that there is only here, and keeps what it was asked.
type tenant struct {
	refuse bool
	form   url.Values
	asked  []string
}

// Do implements policy.Transporter: the few answers of Entra ID that signing in takes.
func (e *tenant) Do(r *http.Request) (*http.Response, error) {
	e.asked = append(e.asked, r.URL.Host+r.URL.Path)
	host := "https://" + r.URL.Host + "/tenant"
	switch {
	case strings.HasSuffix(r.URL.Path, "/discovery/instance"):
		return answer(r, http.StatusOK, `{"tenant_discovery_endpoint":"`+host+`/v2.0/.well-known/openid-configuration","metadata":[]}`)
	case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
		return answer(r, http.StatusOK, `{"issuer":"`+host+`/v2.0","authorization_endpoint":"`+host+`/authorize","token_endpoint":"`+host+`/token"}`)
	case e.refuse:
		return answer(r, http.StatusUnauthorized, `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"}`)
	default:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if e.form, err = url.ParseQuery(string(body)); err != nil {
			return nil, err
		}
		return answer(r, http.StatusOK, `{"token_type":"Bearer","expires_in":3600,"access_token":"given"}`)
	}
}

func answer(r *http.Request, status int, body string) (*http.Response, error) {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// noEnvironment takes away what this machine may have set.
func noEnvironment(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		for _, prefix := range []string{"ARM_", "AZURE_", "ACTIONS_", "TFC_"} {
			if strings.HasPrefix(name, prefix) {
				t.Setenv(name, "")
			}
		}
	}
}

func ptr[T any](v T) *T { return &v }

// signIn asks a session's credential for a token.
func signIn(t *testing.T, s settings, e *tenant) (azcore.AccessToken, error) {
	t.Helper()
	session, err := newSession(t.Context(), s.withEnvironment(), e)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	if len(e.asked) > 0 {
		t.Errorf("asked for before it was needed: %v", e.asked)
	}
	return session.credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
}

func anApplication() settings { return settings{TenantID: ptr("tenant"), ClientID: ptr("client")} }

func TestSignIn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	github := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer ticket" || r.URL.Query().Get("audience") != audience || r.URL.Query().Get("job") != "1" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, `{"value":"from GitHub"}`)
	}))
	defer github.Close()
	for _, test := range []struct {
		name        string
		environment map[string]string
		settings    settings
		want        string // what Entra ID is shown
	}{
		{"secret", nil, settings{TenantID: ptr("tenant"), ClientID: ptr("client"), ClientSecret: ptr("hush")}, "hush"},
		{"secret of the environment", map[string]string{"ARM_TENANT_ID": "tenant", "ARM_CLIENT_ID": "client", "ARM_CLIENT_SECRET": "hush"}, settings{}, "hush"},
		{
			"the block before the environment",
			map[string]string{"ARM_CLIENT_SECRET": "stale"},
			settings{TenantID: ptr("tenant"), ClientID: ptr("client"), ClientSecret: ptr("hush")},
			"hush",
		},
		{
			"empty arguments, as of variables with an empty default",
			map[string]string{"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "of a run"},
			settings{TenantID: ptr("tenant"), ClientID: ptr("client"), ClientSecret: ptr(""), OIDCToken: ptr(""), AccessToken: ptr(""), Endpoint: ptr("")},
			"of a run",
		},
		{"token", map[string]string{"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "of a run"}, anApplication(), "of a run"},
		{"token of a file", map[string]string{"ARM_USE_OIDC": "1", "ARM_OIDC_TOKEN_FILE_PATH": file}, anApplication(), "from a file"},
		{"Terraform Cloud", map[string]string{"ARM_USE_OIDC": "true", "TFC_WORKLOAD_IDENTITY_TOKEN": "of a workspace"}, anApplication(), "of a workspace"},
		{"GitHub", map[string]string{
			"ARM_USE_OIDC": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": github.URL + "?job=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "ticket",
		}, anApplication(), "from GitHub"},
	} {
		t.Run(test.name, func(t *testing.T) {
			noEnvironment(t)
			for name, value := range test.environment {
				t.Setenv(name, value)
			}
			e := &tenant{}
			token, err := signIn(t, test.settings, e)
			if err != nil || token.Token != "given" {
				t.Fatalf("token %q, %v", token.Token, err)
			}
			if shown := e.form.Get("client_secret") + e.form.Get("client_assertion"); shown != test.want || e.form.Get("client_id") != "client" {
				t.Errorf("shown %q, want %q: %v", shown, test.want, e.form)
			}
		})
	}
}

// TestSeveralDynamicCredentials signs in as Terraform Cloud prepares it for each set: by files.
func TestSeveralDynamicCredentials(t *testing.T) {
	noEnvironment(t)
	dir := t.TempDir()
	write := func(name, content string) *string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return &path
	}
	id := write("id", "client\n")
	for want, s := range map[string]settings{
		"of the run": {ClientIDFilePath: id, UseOIDC: ptr(true), OIDCTokenFilePath: write("token", "of the run")},
		"hush":       {ClientIDFilePath: id, ClientID: ptr("client"), ClientSecretFilePath: write("secret", "hush\n")},
	} {
		s.TenantID = ptr("tenant")
		e := &tenant{}
		_, err := signIn(t, s, e)
		if shown := e.form.Get("client_secret") + e.form.Get("client_assertion"); err != nil || shown != want || e.form.Get("client_id") != "client" {
			t.Errorf("shown %v, %v, want %q", e.form, err, want)
		}
	}
}

// TestCertificate signs in with a certificate in PEM, from a file and from the argument.
func TestCertificate(t *testing.T) {
	bundle := certificate(t)
	file := filepath.Join(t.TempDir(), "client.pem")
	if err := os.WriteFile(file, bundle, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]settings{
		"file":     {ClientCertificatePath: &file},
		"argument": {ClientCertificate: ptr(base64.StdEncoding.EncodeToString(bundle))},
	} {
		noEnvironment(t)
		s.TenantID, s.ClientID = ptr("tenant"), ptr("client")
		e := &tenant{}
		token, err := signIn(t, s, e)
		if err != nil || token.Token != "given" || e.form.Get("client_assertion") == "" {
			t.Errorf("%s: token %q, %v", name, token.Token, err)
		}
	}
}

// certificate makes a certificate and its key.
func certificate(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
}

func TestAccessToken(t *testing.T) {
	noEnvironment(t)
	e := &tenant{}
	if token, err := signIn(t, settings{AccessToken: ptr("mine")}, e); err != nil || token.Token != "mine" || len(e.asked) > 0 {
		t.Errorf("token %q, %v, asked %v", token.Token, err, e.asked)
	}
}

// TestEnvironments sign in where the cloud is.
func TestEnvironments(t *testing.T) {
	for environment, host := range map[string]string{
		"public": "login.microsoftonline.com", "usgovernment": "login.microsoftonline.us", "China": "login.chinacloudapi.cn",
	} {
		noEnvironment(t)
		t.Setenv("ARM_ENVIRONMENT", environment)
		e := &tenant{}
		s := anApplication()
		s.ClientSecret = ptr("hush")
		if _, err := signIn(t, s, e); err != nil || !strings.HasPrefix(e.asked[len(e.asked)-1], host) {
			t.Errorf("%s: %v, asked %v", environment, err, e.asked)
		}
	}
}

func TestRefusedSignIn(t *testing.T) {
	noEnvironment(t)
	s := anApplication()
	s.ClientSecret = ptr("very secret")
	_, err := signIn(t, s, &tenant{refuse: true})
	if !errors.Is(err, ErrCredentials) || !strings.Contains(err.Error(), "azure block") || strings.Contains(err.Error(), "very secret") ||
		!strings.HasSuffix(err.Error(), "401 invalid_client: AADSTS7000215: Invalid client secret provided.") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	session, err := newSession(t.Context(), s, &tenant{refuse: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"x"}}); !errors.Is(err, context.Canceled) || errors.Is(err, ErrCredentials) {
		t.Errorf("canceled: %v", err)
	}
}

func TestIncomplete(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name     string
		settings settings
		kind     error
		cure     string
	}{
		{"a device", settings{ClientIDFilePath: ptr("/dev/zero")}, session.ErrConfig, "it is a device, not a file"},
		{"a device for a certificate", settings{TenantID: ptr("tenant"), ClientID: ptr("client"), ClientCertificatePath: ptr("/dev/zero")}, session.ErrConfig, "it is a device, not a file"},
		{"nothing", settings{UseCLI: ptr(false)}, ErrCredentials, "client_secret"},
		{"no tenant", settings{ClientID: ptr("client"), ClientSecret: ptr("hush")}, ErrCredentials, "azure.tenant_id"},
		{"no client", settings{TenantID: ptr("tenant"), ClientSecret: ptr("hush")}, ErrCredentials, "ARM_CLIENT_ID"},
		{"no OIDC token", settings{TenantID: ptr("tenant"), ClientID: ptr("client"), UseOIDC: ptr(true)}, ErrCredentials, "id-token: write"},
		{"no certificate", settings{TenantID: ptr("tenant"), ClientID: ptr("client"), ClientCertificatePath: ptr("/nowhere.pfx")}, session.ErrConfig, "client_certificate_path"},
		{"no file", settings{ClientIDFilePath: ptr("/nowhere")}, session.ErrConfig, "azure.client_id_file_path"},
		{"two clients", settings{ClientID: ptr("client"), ClientIDFilePath: &empty}, session.ErrConfig, "another client_id than client_id or ARM_CLIENT_ID"},
		{"bad certificate", settings{TenantID: ptr("tenant"), ClientID: ptr("client"), ClientCertificate: ptr("aHVzaA==")}, session.ErrConfig, "client_certificate_password"},
		{"environment", settings{Environment: ptr("german")}, session.ErrConfig, "usgovernment"},
		{"endpoint", settings{Endpoint: ptr("127.0.0.1")}, session.ErrConfig, "azure.endpoint"},
		{"endpoint in the clear", settings{Endpoint: ptr("http://management.internal")}, session.ErrConfig, "use https"},
	} {
		t.Run(test.name, func(t *testing.T) {
			noEnvironment(t)
			if _, err := newSession(t.Context(), test.settings, nil); !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.cure) {
				t.Errorf("error %v, want %v with %q", err, test.kind, test.cure)
			}
		})
	}
}

// TestOtherWays opens without asking anybody.
func TestOtherWays(t *testing.T) {
	noEnvironment(t)
	for name, s := range map[string]settings{
		"CLI": {}, "managed identity": {UseMSI: ptr(true)}, "one of several": {UseMSI: ptr(true), ClientID: ptr("client")},
	} {
		if _, err := newSession(t.Context(), s, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fakeCLI is the part of az that signing in takes: its tokens say what it was asked.
const fakeCLI = `#!/bin/sh
case "$*" in *--tenant*--subscription*)
	echo "ERROR: Please specify only one of subscription and tenant, not both" >&2
	exit 1
esac
for last; do :; done
echo "{\"accessToken\": \"for $last\", \"expires_on\": 4102444800}"
`

// TestCLI signs in with az, which refuses a tenant beside a subscription; a pipeline usually has both.
func TestCLI(t *testing.T) {
	noEnvironment(t)
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "az"), []byte(fakeCLI), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for want, s := range map[string]settings{
		"for tenant":                       {TenantID: ptr("tenant"), SubscriptionID: ptr("subscription")},
		"for subscription":                 {SubscriptionID: ptr("subscription")},
		"for https://management.azure.com": {},
	} {
		if token, err := signIn(t, s, &tenant{}); err != nil || token.Token != want {
			t.Errorf("token %q, %v, want %q", token.Token, err, want)
		}
	}
}

func TestGitHubRefuses(t *testing.T) {
	noEnvironment(t)
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for name, address := range map[string]string{"not found": server.URL, "in the clear": "http://token.example.com", "nothing": ":"} {
		s := anApplication()
		s.UseOIDC, s.OIDCRequestURL, s.OIDCRequestToken = ptr(true), &address, ptr("ticket")
		_, err := signIn(t, s, &tenant{})
		if !errors.Is(err, ErrCredentials) || !strings.Contains(err.Error(), "oidc_request_url") || strings.Contains(err.Error(), "ticket") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
