package gcpcloud

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// scope is what the API asks for; roles decide what is allowed within it.
const scope = "https://www.googleapis.com/auth/cloud-platform"

// emptyHanded is for how long nobody is asked again for credentials after none
// were found. Outside of Google Cloud it takes seconds to learn that there is
// no metadata server, and a plan of many resources would ask many times.
const emptyHanded = 15 * time.Second

// tokens hands out what is put into the Authorization header; empty for none.
type tokens interface {
	token(ctx context.Context) (string, error)
}

// anonymous sends no credentials.
type anonymous struct{}

func (anonymous) token(context.Context) (string, error) { return "", nil }

// tokens returns where tokens come from. On a loopback endpoint those that are
// merely lying around (application default credentials) are not used.
func (s settings) tokens(base *url.URL, client *http.Client) tokens {
	given := value(s.Credentials) != "" || value(s.AccessToken) != ""
	if !given && value(s.Endpoint) != "" && loopback(base) {
		return anonymous{}
	}
	return &lazy{settings: s, client: client}
}

// lazy looks for credentials when the first call needs them.
type lazy struct {
	settings settings
	client   *http.Client

	mu       sync.Mutex
	provider auth.TokenProvider
	failed   error
	at       time.Time
}

func (l *lazy) token(ctx context.Context) (string, error) {
	provider, err := l.open(ctx)
	if err != nil {
		return "", err
	}
	token, err := provider.Token(ctx)
	switch {
	case err == nil:
		remotetext.HideToken(token.Value)
		return token.Value, nil
	case ctx.Err() != nil:
		return "", pkg.Errorf("waiting for a token: %w", errors.Join(ctx.Err(), err))
	default:
		return "", pkg.Errorf("%w: no token could be had for them; correct credentials or impersonate_service_account in the "+
			"provider's gcp block, or renew them (gcloud auth application-default login): %w", ErrCredentials, err)
	}
}

func (l *lazy) open(ctx context.Context) (auth.TokenProvider, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.provider != nil {
		return l.provider, nil
	}
	if l.failed != nil && time.Since(l.at) < emptyHanded {
		return nil, l.failed
	}
	source, err := l.settings.source(ctx, l.client)
	if err != nil {
		l.failed, l.at = err, time.Now()
		return nil, err
	}
	l.provider = source
	if principal := value(l.settings.Impersonate); principal != "" {
		l.provider = impersonate(source, l.client, principal, l.settings)
	}
	return l.provider, nil
}

// source finds the credentials that calls are made with, or those that
// impersonate.
func (s settings) source(ctx context.Context, client *http.Client) (auth.TokenProvider, error) {
	if token := value(s.AccessToken); token != "" {
		return static(token), nil
	}
	options := &credentials.DetectOptions{Scopes: []string{scope}, UniverseDomain: value(s.UniverseDomain), Client: client}
	if text := value(s.Credentials); text != "" {
		return fromText(ctx, text, options)
	}
	if path := defaultFile(); path != "" {
		return fromFile(ctx, path, options)
	}
	found, err := credentials.DetectDefault(options)
	if err != nil {
		return nil, pkg.Errorf("%w: none were found; %s: %w", ErrCredentials, howToGive, err)
	}
	return found, nil
}

// howToGive says how credentials can be given.
const howToGive = "set credentials or access_token in the provider's gcp block, or GOOGLE_CREDENTIALS, or run gcloud auth application-default login"

// static is an access token as it was given.
type static string

// Token implements auth.TokenProvider.
func (s static) Token(context.Context) (*auth.Token, error) {
	return &auth.Token{Value: string(s), Type: "Bearer"}, nil
}

// fromText makes credentials of a file's path or content. What it holds is a
// secret, and no part of an error.
func fromText(ctx context.Context, text string, options *credentials.DetectOptions) (auth.TokenProvider, error) {
	content := []byte(text)
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		read, err := localfile.Read(ctx, text, localfile.Small)
		if err != nil {
			return nil, pkg.Errorf("%w: gcp.credentials is neither JSON nor a file that can be read: %w", ErrCredentials, withoutPath(err))
		}
		content = read
	}
	return fromContent("gcp.credentials", content, options)
}

// withoutPath drops the path, which may be a mistyped secret.
func withoutPath(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
