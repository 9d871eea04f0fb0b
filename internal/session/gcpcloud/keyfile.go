package gcpcloud

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// defaultVariable names the file of the application default credentials.
const defaultVariable = "GOOGLE_APPLICATION_CREDENTIALS"

// defaultFile is the file of the application default credentials: the one that
// the environment names, or that of gcloud when there is one; else "".
func defaultFile() string {
	if path := os.Getenv(defaultVariable); path != "" {
		return path
	}
	folder := os.Getenv("APPDATA")
	if runtime.GOOS != "windows" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		folder = filepath.Join(home, ".config")
	}
	path := filepath.Join(folder, "gcloud", "application_default_credentials.json")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// fromFile makes credentials of the application default credentials.
func fromFile(ctx context.Context, path string, options *credentials.DetectOptions) (auth.TokenProvider, error) {
	content, err := localfile.Read(ctx, path, localfile.Small)
	switch {
	case errors.Is(err, fs.ErrNotExist): // a variable that names nothing gives nothing
		return nil, pkg.Errorf("%w: none were found where %s says; %s: %w", ErrCredentials, defaultVariable, howToGive, remotetext.Error(err))
	case err != nil:
		return nil, pkg.Errorf("%w: the application default credentials, which %s names or gcloud has written, cannot be read; %s: %w",
			ErrCredentials, defaultVariable, howToGive, remotetext.Error(err))
	}
	return fromContent("the file of the application default credentials", content, options)
}

// fromContent makes credentials of a key file's content. Name is how errors
// call it.
func fromContent(name string, content []byte, options *credentials.DetectOptions) (auth.TokenProvider, error) {
	var file struct {
		Type credentials.CredType `json:"type"`
	}
	if err := json.Unmarshal(content, &file); err != nil || file.Type == "" {
		return nil, pkg.Errorf("%w: %s is not the JSON of a key file: "+
			"it needs at least a type such as service_account", ErrCredentials, name)
	}
	hideKeyFile(content)
	found, err := credentials.NewCredentialsFromJSON(file.Type, content, options)
	if err != nil {
		return nil, pkg.Errorf("%w: %s: %w", ErrCredentials, name, remotetext.Error(err))
	}
	return found, nil
}

// secretNames are what in a key file, of whatever type, is a secret. Those that
// impersonate have another file within, and those of a federation headers.
var secretNames = []string{"private_key", "client_secret", "refresh_token", "access_token", "id_token", "token", "password"}

// hideKeyFile hides what is secret in a key file.
func hideKeyFile(content []byte) {
	var document any
	if json.Unmarshal(content, &document) == nil {
		hideSecrets("", document)
	}
}

func hideSecrets(name string, value any) {
	switch v := value.(type) {
	case string:
		switch {
		case slices.Contains(secretNames, name):
			remotetext.Hide(v)
		case name == "headers":
			remotetext.HideHeader(v)
		}
	case []any:
		for _, one := range v {
			hideSecrets(name, one)
		}
	case map[string]any:
		for key, one := range v {
			if name == "headers" {
				key = name // each of them may be one
			}
			hideSecrets(strings.ToLower(key), one)
		}
	}
}
