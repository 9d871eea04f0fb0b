// Package grpccheck is the check that asks a server for its health over gRPC,
// by the protocol grpc.health.v1.
package grpccheck

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

const defaultTimeout = 5 * time.Second

// Kind returns the kind grpc.
func Kind() block.Kind[check.Check] { return block.New("grpc", attribute(), open) }

// grpcCheck is one opened block.
type grpcCheck struct {
	address, service string
	authority        string // empty for the address
	credentials      credentials.TransportCredentials
	metadata         metadata.MD
	tries            check.Tries
}

// Limit implements check.Check.
func (g *grpcCheck) Limit() time.Duration { return g.tries.Limit() }

// Run implements check.Check.
func (g *grpcCheck) Run(ctx context.Context, _ check.Subject) error {
	return g.tries.Do(ctx, func(ctx context.Context) error {
		if err := g.ask(ctx); err != nil {
			return fmt.Errorf("%s: %w", g.address, remotetext.Error(err))
		}
		return nil
	})
}

// ask asks once, on a connection of its own: one that could not be made is
// left alone by gRPC for a while, and a retry is to try it at once.
func (g *grpcCheck) ask(ctx context.Context) error {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(g.credentials),
		grpc.WithDisableServiceConfig(), // a server's own retries are none of ours
	}
	if g.authority != "" {
		options = append(options, grpc.WithAuthority(g.authority))
	}
	conn, err := grpc.NewClient("dns:///"+g.address, options...)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	ctx = metadata.NewOutgoingContext(ctx, g.metadata)
	answer, err := health.NewHealthClient(conn).Check(ctx, &health.HealthCheckRequest{Service: g.service})
	if err != nil {
		return g.explain(err)
	}
	if answer.GetStatus() != health.HealthCheckResponse_SERVING {
		return fmt.Errorf("%w: %s is %s", check.ErrFailed, g.what(), answer.GetStatus())
	}
	return nil
}

// explain tells what an error of the call means.
func (g *grpcCheck) explain(err error) error {
	switch status.Code(err) {
	case codes.NotFound: // https://github.com/grpc/grpc/blob/master/doc/health-checking.md
		return fmt.Errorf("%w: the server does not know the health of %s: %w", check.ErrFailed, g.what(), err)
	case codes.Unimplemented:
		return fmt.Errorf("the server does not serve grpc.health.v1.Health: %w", err)
	default:
		return err
	}
}

func (g *grpcCheck) what() string {
	if g.service == "" {
		return "the server"
	}
	return "service " + g.service
}
