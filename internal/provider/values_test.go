package provider

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestWeightsRoundTrip(t *testing.T) {
	t.Parallel()
	want := traffic.Split(traffic.Green, 30)
	if got, ok := weightsOf(weightsValue(want)); !ok || got != want {
		t.Errorf("got %s, %t", got, ok)
	}
	if _, ok := weightsOf(types.ObjectNull(weightsType)); ok {
		t.Error("null has weights")
	}
}

func TestLinesAreNeverNull(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	if v := linesValue(t.Context(), nil, &diags); v.IsNull() || len(v.Elements()) != 0 || diags.HasError() {
		t.Errorf("got %s, %v", v, diags)
	}
}

func TestLastCutover(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 3, 4, 5, 6, 7, time.FixedZone("", 3600))
	v := lastCutoverValue(cutover.Outcome{
		From: traffic.Blue, To: traffic.Green, Result: cutover.Promoted, Started: at, Finished: at.Add(time.Minute),
	}, "").Attributes()
	want := map[string]attr.Value{
		"from": types.StringValue("blue"), "to": types.StringValue("green"), "result": types.StringValue("promoted"),
		"reason": types.StringNull(), "started_at": types.StringValue("2026-02-03T03:05:06Z"),
		"finished_at": types.StringValue("2026-02-03T03:06:06Z"),
	}
	for name, value := range want {
		if !v[name].Equal(value) {
			t.Errorf("%s is %s", name, v[name])
		}
	}
}

// TestPrivateState holds what is kept in the states of users to its form.
func TestPrivateState(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	blue := []traffic.Weights{traffic.All(traffic.Blue)}
	for want, value := range map[string]any{
		`{"found":[{"Blue":100,"Green":0}],"facts":[{"sticky_for":1000}],"at_once":true}`: approval{Found: blue, Facts: []traffic.Facts{{StickyFor: 1000}}, AtOnce: true},
		`{"blue":{"until":"2026-02-03T04:05:06Z","version":"1"}}`:                         history{traffic.Blue: {Until: at, Version: "1"}},
		`{"weights":{"aws_lb arn:x":{"Blue":100,"Green":0}}}`:                             newSighting([]traffic.Member{{Kind: "aws_lb", Name: "arn:x"}}, blue),
	} {
		got, err := json.Marshal(value)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

func TestRollbackWindowIsOpen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	past := history{traffic.Blue: {Until: now.Add(-time.Minute)}}
	if !past.open(now, time.Hour) || past.open(now, time.Minute) || past.open(now, 0) || (history{}).open(now, time.Hour) {
		t.Error("a window is open that should not be, or the other way round")
	}
}

// TestSightings has one router that did not answer.
func TestSightings(t *testing.T) {
	t.Parallel()
	members := []traffic.Member{{Kind: "x", Name: "a"}, {Kind: "x", Name: "b"}}
	s := sightingOf(members, []cutover.Position{{Member: "a", Weights: traffic.All(traffic.Green), Known: true}, {Member: "b"}})
	if w, ok := s.of(members[0]); !ok || w != traffic.All(traffic.Green) {
		t.Errorf("a was seen with %s, %t", w, ok)
	}
	if _, ok := s.of(members[1]); ok {
		t.Error("b was seen")
	}
}

// TestActiveOnlyWhenAllAgree has one router that moved alone.
func TestActiveOnlyWhenAllAgree(t *testing.T) {
	t.Parallel()
	blue, half, green := traffic.All(traffic.Blue), traffic.Split(traffic.Blue, 50), traffic.All(traffic.Green)
	for _, tt := range []struct {
		found  []traffic.Weights
		active string
		lags   traffic.Weights
	}{
		{[]traffic.Weights{blue, blue}, "blue", blue},
		{[]traffic.Weights{blue, green}, "blue", green},
		{[]traffic.Weights{green, half}, "blue", green},
		{[]traffic.Weights{half, blue}, "blue", half},
		{[]traffic.Weights{green, green}, "green", green},
	} {
		state := &object{values: map[string]attr.Value{"active_color": types.StringValue("blue")}}
		recordWeights(state, tt.found)
		if got, _ := weightsOf(state.object("weights")); state.str("active_color") != tt.active || got != tt.lags {
			t.Errorf("%v: active is %s with %s", tt.found, state.str("active_color"), got)
		}
	}
}
