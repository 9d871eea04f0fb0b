package load_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

func start(t *testing.T, opts load.Options) *load.Load {
	t.Helper()
	l, err := load.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Stop() })
	return l
}

func TestCountsEveryRequest(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]load.Options{
		"kept alive": {Requests: 200},
		"fresh":      {Requests: 200, Fresh: true},
		"paced":      {Requests: 50, Rate: 1000, Concurrency: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := app.StartT(t, app.Options{Color: "blue"})
			opts.URL = a.URL()
			got := start(t, opts).Wait()
			if got.Requests != opts.Requests || got.Failures != 0 || got.Colors["blue"] != opts.Requests {
				t.Errorf("%+v", got)
			}
			if a.Requests() != opts.Requests {
				t.Errorf("the application was asked %d times", a.Requests())
			}
		})
	}
}

func TestCountsFailures(t *testing.T) {
	t.Parallel()
	a := app.StartT(t, app.Options{Color: "green"})
	a.SetFailureShare(0.25)
	got := start(t, load.Options{URL: a.URL(), Requests: 100, Errors: 3}).Wait()
	if got.Failures != 25 || got.Statuses[http.StatusInternalServerError] != 25 || len(got.Errors) != 3 {
		t.Errorf("%+v", got)
	}
}

func TestCountsLostRequests(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer server.Close()
	got := start(t, load.Options{URL: server.URL, Requests: 20, Concurrency: 2}).Wait()
	if got.Requests != 20 || got.Failures != 20 {
		t.Errorf("%+v", got)
	}
}

// TestCountsRetriedRequests has a server close every connection after its first answer without saying so.
// How often a connection is used again is up to the client: it gives up one that stalls.
func TestCountsRetriedRequests(t *testing.T) {
	t.Parallel()
	var (
		served sync.Map
		lost   atomic.Int64
		once   sync.Once
		some   = make(chan struct{})
	)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, again := served.LoadOrStore(r.RemoteAddr, true); again {
			lost.Add(1)
			once.Do(func() { close(some) })
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusOK)
	}))
	defer server.Close()
	l := start(t, load.Options{URL: server.URL, Concurrency: 1})
	<-some
	if got := l.Stop(); got.Failures != lost.Load() || got.Requests < got.Failures {
		t.Errorf("%d connections were lost: %+v", lost.Load(), got)
	}
}

func TestStopServesOpenRequests(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*load.Load, context.CancelFunc){
		"stop":    func(l *load.Load, _ context.CancelFunc) { l.Stop() },
		"context": func(_ *load.Load, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entered, release := make(chan struct{}, 1), make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				select {
				case entered <- struct{}{}:
				default:
				}
				<-release
			}))
			defer server.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			l, err := load.Start(ctx, load.Options{URL: server.URL, Concurrency: 1})
			if err != nil {
				t.Fatal(err)
			}
			<-entered
			go end(l, cancel)
			close(release)
			if got := l.Wait(); got.Requests == 0 || got.Failures != 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestRefusesOtherMachines(t *testing.T) {
	t.Parallel()
	if _, err := load.Start(t.Context(), load.Options{URL: "http://192.0.2.1/"}); !errors.Is(err, load.ErrNotLoopback) {
		t.Errorf("got %v", err)
	}
}

func TestSnapshotWhileRunning(t *testing.T) {
	t.Parallel()
	a := app.StartT(t, app.Options{Color: "blue"})
	l := start(t, load.Options{URL: a.URL(), Rate: 500})
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for l.Snapshot().Requests < 10 {
		select {
		case <-ticker.C:
		case <-l.Done():
			t.Fatal("the load ended by itself")
		}
	}
	if total := l.Stop(); total.Requests < 10 || total.Failures != 0 || total.Elapsed <= 0 {
		t.Errorf("%+v", total)
	}
}
