package serve

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"google.golang.org/grpc"
)

// The terms of Terraform's plugin protocol, version 6. Package tf6server has the
// same, and no way to follow connections.
const (
	protocolVersion = 6
	magicCookieKey  = "TF_PLUGIN_MAGIC_COOKIE"
	magicCookie     = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
	maxMessageSize  = 256 << 20
)

// Serve serves a provider under its address in a registry. It returns when
// Terraform is done with it, or gone, and no cutover is under way: one that is
// when Terraform goes is rolled back first. Statements are as in New.
//
// With debug it waits for a debugger to be attached, and serves one Terraform
// after the other until it is interrupted.
func Serve(address string, debug bool, newProvider func() provider.Provider, statements ...string) error {
	running := newApplies()
	defer running.wait()
	newServer := func() tfprotov6.ProviderServer { return newServer(newProvider(), running, statements) }
	if debug {
		return tf6server.Serve(address, newServer, tf6server.WithManagedDebug())
	}
	survive()
	out, err := os.Stdout, os.Stderr
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{ProtocolVersion: protocolVersion, MagicCookieKey: magicCookieKey, MagicCookieValue: magicCookie},
		Plugins:         plugin.PluginSet{"provider": &tf6server.GRPCProviderPlugin{GRPCProvider: newServer, Name: address}},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			var s *grpc.Server
			c := newClient(func() { s.Stop() })
			s = grpc.NewServer(append(options, grpc.MaxRecvMsgSize(maxMessageSize), grpc.MaxSendMsgSize(maxMessageSize), grpc.StatsHandler(c))...)
			return s
		},
	})
	for served, own := range map[*os.File]*os.File{os.Stdout: out, os.Stderr: err} {
		if served != own {
			discard(served)
		}
	}
	return nil
}

// survive lets none of the signals end the process that a terminal or a runner
// sends to all processes of a run: they are for Terraform, which then asks the
// provider to stop and waits for the rollback, or is gone. Nor may a write to an
// output that nobody reads any more. They are caught rather than ignored, so that
// programs started from here have them as ever.
func survive() {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
}

// discard ends every write to a pipe that nobody reads any more, which would
// wait once the pipe is full.
func discard(pipe *os.File) {
	_ = pipe.SetWriteDeadline(time.Unix(0, 1)) // Where there are no deadlines, a full pipe stays one.
}
