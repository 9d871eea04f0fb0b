package notify

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/webclient"
)

// ErrMissing reports a secret that a service cannot do without.
var ErrMissing = errors.New("notify: a required secret is missing")

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

// Webhook opens what services with a secret URL have in common: the arguments
// webhook_url and webhook_url_env.
func Webhook(value, env types.String) (Sender, string, error) {
	url, err := Secret("webhook_url", value, env)
	if err != nil {
		return Sender{}, "", err
	}
	if err := webclient.ValidateURL("webhook_url", url); err != nil {
		return Sender{}, "", err
	}
	client, err := webclient.New(nil, nil, nil)
	if err != nil {
		return Sender{}, "", err
	}
	client.SecretPath = true
	return Sender{Client: client}, url, nil
}

// Service opens what services with a public URL and a secret key have in
// common.
func Service() (Sender, error) {
	client, err := webclient.New(nil, nil, nil)
	return Sender{Client: client}, err
}
