package haproxyapi

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// peer is a socket on which something answers every line with a text, and
// closes the connection only when it is told to.
func peer(t *testing.T, answer string, closes bool) Socket {
	t.Helper()
	dir, err := os.MkdirTemp("", "peer") //nolint:usetesting // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, LineLimit))
			_, _ = io.WriteString(conn, answer)
			if !closes {
				_, _ = conn.Read(make([]byte, 1)) // until the other side leaves
			}
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-ended
		_ = os.RemoveAll(dir)
	})
	s, err := ParseSocket("unix://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s.limits = limits{silence: 50 * time.Millisecond, reply: 4096}
	return s
}

// masterHelp is what the master of 2.6 answers to a command of a worker.
const masterHelp = "Unknown command, but maybe one of the following ones is a better match:\n" +
	"  show cli level                          : display the level of the current CLI session\n" +
	"  show proc                               : show processes status\n" +
	"  quit                                    : disconnect\n\n"

// TestPeersThatAreNoWorker: each is told for what it is, and none is waited for
// until a caller's own time is over.
func TestPeersThatAreNoWorker(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		closes bool
		want   error
		says   string
	}{
		"says nothing":            {"", false, ErrUnreachable, "did not answer within 50ms"},
		"the master":              {masterHelp, false, ErrMaster, "(-S)"},
		"the master, and closes":  {masterHelp + strings.Repeat("x", 100), false, ErrMaster, "(-S)"},
		"stays open":              {"220 mail.example ESMTP\n", false, ErrReply, "the connection stayed open"},
		"never ends":              {strings.Repeat("x", 9000), true, ErrReply, "longer than 4096 bytes"},
		"speaks another protocol": {"HTTP/1.1 400 Bad Request\r\n", true, ErrReply, "400 Bad Request"},
	} {
		s := peer(t, test.answer, test.closes)
		_, err := s.Run(t.Context(), "show info")
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), s.Name) {
			t.Errorf("%s: %v, want %q of %s", name, err, test.says, s.Name)
		}
	}
}

// TestSilencePastTheContext: a context that ends first is the reason.
func TestSilencePastTheContext(t *testing.T) {
	s := peer(t, "", false)
	s.limits.silence = time.Hour
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(20*time.Millisecond))
	defer cancel()
	if _, err := s.Run(ctx, "show info"); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrUnreachable) {
		t.Errorf("Run = %v", err)
	}
}

// TestHostileTexts: no text of a peer gets long, or with control characters,
// into a message.
func TestHostileTexts(t *testing.T) {
	bad := "\x1b[2JApply complete!" + strings.Repeat("\x1b[31m!", 400_000)
	names := make([]string, 5000)
	for i := range names {
		names[i] = bad
	}
	for what, text := range map[string]string{
		"a reply":   (&CommandError{Command: "show stat", Reply: bad}).Error(),
		"a list":    List(names),
		"a value":   Clip(bad),
		"its end":   Excerpt(bad),
		"a command": (&CommandError{Command: bad, Reply: ""}).Error(),
	} {
		if len(text) > 40*clipLimit || strings.ContainsRune(text, 0x1b) {
			t.Errorf("%s takes %d bytes: %.60q", what, len(text), text)
		}
	}
	if got := List([]string{"a", "b"}); got != `["a" "b"]` {
		t.Errorf("List = %s", got)
	}
}
