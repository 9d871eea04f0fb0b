package delivery

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/webclient"
)

// ErrMissing reports a secret that a service cannot do without.
var ErrMissing = errors.New("delivery: a required secret is missing")

// Secret is block.Secret for a secret that is required.
func Secret(name string, value, env types.String) (string, error) {
	secret, err := block.Secret(name, value, env)
	if err == nil && secret == "" {
		return "", &block.AttributeError{
			Path: path.Root(name), Summary: "Secret Missing", Err: fmt.Errorf("%w: give %s, or %s_env", ErrMissing, name, name),
		}
	}
	return secret, err
}

// SecretURL is Secret for a URL, and an error on the argument that gave it
// unless it is a whole one.
func SecretURL(name string, value, env types.String) (string, error) {
	address, err := Secret(name, value, env)
	if err != nil {
		return "", err
	}
	if !env.IsNull() {
		name += "_env"
	}
	return address, webclient.ValidateURL(name, address)
}

// Webhook opens what services with a secret URL have in common: the arguments
// webhook_url and webhook_url_env.
func Webhook(value, env types.String) (Sender, string, error) {
	address, err := SecretURL("webhook_url", value, env)
	if err != nil {
		return Sender{}, "", err
	}
	sender, err := Service()
	if err != nil {
		return Sender{}, "", err
	}
	sender.Client.SecretPath = true
	return sender, address, nil
}

// Service opens what services with a public URL and a secret key have in
// common.
func Service() (Sender, error) {
	client, err := webclient.New(nil, nil, nil)
	return Sender{Client: client}, err
}

// Clip returns the first characters of a text, up to a service's limit.
func Clip(text string, limit int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), limit)])
}
