package awscloud_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// answering has an endpoint that is not AWS answer a call, and returns what is
// said of it, and how often it was asked.
func answering(t *testing.T, answer http.HandlerFunc) (said string, asked int32) {
	t.Helper()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		answer(w, r)
	}))
	defer server.Close()
	err := describe(t.Context(), mustOpen(t, static(server.URL, nil)))
	if err == nil {
		t.Fatal("no error")
	}
	return err.Error(), calls.Load()
}

func TestRedirectionsAreNotFollowed(t *testing.T) {
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		var sent atomic.Bool
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent.Store(true) }))
		said, asked := answering(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) })
		other.Close()
		if sent.Load() || asked != 1 || !strings.Contains(said, "redirects to another address") {
			t.Errorf("%d: sent %t, asked %d times: %s", status, sent.Load(), asked, said)
		}
	}
}

// TestAnswersAreBounded: neither an endless answer nor one that unpacks to
// gigabytes is read to its end.
func TestAnswersAreBounded(t *testing.T) {
	blanks := strings.NewReader(strings.Repeat(" ", 1<<20))
	endless := func(w io.Writer) {
		for range 64 {
			blanks.Reset(strings.Repeat(" ", 1<<20))
			if _, err := io.Copy(w, blanks); err != nil {
				return // who reads has seen enough
			}
		}
	}
	for name, answer := range map[string]http.HandlerFunc{
		"long": func(w http.ResponseWriter, _ *http.Request) { endless(w) },
		"bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			endless(packed)
			_ = packed.Close() // the other side may be gone
		},
	} {
		if said, asked := answering(t, answer); asked != 1 || !strings.Contains(said, "the answer is longer than 8 MB") {
			t.Errorf("%s: asked %d times: %s", name, asked, said)
		}
	}
}

// TestTextsOfTheAPIAreClean: they are bounded, steer no terminal, and show no
// secret of ours, quoted or encoded.
func TestTextsOfTheAPIAreClean(t *testing.T) {
	said, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "<ErrorResponse><Error><Code>ValidationError</Code><Message>&#x9b;2J"+awselb.SecretKey+
			strings.Repeat(" and so on", 1<<18)+"</Message></Error></ErrorResponse>")
	})
	if len(said) > 2000 || strings.Contains(said, awselb.SecretKey) || strings.ContainsRune(said, '\u009b') {
		t.Errorf("%d bytes: %.300q", len(said), said)
	}
}
