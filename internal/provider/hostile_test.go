package provider

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/eventfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestNoWayOutShowsASecret has an error that nobody cleaned reach each place
// where people read.
func TestNoWayOutShowsASecret(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-of-a-judge"
	remotetext.Hide(secret)
	said := fmt.Errorf("router: it says \x1b[2J%s: %w", secret, errors.New("refused"))
	reading := cutover.Reading{Time: time.Now(), Measurement: cutover.Measurement{Verdict: cutover.Inconclusive, Err: said}}
	aborted := &cutover.AbortError{
		Outcome: cutover.Outcome{From: traffic.Blue, To: traffic.Green, Result: cutover.RollbackFailed},
		Cause:   &cutover.WatchError{Monitor: "errors", Readings: []cutover.Reading{reading}, Err: said}, Rollback: said,
	}
	for name, text := range map[string]string{
		"diagnostic": diagnose.One(said).Detail(),
		"abort":      diagnose.Abort(aborted, false, "").Detail(),
		"state":      diagnose.Reason(aborted),
		"event":      eventfile.LineOf("shop", cutover.Event{Err: said}).Reason,
	} {
		if strings.Contains(text, secret) || strings.Contains(text, "\x1b") || !strings.Contains(text, `t says \x1b[2J(secret)`) {
			t.Errorf("%s: %q", name, text)
		}
	}
}
