// Package traffictest has an in-memory router, for tests of what stands on
// package traffic, and the suite that every router must pass.
package traffictest

import (
	"context"
	"fmt"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The calls of a Memory, as its hooks see them.
const (
	CallWeights    = "Weights"
	CallSetWeights = "SetWeights"
	CallProbe      = "Probe"
	CallVerify     = "Verify"
	CallAttach     = "Attach"
	CallHealth     = "Health"
	CallInFlight   = "InFlight"
	CallInspect    = "Inspect"
	CallRefresh    = "Refresh"
	CallFound      = "Found"
	CallRestored   = "Restored"
)

// Memory is a router in memory that has every power but those of a Cold and an Exact one. Its zero
// value is not ready; use NewMemory. Fields are set before use; methods may be called from
// several goroutines.
type Memory struct {
	// Before is called before each call takes effect; an error is the call's.
	Before func(ctx context.Context, call string) error
	// After is called once the call took effect; an error is a lost reply.
	After func(ctx context.Context, call string) error
	// Land is told of weights that were taken, and lets them take effect by
	// calling land: now, later or never. Nil is now.
	Land func(to traffic.Weights, land func())
	// Facts are what Inspect answers.
	Facts traffic.Facts

	mu       sync.Mutex
	raw      Raw
	health   map[traffic.Color]traffic.Health
	inFlight map[traffic.Color]int
	attached map[traffic.Color]bool
	journal  []traffic.Weights
	calls    []string
}

var (
	_ traffic.Router          = (*Memory)(nil)
	_ traffic.Refresher       = (*Memory)(nil)
	_ traffic.Inspector       = (*Memory)(nil)
	_ traffic.Attacher        = (*Memory)(nil)
	_ traffic.Verifier        = (*Memory)(nil)
	_ traffic.HealthReader    = (*Memory)(nil)
	_ traffic.InFlightCounter = (*Memory)(nil)
)

// Raw are relative weights, as an API keeps them: 999 and 1.
type Raw struct{ Blue, Green uint64 }

// rawOf are the raw weights that a router writes for w.
func rawOf(w traffic.Weights) Raw { return Raw{uint64(w.Blue), uint64(w.Green)} } //nolint:gosec // not below 0

// weights are what r reads as; the zero Weights when neither has any.
func (r Raw) weights() traffic.Weights {
	w, err := traffic.Shares(r.Blue, r.Green)
	if err != nil {
		return traffic.Weights{}
	}
	return w
}

// NewMemory returns a router with weights w, both backends attached, and one
// healthy target in each. The zero w is a router that serves neither.
func NewMemory(w traffic.Weights) *Memory {
	one := traffic.Health{Healthy: 1, Total: 1}
	return &Memory{
		raw:      rawOf(w),
		health:   map[traffic.Color]traffic.Health{traffic.Blue: one, traffic.Green: one},
		inFlight: map[traffic.Color]int{},
		attached: map[traffic.Color]bool{traffic.Blue: true, traffic.Green: true},
		journal:  []traffic.Weights{w},
	}
}

// Weights implements traffic.Router.
func (m *Memory) Weights(ctx context.Context) (w traffic.Weights, err error) {
	err = m.call(ctx, CallWeights, func() error { w, err = m.read(); return err })
	return w, err
}

// Refresh implements traffic.Refresher.
func (m *Memory) Refresh(ctx context.Context) (w traffic.Weights, err error) {
	err = m.call(ctx, CallRefresh, func() error { w, err = m.read(); return err })
	return w, err
}

// SetWeights implements traffic.Router.
func (m *Memory) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if err := to.Validate(); err != nil {
		return fmt.Errorf("traffictest: %w", err)
	}
	return m.write(ctx, from, rawOf(to))
}

// write is a SetWeights that can say more than percent.
func (m *Memory) write(ctx context.Context, from traffic.Weights, to Raw) error {
	return m.call(ctx, CallSetWeights, func() error {
		if err := traffic.Expect(from, m.raw.weights()); err != nil {
			return fmt.Errorf("traffictest: %w", err)
		}
		if m.Land == nil {
			m.set(to)
			return nil
		}
		m.mu.Unlock() // as hooks, it may change the router
		defer m.mu.Lock()
		m.Land(to.weights(), func() { m.InterfereRaw(to) })
		return nil
	})
}

