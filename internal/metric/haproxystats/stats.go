package haproxystats

import (
	"context"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// stats is one opened block. What it reads is about the time since its last
// reading of the same color.
type stats struct {
	sockets []haproxyapi.Socket
	backend string
	servers []string
	of      string
	least   float64 // requests
	window  time.Duration

	mu    sync.Mutex
	bases map[traffic.Color][]sample // one for each socket
}

var _ metric.Describer = (*stats)(nil)

// Traits implements metric.Describer.
func (m *stats) Traits() metric.Traits {
	return metric.TraitsOf(true, append([]string{m.backend}, m.servers...))
}

// Read implements metric.Metric. Its samples are requests.
func (m *stats) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows, err := m.rows(s)
	if err != nil {
		return metric.Reading{}, err
	}
	if m.bases[s.Color] == nil {
		if m.bases[s.Color], err = m.take(ctx, rows); err != nil {
			return metric.Reading{}, err
		}
		if err := wait(ctx, m.window); err != nil {
			return metric.Reading{}, err
		}
	}
	now, err := m.take(ctx, rows)
	if err != nil {
		return metric.Reading{}, err
	}
	sum, err := total(m.bases[s.Color], now)
	if err != nil {
		m.bases[s.Color] = now
		return metric.Reading{}, pkg.Errorf("%w: %w since the last reading", metric.ErrNoData, err)
	}
	if sum.requests < m.least { // Few requests add up from one reading to the next.
		return metric.Reading{}, pkg.Errorf("%w: %.0f requests, and %.0f are needed", metric.ErrNoData, sum.requests, m.least)
	}
	m.bases[s.Color] = now
	return m.reading(sum)
}

func (m *stats) reading(sum counters) (metric.Reading, error) {
	value := sum.response / sum.requests
	if m.of == ofErrors {
		// Requests end while the columns are read.
		value = min(100*sum.errors/sum.requests, 100)
	}
	reading, err := metric.Of(value)
	reading.Samples = sum.requests
	return reading, err
}

// take asks all HAProxies. A part of the fleet is no answer.
func (m *stats) take(ctx context.Context, rows []row) ([]sample, error) {
	samples := make([]sample, len(m.sockets))
	for i, socket := range m.sockets {
		var err error
		if samples[i], err = take(ctx, socket, rows); err != nil {
			return nil, err
		}
	}
	return samples, nil
}

func total(before, now []sample) (counters, error) {
	var sum counters
	for i := range now {
		one, err := now[i].since(before[i])
		if err != nil {
			return counters{}, err
		}
		sum.requests += one.requests
		sum.errors += one.errors
		sum.response += one.response
	}
	return sum, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return pkg.Errorf("%w", context.Cause(ctx))
	case <-timer.C:
		return nil
	}
}
