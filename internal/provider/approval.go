package provider

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The keys of a switch's private state.
const (
	approvalKey = "approval"
	historyKey  = "history"
)

// approval is what the user agreed to with a plan that has a cutover: where
// traffic was, and the way it goes. The apply does this, or stops.
type approval struct {
	Found  []traffic.Weights `json:"found"`
	Linger time.Duration     `json:"linger"`
	AtOnce bool              `json:"at_once"`
}

// history is until when each color was active. A color that is active now is
// not in it.
type history map[traffic.Color]time.Time

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
