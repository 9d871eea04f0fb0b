package gcpcloud

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// TestDefaultCredentialsAreHidden has what gcloud writes: no answer that quotes
// a part of it shows it, that of those who impersonate included.
func TestDefaultCredentialsAreHidden(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
	folder := filepath.Join(home, ".config", "gcloud")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"application_default_credentials.json": `{"type":"authorized_user","client_id":"id.apps","client_secret":"d-FL95Q19q7MQmFpd7hHD0Ty","refresh_token":"1//0gRefr3shTok3n"}`,
		"impersonated.json": `{"type":"impersonated_service_account","service_account_impersonation_url":"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken",
			"source_credentials":{"type":"authorized_user","client_id":"id","client_secret":"n3sted-client-secret","refresh_token":"n3sted-refresh-token"}}`,
		"federated.json": `{"type":"external_account","audience":"//iam.googleapis.com/x","subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"https://sts.googleapis.com/v1/token",
			"credential_source":{"url":"https://ci.internal/token","headers":{"Authorization":"Bearer f3derated-bearer"}}}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"", filepath.Join(folder, "impersonated.json"), filepath.Join(folder, "federated.json")} {
		t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", path)
		if _, err := (settings{}).source(t.Context(), http.DefaultClient); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, secret := range []string{
		"d-FL95Q19q7MQmFpd7hHD0Ty", "1//0gRefr3shTok3n", "n3sted-client-secret", "n3sted-refresh-token", "f3derated-bearer",
	} {
		if got := remotetext.Clean("refused: " + secret); strings.Contains(got, secret) {
			t.Error(got)
		}
	}
}

// TestDefaultCredentialsThatAreNoFile do not hang a plan.
func TestDefaultCredentialsThatAreNoFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", pipe)
	_, err := (settings{}).source(t.Context(), http.DefaultClient)
	if !errors.Is(err, ErrCredentials) || !errors.Is(err, localfile.ErrNotRegular) {
		t.Errorf("source = %v", err)
	}
	_, err = settings{Credentials: &pipe}.source(t.Context(), http.DefaultClient)
	if !errors.Is(err, ErrCredentials) || !errors.Is(err, localfile.ErrNotRegular) {
		t.Errorf("source = %v", err)
	}
}
