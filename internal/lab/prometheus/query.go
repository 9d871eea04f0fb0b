package prometheus

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// URL is where Prometheus answers: "http://127.0.0.1:…".
func (p *Prometheus) URL() string { return p.url }

// Done is closed when Prometheus has ended.
func (p *Prometheus) Done() <-chan struct{} { return p.done }

// Log is what Prometheus wrote so far.
func (p *Prometheus) Log() string { return p.log.String() }

// Await asks an instant query again and again until it gives exactly one value
// and ok is true for that value. Nil is true for all.
func (p *Prometheus) Await(ctx context.Context, query string, ok func(float64) bool) error {
	err := p.poll(ctx, func(ctx context.Context) bool {
		values, err := p.Values(ctx, query)
		return err == nil && len(values) == 1 && (ok == nil || ok(values[0]))
	})
	if err != nil {
		return fmt.Errorf("%w: %s", err, query)
	}
	return nil
}

// Values asks an instant query whose answer is a vector, and returns the value
// of each series.
func (p *Prometheus) Values(ctx context.Context, query string) ([]float64, error) {
	return p.values(ctx, url.Values{"query": {query}})
}

// ValuesAt is Values as of a time, as what History has.
func (p *Prometheus) ValuesAt(ctx context.Context, query string, at time.Time) ([]float64, error) {
	return p.values(ctx, url.Values{"query": {query}, "time": {strconv.FormatInt(at.Unix(), 10)}})
}

func (p *Prometheus) values(ctx context.Context, asked url.Values) ([]float64, error) {
	address := p.url + "/api/v1/query?" + asked.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("lab/prometheus: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("lab/prometheus: %w", err)
	}
	defer resp.Body.Close()
	var answer struct {
		Error string `json:"error"`
		Data  struct {
			Result []struct {
				Value [2]any `json:"value"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("lab/prometheus: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("lab/prometheus: status %d: %s", resp.StatusCode, answer.Error)
	}
	values := make([]float64, len(answer.Data.Result))
	for i, series := range answer.Data.Result {
		text, _ := series.Value[1].(string)
		if values[i], err = strconv.ParseFloat(text, 64); err != nil {
			return nil, fmt.Errorf("lab/prometheus: %w", err)
		}
	}
	return values, nil
}

// log is a buffer that may be read while Prometheus writes.
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
