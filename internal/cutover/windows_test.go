package cutover_test

import (
	"errors"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
)

// hours is a gate that is open until it shuts.
type hours struct {
	cutover.Gate
	never bool
	shuts time.Time
	whole bool
}

func (h hours) Opens(t time.Time) (time.Time, bool) { return t, !h.never }

func (h hours) Shuts(_, until time.Time) (time.Time, bool) { return h.shuts, h.shuts.Before(until) }

func (h hours) Whole() bool { return h.whole }

// TestWindows that shut in mid-cutover stop it before traffic moves where it must
// end within them.
func TestWindows(t *testing.T) {
	for _, test := range []struct {
		name   string
		window hours
		atOnce bool
		want   cutover.Result
	}{
		{"begins within", hours{}, false, cutover.Promoted},
		{"does not end within", hours{whole: true}, false, cutover.Refused},
		{"never opens, as the gate itself says", hours{whole: true, never: true}, false, cutover.Promoted},
		{"at once", hours{whole: true}, true, cutover.Promoted},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			test.window.Gate, test.window.shuts = openGate("hours"), time.Now().Add(time.Second)
			s.order.Gates, s.order.AtOnce = []cutover.Gate{test.window}, test.atOnce
			outcome, abort := s.run()
			var overrun *cutover.OverrunError
			if outcome.Result != test.want || (abort != nil && errors.As(abort, &overrun)) != (test.want == cutover.Refused) {
				t.Errorf("%s: %v", outcome.Result, abort)
			}
			if overrun != nil && (overrun.Gate != "hours" || !overrun.Shuts.Equal(test.window.shuts)) {
				t.Errorf("it says %s", overrun)
			}
		})
	}
	s := cutover.Order{To: "green"}
	if s.Overruns(time.Now()) != nil {
		t.Error("nothing moves, and is late")
	}
}
