package serve

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/stats"
)

// connectLimit is how long a client may take to connect to a process that it
// started: as long as go-plugin's lets the process take to begin.
const connectLimit = time.Minute

// client follows the connections of the Terraform that started this process.
// One that ends without a word, by a signal or with its machine's terminal,
// leaves nothing but a connection that is closed.
type client struct {
	first *time.Timer // runs out when there is no connection
	gone  func()      // called once, when no connection is left, or none came

	mu   sync.Mutex
	open int
}

// newClient waits for a client to connect.
func newClient(gone func()) *client {
	gone = sync.OnceFunc(gone)
	return &client{first: time.AfterFunc(connectLimit, gone), gone: gone}
}

// HandleConn implements stats.Handler.
func (c *client) HandleConn(_ context.Context, s stats.ConnStats) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s.(type) {
	case *stats.ConnBegin:
		c.first.Stop()
		c.open++
	case *stats.ConnEnd:
		c.open--
		if c.open == 0 {
			go c.gone() // which waits for this connection
		}
	}
}

// TagConn implements stats.Handler.
func (*client) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// TagRPC implements stats.Handler.
func (*client) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC implements stats.Handler.
func (*client) HandleRPC(context.Context, stats.RPCStats) {}
