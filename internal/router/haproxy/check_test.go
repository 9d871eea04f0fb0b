package haproxy

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestHealthDuringACheck reads health while checks are under way: what the last
// one said counts, and before the first nobody knows.
func TestHealthDuringACheck(t *testing.T) {
	var hold atomic.Bool
	var held atomic.Int32 // checks under way: one in each backend that has the server
	hold.Store(true)
	over, released := make(chan struct{}), make(chan struct{}, 2)
	green := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if hold.Load() {
			held.Add(1)
			defer held.Add(-1)
			select {
			case <-over:
			case <-released:
			}
		}
	}))
	t.Cleanup(green.Close)
	t.Cleanup(func() { close(over) })
	w := newWorld(t, 1, func(c *lab.Config) { c.Green = []string{strings.TrimPrefix(green.URL, "http://")} })
	blue, greens := Backend{Servers: []string{"app/blue1"}}, Backend{Servers: []string{"app/green1"}}
	r := openAll(t, Router{Sockets: []string{w.AdminSocket()}}, blue, greens)[0].Router.(*weighted)
	health := func() traffic.Health {
		h, err := r.Health(t.Context(), traffic.Green)
		must(t, err)
		return h
	}

	if h := health(); h.Healthy != 0 || !strings.Contains(h.Unhealthy[0], "was not checked yet") {
		t.Errorf("before the first check has ended: %+v", h)
	}
	w.eventually("both checks are under way", func() bool { return held.Load() == 2 })
	hold.Store(false)
	for range 2 {
		released <- struct{}{}
	}
	w.eventually("healthy", func() bool { return health().Healthy == 1 })
	hold.Store(true)
	w.eventually("the next checks are under way", func() bool { return held.Load() == 2 })
	if column(t, w.rows()["app/green1"], 11) != 0 {
		t.Error("srv_check_result tells something while a check is under way")
	}
	if h := health(); h.Healthy != 1 || h.Total != 1 {
		t.Errorf("while a check is under way: %+v", h)
	}
}
