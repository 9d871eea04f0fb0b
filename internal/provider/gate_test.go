package provider

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
)

var errSubject = errors.New("about another environment")

// plainCheck holds for the environment shop-green.
type plainCheck struct{}

func (plainCheck) Limit() time.Duration { return time.Minute }

func (plainCheck) Run(_ context.Context, s check.Subject) error {
	if s.Environment != "shop-green" {
		return errSubject
	}
	return nil
}

// tellingCheck has more to tell.
type tellingCheck struct{ plainCheck }

func (tellingCheck) Report() string { return "100 requests, 0 failed" }

// hoursCheck holds at certain times only.
type hoursCheck struct{ plainCheck }

func (hoursCheck) Opens(t time.Time) (time.Time, bool) { return t, true }

func (hoursCheck) Shuts(from, _ time.Time) (time.Time, bool) { return from, true }

func (hoursCheck) Whole() bool { return true }

// TestWindowGate says what its check says.
func TestWindowGate(t *testing.T) {
	g := newGate("gates.hours", hoursCheck{}, check.Subject{Environment: "shop-green"})
	hours, ok := g.(cutover.Hours)
	if !ok || g.Name() != "gates.hours" || g.Limit() != time.Minute || g.Check(t.Context()) != nil || !hours.Whole() {
		t.Errorf("a window is the gate %v", g)
	}
}

// TestGate is a check with a name and a subject, which tells what the check
// has to tell, and nothing where it has nothing.
func TestGate(t *testing.T) {
	for name, test := range map[string]struct {
		check check.Check
		want  string
	}{
		"plain":   {plainCheck{}, ""},
		"telling": {tellingCheck{}, "100 requests, 0 failed"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate("prewarm", test.check, check.Subject{Environment: "shop-green"})
			if g.Name() != "prewarm" || g.Limit() != time.Minute || g.Check(t.Context()) != nil {
				t.Errorf("%s, %s, %v", g.Name(), g.Limit(), g.Check(t.Context()))
			}
			reporter, ok := g.(cutover.Reporter)
			if ok != (test.want != "") || (ok && reporter.Report() != test.want) {
				t.Errorf("it reports: %t", ok)
			}
		})
	}
}
