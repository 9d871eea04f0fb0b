package azuretm

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// ErrNoAnswer reports a name for which DNS has no answer.
var ErrNoAnswer = errors.New("azuretm: no answer")

// Resolver is what stands between a client and DNS: it asks the lab's DNS server, and keeps each answer
// for as long as its TTL says and no longer. All methods are safe for concurrent use.
type Resolver struct {
	lab *Lab

	mu   sync.Mutex
	kept map[string]kept
	// open counts connections by target, from the moment a name was resolved.
	open   map[string]int
	closed chan struct{} // replaced whenever one ends
}

type kept struct {
	target string
	until  time.Time
}

// Resolver returns a resolver with nothing in its cache.
func (l *Lab) Resolver() *Resolver {
	return &Resolver{lab: l, kept: map[string]kept{}, open: map[string]int{}, closed: make(chan struct{})}
}

// DialContext connects to the application that a host's name leads to: the dialer of an http.Transport.
// The address has the form host:port; the port is that of the application whatever it says.
func (r *Resolver) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("azuretm: %w", err)
	}
	target, err := r.take(ctx, host)
	if err != nil {
		return nil, err
	}
	where, ok := r.lab.Address(target)
	if !ok {
		r.end(target)
		return nil, fmt.Errorf("azuretm: %s has no address", target)
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, where)
	if err != nil {
		r.end(target)
		return nil, err
	}
	return &counted{Conn: conn, end: sync.OnceFunc(func() { r.end(target) })}, nil
}

// counted is a connection that tells its end.
type counted struct {
	net.Conn
	end func()
}

// Close implements net.Conn.
func (c *counted) Close() error {
	defer c.end()
	return c.Conn.Close()
}

// Lookup returns the last name that a name stands for, from the cache or from DNS. The error wraps
// ErrNoAnswer when there is none.
func (r *Resolver) Lookup(ctx context.Context, name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock() // who asks for the same name meanwhile waits for this answer
	return r.lookup(ctx, name)
}

// WaitIdle returns when no connection to a target is open, nor being opened, or with the error of ctx.
func (r *Resolver) WaitIdle(ctx context.Context, target string) error {
	for {
		r.mu.Lock()
		open, closed := r.open[canonical(target)], r.closed
		r.mu.Unlock()
		if open == 0 {
			return nil
		}
		select {
		case <-closed:
		case <-ctx.Done():
			return fmt.Errorf("azuretm: %d connections to %s: %w", open, target, ctx.Err())
		}
	}
}

// take is Lookup for a connection.
func (r *Resolver) take(ctx context.Context, name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	target, err := r.lookup(ctx, name)
	if err == nil {
		r.open[target]++
	}
	return target, err
}

func (r *Resolver) end(target string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[target]--
	close(r.closed)
	r.closed = make(chan struct{})
}

func (r *Resolver) lookup(ctx context.Context, name string) (string, error) {
	name = canonical(name)
	if k, ok := r.kept[name]; ok && time.Now().Before(k.until) {
		return k.target, nil
	}
	asked := time.Now()
	target, ttl, err := r.ask(ctx, name)
	if err != nil {
		return "", err
	}
	r.kept[name] = kept{target, asked.Add(r.lab.opts.seconds(float64(ttl)))}
	return target, nil
}

// ask asks the DNS server, again when a packet is lost.
func (r *Resolver) ask(ctx context.Context, name string) (target string, ttl uint32, err error) {
	question, err := dnsmessage.NewName(name + ".")
	if err != nil {
		return "", 0, fmt.Errorf("azuretm: %w", err)
	}
	id := uint16(rand.UintN(1 << 16)) //nolint:gosec // tells answers apart, no more
	message := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: question, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
	}
	packet, err := message.Pack()
	if err != nil {
		return "", 0, fmt.Errorf("azuretm: %w", err)
	}
	for range 3 {
		var answer dnsmessage.Message
		if answer, err = r.exchange(ctx, packet, id); err == nil {
			return follow(name, answer)
		}
	}
	return "", 0, err
}

func (r *Resolver) exchange(ctx context.Context, packet []byte, id uint16) (dnsmessage.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var (
		dialer net.Dialer
		answer dnsmessage.Message
	)
	conn, err := dialer.DialContext(ctx, "udp", r.lab.DNS())
	if err != nil {
		return answer, fmt.Errorf("azuretm: %w", err)
	}
	defer func() { _ = conn.Close() }() // nothing is left to read
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return answer, fmt.Errorf("azuretm: %w", err)
	}
	if _, err := conn.Write(packet); err != nil {
		return answer, fmt.Errorf("azuretm: %w", err)
	}
	reply := make([]byte, maxPacket)
	n, err := conn.Read(reply)
	if err != nil {
		return answer, fmt.Errorf("azuretm: %w", err)
	}
	if err := answer.Unpack(reply[:n]); err != nil || answer.ID != id {
		return answer, fmt.Errorf("azuretm: not an answer to the question: %w", err)
	}
	return answer, nil
}

// follow returns the last name of an answer, and the shortest TTL on the way.
func follow(name string, answer dnsmessage.Message) (target string, ttl uint32, err error) {
	ttl = 1<<32 - 1
	target = name
	for _, a := range answer.Answers {
		ttl = min(ttl, a.Header.TTL)
		if cname, ok := a.Body.(*dnsmessage.CNAMEResource); ok {
			target = canonical(cname.CNAME.String())
		}
	}
	if answer.RCode != dnsmessage.RCodeSuccess || len(answer.Answers) == 0 {
		return "", 0, fmt.Errorf("%w for %s: %s", ErrNoAnswer, name, answer.RCode)
	}
	return target, ttl, nil
}
