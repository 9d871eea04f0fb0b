package tcpcheck_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/tcpcheck"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/pki"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// serve serves TLS, or when config is nil nothing at all, to whoever connects.
func serve(l net.Listener, config *tls.Config) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		if config == nil {
			continue // the listener's backlog has answered; the connection stays open
		}
		go func() { _ = tls.Server(conn, config).Handshake() }()
	}
}

func run(t *testing.T, values Values) error {
	t.Helper()
	return MustOpen(t, tcpcheck.Kind(), values).Run(t.Context(), check.Subject{})
}

func TestConnects(t *testing.T) {
	l := listen(t)
	if err := run(t, Values{"address": l.Addr().String()}); err != nil {
		t.Error(err)
	}
	address := l.Addr().String()
	l.Close()
	err := run(t, Values{"address": address, "retries": 2, "backoff": "0s"})
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), "after 3 tries: "+address) {
		t.Errorf("%v", err)
	}
}

func TestTLS(t *testing.T) {
	ca := pki.NewT(t)
	l := listen(t)
	go serve(l, ca.ServerConfigT(t, false))
	for _, test := range []struct {
		name string
		tls  Values
		fine bool
	}{
		{name: "unknown authority", tls: Values{}},
		{name: "known authority", tls: Values{"ca_cert": ca.PEM()}, fine: true},
		{name: "another name", tls: Values{"ca_cert": ca.PEM(), "server_name": "elsewhere.internal"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := run(t, Values{"address": l.Addr().String(), "tls": test.tls})
			var verification *tls.CertificateVerificationError
			if (err == nil) != test.fine || (err != nil && !errors.As(err, &verification)) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestHangs connects, and never hears a word of the handshake.
func TestHangs(t *testing.T) {
	l := listen(t)
	go serve(l, nil)
	err := run(t, Values{"address": l.Addr().String(), "tls": Values{}, "timeout": "20ms"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestBadArguments(t *testing.T) {
	for _, test := range []struct {
		values Values
		at     path.Path
	}{
		{Values{"address": "green.internal"}, path.Root("address")},
		{Values{"address": ":80"}, path.Root("address")},
		{Values{"address": "green.internal:http"}, path.Root("address")},
		{Values{"address": "green.internal:0"}, path.Root("address")},
		{Values{"address": "green.internal:65536"}, path.Root("address")},
		{Values{"address": "a:1", "tls": Values{"ca_cert": "nonsense"}}, path.Root("tls").AtName("ca_cert")},
	} {
		_, err := Open(t, tcpcheck.Kind(), test.values)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || !attribute.Path.Equal(test.at) {
			t.Errorf("%v: %v", test.values, err)
		}
	}
}

func TestLimit(t *testing.T) {
	c := MustOpen(t, tcpcheck.Kind(), Values{"address": "[::1]:1", "timeout": "1s", "retries": 1})
	if c.Limit() != 3*time.Second {
		t.Errorf("%s", c.Limit())
	}
}
