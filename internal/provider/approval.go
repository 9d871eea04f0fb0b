package provider

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The keys of a switch's private state.
const (
	approvalKey = "approval"
	historyKey  = "history"
	sightingKey = "sighting"
	// disturbedKey has the color that was active before a refresh found other
	// weights than state had: moved by hand, or by an apply that was killed.
	// What state says of the other color's version may then be old.
	disturbedKey = "disturbed"
)

// approval is what the user agreed to with a plan that has a cutover: where
// traffic was, and the way it goes. The apply does this, or stops.
type approval struct {
	Found        []traffic.Weights `json:"found"`
	Facts        []traffic.Facts   `json:"facts"`
	AtOnce       bool              `json:"at_once"`
	NotPersisted string            `json:"not_persisted,omitempty"`
}

// history is what each color had when it was last active. A color that is
// active now is not in it.
type history map[traffic.Color]service

// service is a time of being active: until when, and with which version. A
// color that has got another one since is not what served then.
type service struct {
	Until   time.Time `json:"until"`
	Version string    `json:"version"`
}

// sighting is what a refresh saw. The plan is made from it and not from a look
// of its own: Terraform plans once more in the apply, and would blame the
// provider for a plan that differs, before the apply could say who moved.
type sighting struct {
	Weights map[string]traffic.Weights `json:"weights"`
	// At is set by a refresh, and only while a color may be returned to at
	// once, so that one which finds nothing new leaves nothing new in state.
	At *time.Time `json:"at,omitempty"`
}

func newSighting(members []traffic.Member, found []traffic.Weights) *sighting {
	s := &sighting{Weights: make(map[string]traffic.Weights, len(members))}
	for i, m := range members {
		s.Weights[memberKey(m)] = found[i]
	}
	return s
}

// sightingOf is what a cutover saw last. A router that did not answer is not in
// it.
func sightingOf(members []traffic.Member, positions []cutover.Position) *sighting {
	s := newSighting(nil, nil)
	for i, p := range positions {
		if p.Known {
			s.Weights[memberKey(members[i])] = p.Weights
		}
	}
	return s
}

// of returns the weights of a member, and false when it was not seen.
func (s sighting) of(m traffic.Member) (traffic.Weights, bool) {
	w, ok := s.Weights[memberKey(m)]
	return w, ok
}

func memberKey(m traffic.Member) string { return m.Kind + " " + m.Name }

// open tells whether a color may be returned to at once.
func (h history) open(now time.Time, window time.Duration) bool {
	for _, s := range h {
		if now.Before(s.Until.Add(window)) {
			return true
		}
	}
	return false
}

// after is the history once state may have another active color than it had.
func (h history) after(was traffic.Color, state *object, now time.Time) history {
	if state.str("active_color") == was.String() {
		return h
	}
	return history{was: {Until: now, Version: versionOf(state, was)}}
}

// private is a switch's private state, as the framework hands it over.
type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func readPrivate(ctx context.Context, p private, key string, into any, diags *diag.Diagnostics) bool {
	value, d := p.GetKey(ctx, key)
	diags.Append(d...)
	if len(value) == 0 || diags.HasError() {
		return false
	}
	if err := json.Unmarshal(value, into); err != nil {
		diags.AddError("Private State Not Readable", "The provider's own notes on this switch ("+key+") cannot be read: "+sentence(err))
		return false
	}
	return true
}

// writePrivate sets a key; nil removes it.
func writePrivate(ctx context.Context, p private, key string, value any, diags *diag.Diagnostics) {
	var encoded []byte
	if value != nil {
		var err error
		if encoded, err = json.Marshal(value); err != nil {
			diags.AddError("Private State Not Written", sentence(err))
			return
		}
	}
	diags.Append(p.SetKey(ctx, key, encoded)...)
}
