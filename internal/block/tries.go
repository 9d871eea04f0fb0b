package block

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The bounds of what a user may ask for, and the default of backoff.
const (
	mostRetries    = 100
	leastTimeout   = time.Millisecond
	defaultBackoff = time.Second
)

// TryArguments are the arguments of TryAttributes, to embed in a Config.
type TryArguments struct {
	Timeout DurationValue `tfsdk:"timeout"`
	Retries types.Int64   `tfsdk:"retries"`
	Backoff DurationValue `tfsdk:"backoff"`
}

// Tries returns the arguments with their defaults: how long one try may take,
// how many more there are when one fails, and the wait before the first of
// those.
func (a TryArguments) Tries(timeout time.Duration) (each time.Duration, retries int, backoff time.Duration) {
	return Duration(a.Timeout, timeout), int(a.Retries.ValueInt64()), Duration(a.Backoff, defaultBackoff)
}

// TryAttributes are the arguments of whatever is tried again when it fails:
// timeout, retries and backoff. Timeout is the default of timeout.
func TryAttributes(timeout time.Duration) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"timeout": DurationAttribute("How long one try may take. Default: `"+timeout.String()+"`.", leastTimeout),
		"retries": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(0, mostRetries)},
			MarkdownDescription: fmt.Sprintf("How many more tries there are when one fails, at most %d. Default: 0.", mostRetries),
		},
		"backoff": DurationAttribute("The wait before the first retry; it doubles with each, up to 30s. Default: `"+defaultBackoff.String()+"`.", 0),
	}
}
