package haproxy

import (
	"fmt"
	"strings"
	"sync"
)

// Config returns what HAProxy was last configured with.
func (h *HAProxy) Config() Config { return h.config }

// MapURL is the address of the frontend that asks the map.
func (h *HAProxy) MapURL() string { return local("http", h.layout.mapPort) }

// ServerURL is the address of the frontend before Backend.
func (h *HAProxy) ServerURL() string { return local("http", h.layout.serverPort) }

// AdminSocket is the Runtime API with all rights: "unix:///…".
func (h *HAProxy) AdminSocket() string { return "unix://" + h.layout.socket("admin") }

// OperatorSocket is the Runtime API at level operator.
func (h *HAProxy) OperatorSocket() string { return "unix://" + h.layout.socket("operator") }

// UserSocket is the Runtime API at level user.
func (h *HAProxy) UserSocket() string { return "unix://" + h.layout.socket("user") }

// TCPSocket is the Runtime API with all rights over TCP: "tcp://127.0.0.1:…".
func (h *HAProxy) TCPSocket() string { return local("tcp", h.layout.tcpAPI) }

// MapFile is the path of the map.
func (h *HAProxy) MapFile() string { return h.layout.mapFile() }

// ConfigFile is the path of the configuration.
func (h *HAProxy) ConfigFile() string { return h.layout.config() }

// Dir is the folder of its files, which Stop removes.
func (h *HAProxy) Dir() string { return h.layout.dir }

// Done is closed when HAProxy has ended.
func (h *HAProxy) Done() <-chan struct{} { return h.done }

// Log is what HAProxy wrote so far.
func (h *HAProxy) Log() string { return h.log.String() }

func local(scheme string, port int) string {
	return fmt.Sprintf("%s://127.0.0.1:%d", scheme, port)
}

// log is a buffer that may be read while HAProxy writes.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
