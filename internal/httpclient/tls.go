package httpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// TLS are the arguments of the block tls.
type TLS struct {
	CA                 *string `tfsdk:"ca_cert"`
	Certificate        *string `tfsdk:"client_cert"`
	KeyFile            *string `tfsdk:"client_key_file"`
	KeyEnv             *string `tfsdk:"client_key_env"`
	ServerName         *string `tfsdk:"server_name"`
	InsecureSkipVerify *bool   `tfsdk:"insecure_skip_verify"`
	// Key is the private key itself, which a SwitchTLS has.
	Key *string `tfsdk:"-"`
}

// SwitchTLS are the arguments of the block tls in what a switch alone has.
type SwitchTLS struct {
	TLS
	ClientKey *string `tfsdk:"client_key"`
}

// Arguments returns them as those of a TLS; nil for nil.
func (t *SwitchTLS) Arguments() *TLS {
	if t == nil {
		return nil
	}
	all := t.TLS
	all.Key = t.ClientKey
	return &all
}

// Config returns what the arguments say; nil says nothing. The error is an
// *block.AttributeError below "tls", and wraps ErrConfig.
func (t *TLS) Config(ctx context.Context) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t == nil {
		return config, nil
	}
	if t.ServerName != nil {
		config.ServerName = *t.ServerName
	}
	if t.InsecureSkipVerify != nil {
		config.InsecureSkipVerify = *t.InsecureSkipVerify
	}
	if t.CA != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(*t.CA)) {
			return nil, tlsError("ca_cert", errors.New("it has no certificate in PEM form"))
		}
	}
	pair, err := t.pair(ctx)
	if err != nil {
		return nil, err
	}
	config.Certificates = pair
	return config, nil
}

// pair is the certificate to show, with its key; none when there is none.
func (t *TLS) pair(ctx context.Context) ([]tls.Certificate, error) {
	given := t.keys()
	if (t.Certificate == nil) != (len(given) == 0) {
		return nil, tlsError("client_cert", errors.New("client_cert goes together with its key: client_key_file or client_key_env, or client_key in a switch"))
	}
	if len(given) > 1 {
		return nil, tlsError(given[1], fmt.Errorf("give %s, not both", strings.Join(given[:2], " or ")))
	}
	if t.Certificate == nil {
		return nil, nil
	}
	argument, key, err := t.key(ctx)
	if err != nil {
		return nil, err
	}
	remotetext.Hide(string(key))
	block, _ := pem.Decode(key)
	switch {
	case block == nil:
		return nil, tlsError(argument, errors.New("it has no private key in PEM form"))
	case block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return nil, tlsError(argument, errors.New("the private key is encrypted with a passphrase, which nobody is there to type; "+
			"decrypt it (openssl pkey -in key.pem -out plain.pem), and keep that where it is safe"))
	}
	pair, err := tls.X509KeyPair([]byte(*t.Certificate), key)
	if err != nil {
		return nil, tlsError("client_cert", err)
	}
	return []tls.Certificate{pair}, nil
}

// keys are the arguments that give a private key.
func (t *TLS) keys() []string {
	var given []string
	for _, argument := range []struct {
		name  string
		value *string
	}{{"client_key", t.Key}, {"client_key_file", t.KeyFile}, {"client_key_env", t.KeyEnv}} {
		if argument.value != nil {
			given = append(given, argument.name)
		}
	}
	return given
}

// key is the private key, and the argument that it came by.
func (t *TLS) key(ctx context.Context) (string, []byte, error) {
	if t.Key != nil {
		return "client_key", []byte(*t.Key), nil
	}
	if t.KeyEnv != nil {
		key := os.Getenv(*t.KeyEnv)
		if key == "" {
			return "", nil, &block.AttributeError{
				Path: path.Root("tls").AtName("client_key_env"), Summary: "Environment Variable Not Set",
				Err: fmt.Errorf("%w: %s is not set, or empty, where Terraform runs", block.ErrUnset, *t.KeyEnv),
			}
		}
		// Where a variable can have one line only, its breaks are written \n.
		return "client_key_env", []byte(strings.ReplaceAll(key, `\n`, "\n")), nil
	}
	key, err := localfile.Read(ctx, *t.KeyFile, localfile.Small)
	if err != nil {
		return "", nil, block.Outside(tlsError("client_key_file", err))
	}
	return "client_key_file", key, nil
}

func tlsError(name string, err error) error {
	return &block.AttributeError{
		Path: path.Root("tls").AtName(name), Summary: "TLS Argument Not Valid", Err: fmt.Errorf("%w: %w", ErrConfig, err),
	}
}
