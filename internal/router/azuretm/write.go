package azuretm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// attempts is how often a write that failed in passing is tried, and how often
// a write is looked for that is not seen yet.
const attempts = 10

// lateWrite is how long a write whose reply was lost may still take effect. A
// call takes well below a second; a try of it ends after ten, and what it left
// is read back several times before anybody else hears of it.
const lateWrite = 15 * time.Second

// errOutOfService reports a movement that would leave the traffic with an
// endpoint that Traffic Manager knows to be down.
var errOutOfService = errors.New("not in service")

// lead makes the writes that lead from s to w.
func (m *member) lead(ctx context.Context, s state, w traffic.Weights) error {
	total, err := m.total(s)
	_, whole := w.Active()
	switch {
	case errors.Is(err, errInexact) && whole:
		total, err = min(s.levels().total(), maxWeight), nil // nothing is divided, and a way back must be open
	case err == nil && w.Blue%weightStep(total) != 0:
		if live, _ := s.levels().weights(); live == w {
			return nil
		}
		err = s.inexact(fmt.Errorf("%w: they have %d together", errInexact, total))
	}
	if err != nil {
		return err
	}
	return m.carryOut(ctx, s, s.levels().divide(w, total))
}

// total returns what our two endpoints have to have together, 0 when there are
// no others. What it was at first is kept, so that a movement that was stopped
// on its way is put back to it.
func (m *member) total(s state) (int64, error) {
	if !s.beside() {
		return 0, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == 0 {
		total, err := s.levels().kept()
		if err != nil {
			return 0, s.inexact(err)
		}
		m.kept = total
	}
	return m.kept, nil
}

// inexact adds the names of the others to an error that they cause.
func (s state) inexact(err error) error {
	return fmt.Errorf("%w, beside %s", err, strings.Join(s.others, ", "))
}

// carryOut makes changes one after the other, each on what the last one left.
// Its error wraps a *traffic.PartialError when there are several.
func (m *member) carryOut(ctx context.Context, s state, changes []change) error {
	found := s.levels()
	now, before := found, found
	for i, ch := range changes {
		var err error
		if i > 0 {
			s, err = m.seen(ctx, now, before)
		}
		if err == nil {
			err = m.write(ctx, s, ch)
		}
		if err != nil {
			return stopped(err, found, changes)
		}
		before, now = now, now.with(ch)
	}
	return nil
}

// stopped adds to the error of a movement where its writes may have left the
// weights. A single write leaves those before or those asked for.
func stopped(err error, found levels, changes []change) error {
	if len(changes) < 2 {
		return err
	}
	var left []traffic.Weights
	for _, ch := range changes {
		found = found.with(ch)
		if w, err := found.weights(); err == nil {
			left = append(left, w)
		}
	}
	return partial(err, left...)
}

// partial adds weights on the way to an error, and keeps those it has.
func partial(err error, left ...traffic.Weights) error {
	var inner *traffic.PartialError
	if errors.As(err, &inner) {
		left = append(left, inner.Left...)
	}
	return &traffic.PartialError{Left: left, Err: err}
}

// seen reads until the levels are those that were written. While they are the
// ones from before, the write has not reached what is read; anything else is
// somebody's change.
func (m *member) seen(ctx context.Context, written, before levels) (state, error) {
	for attempt := 1; ; attempt++ {
		s, err := m.fetch(ctx)
		if err != nil || s.levels() == written {
			return s, err
		}
		if s.levels() != before || attempt == attempts {
			return s, conflict(written, s.levels())
		}
		if err := azurecloud.Pause(ctx, attempt, 0); err != nil {
			return s, err
		}
	}
}

// write makes one change to what s says. When the API was busy, or it is not
// known what became of the call, the profile is read before the next try.
func (m *member) write(ctx context.Context, s state, ch change) error {
	if err := m.admit(s, ch); err != nil {
		return err
	}
	before := s.levels()
	for attempt := 1; ; attempt++ {
		err := m.api.update(ctx, m.ours(ch.color), body(s.of(ch.color), ch.to))
		m.reads.Forget(m.id.Key(), m.id.Key())
		if err == nil {
			return nil
		}
		wait, busy := azurecloud.Busy(err)
		if !busy && (!azurecloud.Passing(err) || attempt == attempts) {
			return err
		}
		if waitErr := azurecloud.Pause(ctx, attempt, wait); waitErr != nil {
			return fmt.Errorf("%w: %w", waitErr, err)
		}
		now, readErr := m.fetch(ctx)
		switch {
		case readErr != nil:
			return errors.Join(err, readErr)
		case now.levels() == before.with(ch):
			return nil
		case now.levels() != before:
			return conflict(before, now.levels())
		}
	}
}

// admit refuses to disable an endpoint that is in service while the other one
// is not: Traffic Manager would be left with nothing that works. The last one
// that is enabled is disabled only where both were found so.
func (m *member) admit(s state, ch change) error {
	out, stays := s.of(ch.color), s.of(ch.color.Other())
	if ch.to.enabled || !out.inService() || stays.inService() || !stays.enabled {
		return nil
	}
	if stays.monitor == tm.EndpointMonitorStatusCheckingEndpoint && m.hasServed(ch.color.Other()) {
		return nil
	}
	return fmt.Errorf("%s stays enabled: %w: %s", ch.color, errOutOfService, m.status(ch.color.Other(), stays))
}

// body holds what differs between two levels, and nothing else: the API leaves
// what it is not sent.
func body(was endpoint, to level) tm.Endpoint {
	properties := &tm.EndpointProperties{}
	if was.enabled != to.enabled {
		status := tm.EndpointStatusDisabled
		if to.enabled {
			status = tm.EndpointStatusEnabled
		}
		properties.EndpointStatus = &status
	}
	if was.weight != to.weight {
		properties.Weight = &to.weight
	}
	return tm.Endpoint{ID: was.id, Name: was.name, Type: was.kind, Properties: properties}
}

// conflict is the error of levels that somebody else has changed. The zero
// weights stand for two disabled endpoints.
func conflict(want, got levels) error {
	w, wantErr := want.weights()
	g, gotErr := got.weights()
	if err := errors.Join(wantErr, gotErr); err != nil && !errors.Is(err, traffic.ErrNoWeight) {
		return fmt.Errorf("%w: %w", traffic.ErrConflict, err)
	}
	return &traffic.ConflictError{Want: w, Got: g}
}
