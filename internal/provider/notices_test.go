package provider

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// inbox is a notification that keeps its notices.
type inbox struct {
	mu      sync.Mutex
	notices []notify.Notice
	answer  func(ctx context.Context, n notify.Notice) error
}

func (e *inbox) Notify(ctx context.Context, n notify.Notice) error {
	e.mu.Lock()
	e.notices = append(e.notices, n)
	e.mu.Unlock()
	if e.answer == nil {
		return nil
	}
	return e.answer(ctx, n)
}

func (e *inbox) occasions() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []string
	for _, n := range e.notices {
		all = append(all, string(n.Occasion))
	}
	return all
}

func hang(ctx context.Context, _ notify.Notice) error {
	<-ctx.Done()
	return ctx.Err()
}

// subscribed is notifications with one subscription.
func subscribed(e *inbox, on ...string) *notifications {
	return &notifications{
		about:         notify.Notice{Switch: "shop", From: "blue", To: "green", Version: "2.0.0"},
		subscriptions: []*subscription{{Notifier: e, name: "oncall", on: on}},
	}
}

func ended(result cutover.Result, cause error) cutover.Event {
	e := cutover.Event{Type: cutover.EventEnded, Time: time.Unix(2000, 0), Result: result}
	if cause != nil {
		var stopped error
		if errors.Is(cause, context.Canceled) {
			stopped = cause
		}
		e.Err = &cutover.AbortError{
			Outcome: cutover.Outcome{From: traffic.Blue, To: traffic.Green, Result: result, Traffic: []cutover.Position{
				{Member: "lb", Weights: traffic.All(traffic.Blue), Found: traffic.All(traffic.Blue), Known: true},
			}},
			Stage: cutover.StageStep, Cause: cause, Ended: stopped,
		}
	}
	return e
}

var started = cutover.Event{Type: cutover.EventStarted, Time: time.Unix(1000, 5e6)}

func TestOccasions(t *testing.T) {
	cause := errs.Package("cutover").New("health failed")
	for _, test := range []struct {
		event   cutover.Event
		want    notify.Occasion
		summary string
		detail  string
	}{
		{started, notify.Started, "shop: cutover from blue to green started", ""},
		{ended(cutover.Promoted, nil), notify.Promoted, "shop: green has all traffic", ""},
		{
			ended(cutover.Refused, cause), notify.RolledBack, "shop: cutover from blue to green refused, no traffic moved",
			"Health failed. No traffic moved. Traffic now: blue 100, green 0.",
		},
		{
			ended(cutover.RolledBack, cause), notify.RolledBack, "shop: cutover from blue to green rolled back",
			"Health failed. Traffic is back as it was found: blue 100, green 0.",
		},
		{
			ended(cutover.Held, cause), notify.Stuck, "shop: cutover from blue to green is stuck: held",
			"Health failed. Traffic stays where it was when the analysis failed, as on_failure says: blue 100, green 0.",
		},
	} {
		e := &inbox{}
		n := subscribed(e)
		n.publish(t.Context(), test.event)
		var diags diag.Diagnostics
		n.warn(&diags)
		if len(e.notices) != 1 || len(diags) != 0 {
			t.Fatalf("%v, %v", e.notices, diags)
		}
		got := e.notices[0]
		if got.Occasion != test.want || got.Summary != test.summary || got.Detail != test.detail || got.Version != "2.0.0" || !got.Time.Equal(test.event.Time) {
			t.Errorf("%+v", got)
		}
	}
}

// TestOneKey is on all notices of one cutover, which come in their order.
func TestOneKey(t *testing.T) {
	e := &inbox{}
	n := subscribed(e)
	n.publish(t.Context(), started)
	n.publish(t.Context(), cutover.Event{Type: cutover.EventWeights})
	n.publish(t.Context(), ended(cutover.Promoted, nil))
	n.warn(&diag.Diagnostics{})
	if !slices.Equal(e.occasions(), []string{"started", "promoted"}) || e.notices[0].Key != "shop-1000005" || e.notices[1].Key != e.notices[0].Key {
		t.Errorf("%+v", e.notices)
	}
}

// TestHangingNotice holds no event up. It is over after its limit, and the one
// behind it after its own.
func TestHangingNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &inbox{answer: hang}
		n := subscribed(e)
		began := time.Now()
		n.publish(t.Context(), started)
		n.publish(t.Context(), ended(cutover.Promoted, nil))
		if took := time.Since(began); took != 0 {
			t.Errorf("the cutover was held up for %s", took)
		}
		var diags diag.Diagnostics
		n.warn(&diags)
		if took := time.Since(began); took != 2*noticeLimit {
			t.Errorf("the notices took %s", took)
		}
		if diags.HasError() || diags.WarningsCount() != 1 || !slices.Equal(e.occasions(), []string{"started", "promoted"}) {
			t.Errorf("%v, %v", e.occasions(), diags)
		}
	})
}

// TestDeafNotice never ends, whatever its context says.
func TestDeafNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		forever := make(chan struct{})
		defer close(forever)
		n := subscribed(&inbox{answer: func(context.Context, notify.Notice) error { <-forever; return nil }})
		n.publish(t.Context(), started)
		var diags diag.Diagnostics
		n.warn(&diags)
		if diags.HasError() || diags.WarningsCount() != 1 {
			t.Errorf("%v", diags)
		}
	})
}

