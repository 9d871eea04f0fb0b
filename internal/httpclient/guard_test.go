package httpclient_test

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

// zeros are so many bytes that pack well.
type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(len(p), z.left)
	clear(p[:n])
	z.left -= n
	return n, nil
}

// TestBounded reads answers of just the size, of more, and packed ones that are
// a thousand times what came over the network.
func TestBounded(t *testing.T) {
	const most = 1 << 20
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		size := map[string]int{"/fits": most, "/long": most + 1, "/bomb": 1 << 30}[r.URL.Path]
		if r.URL.Path != "/bomb" {
			_, _ = io.Copy(w, &zeros{size})
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		_, _ = io.Copy(packed, &zeros{size}) // ends when the client hangs up
	})
	client := httpclient.Guarded(nil, most)
	for path, want := range map[string]error{"/fits": nil, "/long": httpclient.ErrTooLong, "/bomb": httpclient.ErrTooLong} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if !errors.Is(err, want) || len(body) != most {
			t.Errorf("%s: %d bytes, %v", path, len(body), err)
		}
	}
}

// TestGuardedGoesNowhere: a redirect takes neither the body nor a header along.
func TestGuardedGoesNowhere(t *testing.T) {
	reached := false
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { reached = true })
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		address := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, status) })
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, address, strings.NewReader("weights"))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := httpclient.Guarded(nil, 1).Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		if !errors.Is(err, httpclient.ErrRedirect) || reached {
			t.Errorf("%d: %v, reached %t", status, err, reached)
		}
	}
}
