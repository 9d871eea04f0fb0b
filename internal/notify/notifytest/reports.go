package notifytest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
)

// Report is one answer of a service that somebody was surprised by, as a public
// report has it.
type Report struct {
	// Of says what it is, and where it was reported.
	Of string
	// Status, Kind and Body are the answer; Kind is its Content-Type.
	Status     int
	Kind, Body string
	// Want is in the error; empty when the notice counts as taken.
	Want string
	// Asked is how often the service is asked; 0 for once.
	Asked int
}

// Reports has a service answer so. open is as for Run.
func Reports(t *testing.T, open func(url string, pause httpclient.Pause) notify.Notifier, reports []Report) {
	t.Helper()
	for _, r := range reports {
		t.Run(r.Of, func(t *testing.T) {
			service := New(t, func(w http.ResponseWriter, _ *http.Request) {
				if r.Kind != "" {
					w.Header().Set("Content-Type", r.Kind)
				}
				w.WriteHeader(r.Status)
				_, _ = io.WriteString(w, r.Body)
			})
			err := open(service.URL, service.Pause).Notify(t.Context(), Notice(notify.RolledBack))
			switch {
			case r.Want == "" && err == nil:
			case r.Want == "", !errors.Is(err, httpclient.ErrRefused), !strings.Contains(err.Error(), r.Want), strings.Contains(err.Error(), Secret):
				t.Errorf("it is %v, want %q", err, r.Want)
			}
			if n := len(service.Requests()); n != max(r.Asked, 1) {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// Long returns a notice whose texts are as long as they can get.
func Long(o notify.Occasion) notify.Notice {
	n := Notice(o)
	n.Summary, n.Detail = strings.Repeat("sümmary ", 500), strings.Repeat("<détail> & ", 20_000)
	n.Switch, n.Version = strings.Repeat("shop/", 200), strings.Repeat("v", 20_000)
	return n
}