// TestNoticeOfACancelledRun outlives the run that was cancelled, and the
// Terraform that is gone.
func TestNoticeOfACancelledRun(t *testing.T) {
	for cause, want := range map[error]string{
		context.Canceled:     "The run was cancelled.",
		cutover.ErrAbandoned: "Terraform is gone: it was killed, or lost its terminal or the reader of its output.",
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		e := &inbox{answer: func(ctx context.Context, _ notify.Notice) error { return ctx.Err() }}
		n := subscribed(e)
		n.publish(ctx, ended(cutover.RolledBack, cause))
		var diags diag.Diagnostics
		n.warn(&diags)
		if len(diags) != 0 || e.notices[0].Detail != want+" Traffic is back as it was found: blue 100, green 0." {
			t.Errorf("%v, %+v", diags, e.notices)
		}
	}
}

func TestFailedNotice(t *testing.T) {
	e := &inbox{answer: func(context.Context, notify.Notice) error { return errs.Package("webhook").New("it is closed") }}
	n := subscribed(e, "promoted")
	n.publish(t.Context(), started) // not wanted
	n.publish(t.Context(), ended(cutover.Promoted, nil))
	var diags diag.Diagnostics
	n.warn(&diags)
	if diags.HasError() || diags.WarningsCount() != 1 || !slices.Equal(e.occasions(), []string{"promoted"}) {
		t.Fatalf("%v, %v", e.occasions(), diags)
	}
	w := diags.Warnings()[0]
	if w.Summary() != "Notification Not Delivered" || w.Detail() != "The cutover went on without it.\n\n  notify.oncall, promoted: It is closed." {
		t.Errorf("%s: %s", w.Summary(), w.Detail())
	}
}

// TestNoticeThatPanics is one that is not delivered: a bug in what only tells ends
// no cutover.
func TestNoticeThatPanics(t *testing.T) {
	n := subscribed(&inbox{answer: func(context.Context, notify.Notice) error { panic("boom") }})
	n.publish(t.Context(), started)
	n.publish(t.Context(), ended(cutover.Promoted, nil))
	var diags diag.Diagnostics
	n.warn(&diags)
	if diags.HasError() || diags.WarningsCount() != 1 || strings.Count(diags.Warnings()[0].Detail(), "please report it") != 2 {
		t.Errorf("%v", diags)
	}
}

// catalogOf has one kind of notification, whose address says what becomes of
// it.
func catalogOf(e *inbox) Catalog {
	type config struct {
		Address types.String `tfsdk:"address"`
	}
	return Catalog{Notifiers: []block.Kind[notify.Notifier]{block.New("mail", schema.SingleNestedAttribute{
		Attributes: map[string]schema.Attribute{"address": schema.StringAttribute{Optional: true}},
	}, func(_ context.Context, _ *session.Sessions, c config) (notify.Notifier, error) {
		if c.Address.IsNull() {
			return nil, block.ErrUnset
		}
		return e, nil
	})}}
}

// configOf is the configuration of a switch that moves to green.
func configOf(t *testing.T, c Catalog, subscriptions map[string]blocktest.Values) *value.Object {
	t.Helper()
	text := schema.StringAttribute{Optional: true}
	attributes := evidenceOfSwitch(c)
	attributes["name"], attributes["active_color"] = text, text
	attributes["green"] = schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"name": text, "version": text}}
	whole := blocktest.Object(t, schema.SingleNestedAttribute{Attributes: attributes}, blocktest.Values{
		"name": "shop", "active_color": "green", "notify": subscriptions,
		"green": blocktest.Values{"name": "shop-green", "version": "2.0.0"},
	})
	return value.New(t.Context(), whole)
}

func TestSubscriptions(t *testing.T) {
	e := &inbox{}
	c := catalogOf(e)
	mail := blocktest.Values{"address": "oncall"}
	n := c.notifications(t.Context(), nil, configOf(t, c, map[string]blocktest.Values{
		"all":  {"mail": mail},
		"some": {"mail": mail, "on": []string{"promoted", "stuck"}},
	}))
	if len(n.failures) != 0 || len(n.subscriptions) != 2 || n.about != (notify.Notice{Switch: "shop", From: "blue", To: "green", Version: "2.0.0"}) {
		t.Fatalf("%+v, %v", n.about, n.failures)
	}
	for o, want := range map[notify.Occasion]int{notify.Started: 1, notify.Promoted: 2, notify.RolledBack: 1, notify.Stuck: 2} {
		if n := len(slices.DeleteFunc(slices.Clone(n.subscriptions), func(s *subscription) bool { return !s.wants(o) })); n != want {
			t.Errorf("%d want %s, want %d", n, o, want)
		}
	}
}

// TestNotificationThatCannotBeOpened is a warning: traffic is to move, and the plan
// has said whatever could be known.
func TestNotificationThatCannotBeOpened(t *testing.T) {
	c := catalogOf(&inbox{})
	n := c.notifications(t.Context(), session.NewSessions(nil, nil), configOf(t, c, map[string]blocktest.Values{"oncall": {"mail": blocktest.Values{}}}))
	var diags diag.Diagnostics
	n.warn(&diags)
	if diags.HasError() || diags.WarningsCount() != 1 || len(n.subscriptions) != 0 {
		t.Fatalf("%v", diags)
	}
	if text := diags.Warnings()[0].Detail(); !strings.Contains(text, "The cutover went on without it") || !strings.Contains(text, `notify["oncall"]`) {
		t.Error(text)
	}
}
