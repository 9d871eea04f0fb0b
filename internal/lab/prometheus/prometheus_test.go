package prometheus_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
)

func ask(t *testing.T, url string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func TestScrapesApplications(t *testing.T) {
	t.Parallel()
	green, err := app.Start(app.Options{Color: "green"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = green.Kill() })
	if err := ask(t, green.URL()); err != nil {
		t.Fatal(err)
	}
	p := prometheus.StartT(t, prometheus.Config{Targets: map[string][]string{"green": {green.Addr()}}, Interval: 200 * time.Millisecond})
	query := `sum(http_requests_total{color="green",environment="green",status="200"})`
	if err := p.Await(t.Context(), query, func(v float64) bool { return v == 1 }); err != nil {
		t.Fatal(err)
	}
	if values, err := p.Values(t.Context(), "absent_metric"); err != nil || len(values) != 0 {
		t.Errorf("Values = %v, %v", values, err)
	}
	if _, err := p.Values(t.Context(), "sum("); err == nil || !strings.Contains(err.Error(), "parse error") {
		t.Errorf("Values = %v", err)
	}
}

func TestKillRefusesAndStopLeavesNothing(t *testing.T) {
	t.Parallel()
	p := prometheus.StartT(t, prometheus.Config{})
	p.Kill()
	<-p.Done()
	if err := ask(t, p.URL()); err == nil {
		t.Error("it still answers")
	}
	if err := p.Await(t.Context(), "up", nil); !errors.Is(err, prometheus.ErrEnded) {
		t.Errorf("Await = %v", err)
	}
}

func TestConfigurationThatIsNotValidIsTold(t *testing.T) {
	t.Parallel()
	_, err := prometheus.Start(t.Context(), prometheus.Config{Web: "nonsense: true\n"})
	if !errors.Is(err, prometheus.ErrEnded) || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("Start = %v", err)
	}
}

func TestHistoryIsImported(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(-time.Minute)
	p := prometheus.StartT(t, prometheus.Config{History: fmt.Sprintf("old_requests_total{color=\"green\"} 7 %d\n# EOF\n", at.Unix())})
	values, err := p.ValuesAt(t.Context(), `old_requests_total{color="green"}`, at)
	if err != nil || len(values) != 1 || values[0] != 7 {
		t.Errorf("Values = %v, %v", values, err)
	}
}

func TestHistoryThatIsNoneIsTold(t *testing.T) {
	t.Parallel()
	if _, err := prometheus.Start(t.Context(), prometheus.Config{History: "nonsense"}); err == nil || !strings.Contains(err.Error(), "history") {
		t.Errorf("Start = %v", err)
	}
}

func TestMissingPackageIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := prometheus.Start(t.Context(), prometheus.Config{})
	if !errors.Is(err, prometheus.ErrMissing) || !strings.Contains(err.Error(), `"prometheus"`) {
		t.Errorf("Start = %v", err)
	}
}

func TestFrozenAnswersNobodyUntilThawed(t *testing.T) {
	t.Parallel()
	p := prometheus.StartT(t, prometheus.Config{})
	if err := p.Freeze(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := p.Values(ctx, "vector(1)"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Values = %v", err)
	}
	if err := p.Thaw(); err != nil {
		t.Fatal(err)
	}
	if err := p.Await(t.Context(), "vector(1)", nil); err != nil {
		t.Error(err)
	}
}