// Verify implements traffic.Verifier.
func (m *Memory) Verify(ctx context.Context, w traffic.Weights) error {
	return m.call(ctx, CallVerify, func() error {
		if m.raw.weights() != w {
			return fmt.Errorf("traffictest: %w", traffic.ErrNotInEffect)
		}
		return nil
	})
}

// Attach implements traffic.Attacher.
func (m *Memory) Attach(ctx context.Context, c traffic.Color) error {
	return m.call(ctx, CallAttach, func() error { m.attached[c] = true; return nil })
}

// Health implements traffic.HealthReader. A backend that is not attached has
// no healthy target.
func (m *Memory) Health(ctx context.Context, c traffic.Color) (h traffic.Health, err error) {
	err = m.call(ctx, CallHealth, func() error {
		h = m.health[c]
		if !m.attached[c] {
			h.Healthy = 0
		}
		return nil
	})
	return h, err
}

// InFlight implements traffic.InFlightCounter.
func (m *Memory) InFlight(ctx context.Context, c traffic.Color) (n int, err error) {
	err = m.call(ctx, CallInFlight, func() error { n = m.inFlight[c]; return nil })
	return n, err
}

// Inspect implements traffic.Inspector.
func (m *Memory) Inspect(ctx context.Context, _ traffic.Color) (traffic.Facts, error) {
	return m.Facts, m.call(ctx, CallInspect, func() error { return nil })
}

// Interfere sets the weights as somebody else would; the zero w leaves none.
func (m *Memory) Interfere(w traffic.Weights) { m.InterfereRaw(rawOf(w)) }

// InterfereRaw sets raw weights as somebody else would.
func (m *Memory) InterfereRaw(r Raw) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set(r)
}

// SetHealth makes h the health of c.
func (m *Memory) SetHealth(c traffic.Color, h traffic.Health) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.health[c] = h
}

// SetInFlight makes n the open work of c.
func (m *Memory) SetInFlight(c traffic.Color, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.inFlight[c] = n
}

// Detach forgets the backend of c.
func (m *Memory) Detach(c traffic.Color) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.attached[c] = false
}

// Attached tells whether the backend of c is attached.
func (m *Memory) Attached(c traffic.Color) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.attached[c]
}

// Live returns the weights now, without a call being counted; the zero Weights
// when there are none.
func (m *Memory) Live() traffic.Weights { return m.LiveRaw().weights() }

// LiveRaw returns the raw weights now, without a call being counted.
func (m *Memory) LiveRaw() Raw {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.raw
}

// Journal returns all weights that there were, the first ones first.
func (m *Memory) Journal() []traffic.Weights {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]traffic.Weights(nil), m.journal...)
}

// Forget begins the journal anew, with the weights of now.
func (m *Memory) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.journal = []traffic.Weights{m.raw.weights()}
}

// Calls returns the names of all calls so far.
func (m *Memory) Calls() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.calls...)
}

func (m *Memory) read() (traffic.Weights, error) {
	w := m.raw.weights()
	if w.None() {
		return w, fmt.Errorf("traffictest: %w", traffic.ErrNoWeight)
	}
	return w, nil
}

func (m *Memory) set(r Raw) {
	m.raw = r
	m.journal = append(m.journal, r.weights())
}

// call runs effect between the hooks. Hooks run unlocked, so that they may
// change the router.
func (m *Memory) call(ctx context.Context, name string, effect func() error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("traffictest: %w", err)
	}
	m.mu.Lock()
	m.calls = append(m.calls, name)
	m.mu.Unlock()
	if m.Before != nil {
		if err := m.Before(ctx, name); err != nil {
			return err
		}
	}
	if err := m.locked(effect); err != nil {
		return err
	}
	if m.After != nil {
		return m.After(ctx, name)
	}
	return nil
}

func (m *Memory) locked(effect func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return effect()
}
