package httpclient

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// ErrSecretMissing reports a secret that a service cannot do without.
var ErrSecretMissing = errors.New("a required secret is missing")

// RequiredSecret is block.Secret for a secret that is required.
func RequiredSecret(name string, value, env types.String) (string, error) {
	secret, err := block.Secret(name, value, env)
	if err == nil && secret == "" {
		return "", &block.AttributeError{
			Path: path.Root(name), Summary: "Secret Missing", Err: fmt.Errorf("%w: give %s, or %s_env", ErrSecretMissing, name, name),
		}
	}
	return secret, err
}

// SecretURL is RequiredSecret for a URL, and an error on the argument that gave it
// unless it is a whole one.
func SecretURL(name string, value, env types.String) (string, error) {
	address, err := RequiredSecret(name, value, env)
	if err != nil {
		return "", err
	}
	remotetext.HideURL(address)
	if !env.IsNull() {
		return address, block.Outside(validateSecretURL(name+"_env", address))
	}
	return address, validateSecretURL(name, address)
}

// NewWebhook opens what services with a secret URL have in common: the arguments
// webhook_url and webhook_url_env.
func NewWebhook(ctx context.Context, value, env types.String, t *TLS) (Sender, string, error) {
	address, err := SecretURL("webhook_url", value, env)
	if err != nil {
		return Sender{}, "", err
	}
	sender, err := NewSender(ctx, t)
	if err != nil {
		return Sender{}, "", err
	}
	sender.Client.SecretPath = true
	return sender, address, nil
}

// NewSender opens what services with a public URL and a secret key have in
// common.
func NewSender(ctx context.Context, t *TLS) (Sender, error) {
	client, err := New(ctx, t, nil, nil)
	return Sender{Client: client}, err
}

// Clip returns the first characters of a text, up to a service's limit.
func Clip(text string, limit int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), limit)])
}
