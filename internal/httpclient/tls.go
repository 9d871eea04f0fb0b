package httpclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
)

// TLS are the arguments of the block tls.
type TLS struct {
	CA                 *string `tfsdk:"ca_cert"`
	Certificate        *string `tfsdk:"client_cert"`
	KeyFile            *string `tfsdk:"client_key_file"`
	ServerName         *string `tfsdk:"server_name"`
	InsecureSkipVerify *bool   `tfsdk:"insecure_skip_verify"`
}

// Config returns what the arguments say; nil says nothing. The error is an
// *block.AttributeError below "tls", and wraps ErrConfig.
func (t *TLS) Config() (*tls.Config, error) {
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
	if (t.Certificate == nil) != (t.KeyFile == nil) {
		return nil, tlsError("client_cert", errors.New("client_cert and client_key_file go together"))
	}
	if t.Certificate != nil {
		key, err := os.ReadFile(*t.KeyFile)
		if err != nil {
			return nil, tlsError("client_key_file", err)
		}
		pair, err := tls.X509KeyPair([]byte(*t.Certificate), key)
		if err != nil {
			return nil, tlsError("client_cert", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func tlsError(name string, err error) error {
	return &block.AttributeError{
		Path: path.Root("tls").AtName(name), Summary: "TLS Argument Not Valid", Err: fmt.Errorf("%w: %w", ErrConfig, err),
	}
}
