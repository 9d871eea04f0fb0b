package grpccheck_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/grpccheck"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/pki"
)

// serve serves what register adds, and returns where.
func serve(t *testing.T, register func(*grpc.Server), options ...grpc.ServerOption) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(options...)
	register(server)
	go server.Serve(l)
	t.Cleanup(server.Stop)
	return l.Addr().String()
}

// healthy is a server that serves, of whose services one does not.
func healthy(t *testing.T, options ...grpc.ServerOption) string {
	t.Helper()
	h := health.NewServer()
	h.SetServingStatus("shop.Catalog", healthpb.HealthCheckResponse_SERVING)
	h.SetServingStatus("shop.Orders", healthpb.HealthCheckResponse_NOT_SERVING)
	return serve(t, func(s *grpc.Server) { healthpb.RegisterHealthServer(s, h) }, options...)
}

func run(t *testing.T, values Values) error {
	t.Helper()
	return MustOpen(t, grpccheck.Kind(), values).Run(t.Context(), check.Subject{})
}

func TestHealth(t *testing.T) {
	address := healthy(t)
	for _, test := range []struct {
		service any
		want    string
	}{
		{service: nil},
		{service: "shop.Catalog"},
		{service: "shop.Orders", want: "service shop.Orders is NOT_SERVING"},
		{service: "shop.Missing", want: "does not know the health of service shop.Missing"},
	} {
		err := run(t, Values{"address": address, "plaintext": true, "service": test.service})
		if (err == nil) != (test.want == "") || (err != nil && (!strings.Contains(err.Error(), test.want) || !errors.Is(err, check.ErrFailed))) {
			t.Errorf("%v: %v", test.service, err)
		}
	}
}

// TestNoAnswer is not a condition that was looked at.
func TestNoAnswer(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for name, test := range map[string]struct {
		address, want string
		code          codes.Code
	}{
		"refused":       {closed.Addr().String(), "connection refused", codes.Unavailable},
		"unimplemented": {serve(t, func(*grpc.Server) {}), "does not serve grpc.health.v1.Health", codes.Unimplemented},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(t, Values{"address": test.address, "plaintext": true, "retries": 1, "backoff": "0s"})
			if errors.Is(err, check.ErrFailed) || status.Code(err) != test.code || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "after 2 tries") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	address := healthy(t, grpc.UnaryInterceptor(func(ctx context.Context, _ any, _ *grpc.UnaryServerInfo, _ grpc.UnaryHandler) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	if err := run(t, Values{"address": address, "plaintext": true, "timeout": "30ms"}); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("%v", err)
	}
}

func TestRetries(t *testing.T) {
	var asked atomic.Int32
	address := healthy(t, grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if asked.Add(1) < 3 {
			return nil, status.Error(codes.Unavailable, "starting")
		}
		return next(ctx, req)
	}))
	if err := run(t, Values{"address": address, "plaintext": true, "retries": 2, "backoff": "0s"}); err != nil || asked.Load() != 3 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}

// TestMetadata is sent, and its secrets are in no error, even when the server
// says them.
func TestMetadata(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_TOKEN", "Bearer s3cret")
	address := healthy(t, grpc.UnaryInterceptor(func(ctx context.Context, _ any, _ *grpc.UnaryServerInfo, _ grpc.UnaryHandler) (any, error) {
		md, _ := metadata.FromIncomingContext(ctx)
		if md.Get("x-team")[0] != "shop" {
			t.Errorf("%v", md)
		}
		said := md.Get("authorization")[0]
		return nil, status.Errorf(codes.Unauthenticated, "bad token %s of %s", strings.TrimPrefix(said, "Bearer "), said)
	}))
	err := run(t, Values{
		"address": address, "plaintext": true, "metadata": map[string]string{"X-Team": "shop"},
		"metadata_env": map[string]string{"authorization": "BLUEGREEN_TEST_TOKEN"},
	})
	if status.Code(err) != codes.Unauthenticated || !strings.Contains(err.Error(), "bad token (secret) of (secret)") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%v", err)
	}
}

func TestTLS(t *testing.T) {
	ca := pki.NewT(t)
	certificate, keyFile := ca.FilesT(t, "checker")
	address := healthy(t, grpc.Creds(credentials.NewTLS(ca.ServerConfigT(t, true))))
	for _, test := range []struct {
		name string
		tls  Values
		fine bool
	}{
		{name: "unknown authority", tls: nil},
		{name: "no certificate", tls: Values{"ca_cert": ca.PEM()}},
		{name: "both", tls: Values{"ca_cert": ca.PEM(), "client_cert": certificate, "client_key_file": keyFile}, fine: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			values := Values{"address": address}
			if test.tls != nil {
				values["tls"] = test.tls
			}
			if err := run(t, values); (err == nil) != test.fine {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestBadArguments(t *testing.T) {
	for _, test := range []struct {
		values Values
		at     path.Path
	}{
		{Values{"address": "green.internal"}, path.Root("address")},
		{Values{"address": "a:1", "plaintext": true, "tls": Values{}}, path.Root("plaintext")},
		{Values{"address": "a:1", "tls": Values{"ca_cert": "nonsense"}}, path.Root("tls").AtName("ca_cert")},
		{Values{"address": "a:1", "metadata_env": map[string]string{"a": "BLUEGREEN_TEST_UNSET"}}, path.Root("metadata_env").AtMapKey("a")},
		{Values{"address": "a:1", "metadata": map[string]string{"a b": "c"}}, path.Root("metadata").AtMapKey("a b")},
		{Values{"address": "a:1", "metadata": map[string]string{"grpc-timeout": "c"}}, path.Root("metadata").AtMapKey("grpc-timeout")},
	} {
		_, err := Open(t, grpccheck.Kind(), test.values)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || !attribute.Path.Equal(test.at) {
			t.Errorf("%v: %v", test.values, err)
		}
	}
}

func TestLimit(t *testing.T) {
	c := MustOpen(t, grpccheck.Kind(), Values{"address": "a:1", "retries": 1})
	if c.Limit() != 11*time.Second {
		t.Errorf("%s", c.Limit())
	}
}

// TestAuthority is the name by which a load balancer knows one server of many.
func TestAuthority(t *testing.T) {
	address := healthy(t, grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if md, _ := metadata.FromIncomingContext(ctx); !slices.Equal(md.Get(":authority"), []string{"green.shop.internal"}) {
			return nil, status.Error(codes.Unimplemented, "no such host")
		}
		return next(ctx, req)
	}))
	if err := run(t, Values{"address": address, "plaintext": true}); err == nil {
		t.Error("it passes by the address")
	}
	if err := run(t, Values{"address": address, "plaintext": true, "authority": "green.shop.internal"}); err != nil {
		t.Error(err)
	}
}
