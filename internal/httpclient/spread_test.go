package httpclient_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

// TestSpread has three requests under way at once, before a server that offers
// HTTP/2.
func TestSpread(t *testing.T) {
	const requests = 3
	for spread, connections := range map[bool]int{true: requests, false: 1} {
		var together sync.WaitGroup
		var seen sync.Map
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/first" {
				seen.Store(r.RemoteAddr, true)
				together.Done()
				together.Wait()
			}
		}))
		server.EnableHTTP2 = true
		server.StartTLS()
		t.Cleanup(server.Close)
		insecure := true
		client, err := httpclient.New(t.Context(), &httpclient.TLS{InsecureSkipVerify: &insecure}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if spread {
			client.Spread()
		}
		ask := func(path string) {
			if _, err := client.Do(t.Context(), http.MethodGet, server.URL+path, "", nil); err != nil {
				t.Error(err)
			}
		}
		ask("/first") // the connection that all could share
		together.Add(requests)
		var asking sync.WaitGroup
		for range requests {
			asking.Go(func() { ask("/") })
		}
		asking.Wait()
		found := 0
		seen.Range(func(any, any) bool { found++; return true })
		if found != connections {
			t.Errorf("spread %t: %d connections, want %d", spread, found, connections)
		}
	}
}
