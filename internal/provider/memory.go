package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
)

// memoryKey is the one key of a switch's private state.
const memoryKey = "memory"

// private is a switch's private state, as the framework hands it over.
type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// recall reads what was noted of a switch. Its error says that there is
// something that cannot be read.
func recall(ctx context.Context, p private, diags *diag.Diagnostics) (decision.Memory, error) {
	kept, told := p.GetKey(ctx, memoryKey)
	diags.Append(told...)
	return decision.Decode(kept)
}

// recallOrForget reads what was noted of a switch, and forgets what it cannot
// read: all of it can be seen again, or only makes a way shorter.
func recallOrForget(ctx context.Context, p private, diags *diag.Diagnostics) decision.Memory {
	m, err := recall(ctx, p, diags)
	if err != nil {
		diags.AddWarning("Notes On The Switch Forgotten", diagnose.Sentence(err)+" The routers are asked again; "+
			"a color that was active a short while ago is not returned to at once, and one that has traffic, or may have, is protected.")
	}
	return m
}

// note writes down what is to be remembered of a switch.
func note(ctx context.Context, p private, m decision.Memory, diags *diag.Diagnostics) {
	encoded, err := m.Encode()
	if err != nil {
		diags.AddError("Notes On The Switch Not Written", diagnose.Sentence(err))
		return
	}
	diags.Append(p.SetKey(ctx, memoryKey, encoded)...)
}

// recallPlan reads what was noted with a plan, for its apply. Without it nobody
// knows what was agreed to, so that the apply is refused.
func recallPlan(ctx context.Context, p private, diags *diag.Diagnostics) decision.Memory {
	m, err := recall(ctx, p, diags)
	if errors.Is(err, decision.ErrMemory) {
		diagnose.Add(diags, decision.RefuseForgotten(err))
	}
	return m
}
