package block

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
)

// Duration returns a duration argument, or otherwise when it is left out. Its
// form was validated by its type.
func Duration(d timetypes.GoDuration, otherwise time.Duration) time.Duration {
	if d.IsNull() || d.IsUnknown() {
		return otherwise
	}
	v, diags := d.ValueGoDuration()
	if diags.HasError() {
		return otherwise
	}
	return v
}
