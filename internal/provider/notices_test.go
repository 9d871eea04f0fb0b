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
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// ear is a notification that keeps what it is told.
type ear struct {
	mu      sync.Mutex
	notices []notify.Notice
	answer  func(ctx context.Context, n notify.Notice) error
}

func (e *ear) Notify(ctx context.Context, n notify.Notice) error {
	e.mu.Lock()
	e.notices = append(e.notices, n)
	e.mu.Unlock()
	if e.answer == nil {
		return nil
	}
	return e.answer(ctx, n)
}

func (e *ear) occasions() []string {
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

// heraldOf is a herald with one listener.
func heraldOf(e *ear, on ...string) *herald {
	return &herald{
		about:    notify.Notice{Switch: "shop", From: "blue", To: "green", Version: "2.0.0"},
		audience: []*listener{{Notifier: e, name: "oncall", on: on}},
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
	cause := errors.New("cutover: health failed")
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
		e := &ear{}
		h := heraldOf(e)
		h.hear(t.Context(), test.event)
		var diags diag.Diagnostics
		h.warn(&diags)
		if len(e.notices) != 1 || len(diags) != 0 {
			t.Fatalf("%v, %v", e.notices, diags)
		}
		n := e.notices[0]
		if n.Occasion != test.want || n.Summary != test.summary || n.Detail != test.detail || n.Version != "2.0.0" || !n.Time.Equal(test.event.Time) {
			t.Errorf("%+v", n)
		}
	}
}

// TestOneKey is on all notices of one cutover, which come in their order.
func TestOneKey(t *testing.T) {
	e := &ear{}
	h := heraldOf(e)
	h.hear(t.Context(), started)
	h.hear(t.Context(), cutover.Event{Type: cutover.EventWeights})
	h.hear(t.Context(), ended(cutover.Promoted, nil))
	h.warn(&diag.Diagnostics{})
	if !slices.Equal(e.occasions(), []string{"started", "promoted"}) || e.notices[0].Key != "shop-1000005" || e.notices[1].Key != e.notices[0].Key {
		t.Errorf("%+v", e.notices)
	}
}

// TestHangingNotice holds no event up. It is over after its limit, and the one
// behind it after its own.
func TestHangingNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ear{answer: hang}
		h := heraldOf(e)
		began := time.Now()
		h.hear(t.Context(), started)
		h.hear(t.Context(), ended(cutover.Promoted, nil))
		if took := time.Since(began); took != 0 {
			t.Errorf("the cutover was held up for %s", took)
		}
		var diags diag.Diagnostics
		h.warn(&diags)
		if took := time.Since(began); took != 2*noticeLimit {
			t.Errorf("the notices took %s", took)
		}
		if diags.HasError() || diags.WarningsCount() != 1 || !slices.Equal(e.occasions(), []string{"started", "promoted"}) {
			t.Errorf("%v, %v", e.occasions(), diags)
		}
	})
}

// TestNoticeOfACancelledRun outlives the run that was cancelled.
func TestNoticeOfACancelledRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := &ear{answer: func(ctx context.Context, _ notify.Notice) error { return ctx.Err() }}
	h := heraldOf(e)
	h.hear(ctx, ended(cutover.RolledBack, context.Canceled))
	var diags diag.Diagnostics
	h.warn(&diags)
	if len(diags) != 0 || e.notices[0].Detail != "The run was cancelled. Traffic is back as it was found: blue 100, green 0." {
		t.Errorf("%v, %+v", diags, e.notices)
	}
}

func TestFailedNotice(t *testing.T) {
	e := &ear{answer: func(context.Context, notify.Notice) error { return errors.New("webhook: it is closed") }}
	h := heraldOf(e, "promoted")
	h.hear(t.Context(), started) // not wanted
	h.hear(t.Context(), ended(cutover.Promoted, nil))
	var diags diag.Diagnostics
	h.warn(&diags)
	if diags.HasError() || diags.WarningsCount() != 1 || !slices.Equal(e.occasions(), []string{"promoted"}) {
		t.Fatalf("%v, %v", e.occasions(), diags)
	}
	w := diags.Warnings()[0]
	if w.Summary() != "Notification Not Delivered" || w.Detail() != "The cutover went on without it.\n\n  notify.oncall, promoted: It is closed." {
		t.Errorf("%s: %s", w.Summary(), w.Detail())
	}
}

// catalogOf has one kind of notification, whose address says what becomes of
// it.
func catalogOf(e *ear) Catalog {
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
func configOf(t *testing.T, c Catalog, listeners map[string]blocktest.Values) *object {
	t.Helper()
	text := schema.StringAttribute{Optional: true}
	attributes := evidenceOfSwitch(c)
	attributes["name"], attributes["active_color"] = text, text
	attributes["green"] = schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"name": text, "version": text}}
	whole := blocktest.Object(t, schema.SingleNestedAttribute{Attributes: attributes}, blocktest.Values{
		"name": "shop", "active_color": "green", "notify": listeners,
		"green": blocktest.Values{"name": "shop-green", "version": "2.0.0"},
	})
	return newObject(t.Context(), whole)
}

func TestHerald(t *testing.T) {
	e := &ear{}
	c := catalogOf(e)
	mail := blocktest.Values{"address": "oncall"}
	h := c.herald(t.Context(), nil, configOf(t, c, map[string]blocktest.Values{
		"all":  {"mail": mail},
		"some": {"mail": mail, "on": []string{"promoted", "stuck"}},
	}))
	if len(h.failures) != 0 || len(h.audience) != 2 || h.about != (notify.Notice{Switch: "shop", From: "blue", To: "green", Version: "2.0.0"}) {
		t.Fatalf("%+v, %v", h.about, h.failures)
	}
	for o, want := range map[notify.Occasion]int{notify.Started: 1, notify.Promoted: 2, notify.RolledBack: 1, notify.Stuck: 2} {
		if n := len(slices.DeleteFunc(slices.Clone(h.audience), func(l *listener) bool { return !l.hears(o) })); n != want {
			t.Errorf("%d hear of %s, want %d", n, o, want)
		}
	}
}

// TestHeraldThatCannotBeOpened is a warning: traffic is to move, and the plan
// has told whatever could be known.
func TestHeraldThatCannotBeOpened(t *testing.T) {
	c := catalogOf(&ear{})
	h := c.herald(t.Context(), session.NewSessions(nil, nil), configOf(t, c, map[string]blocktest.Values{"oncall": {"mail": blocktest.Values{}}}))
	var diags diag.Diagnostics
	h.warn(&diags)
	if diags.HasError() || diags.WarningsCount() != 1 || len(h.audience) != 0 {
		t.Fatalf("%v", diags)
	}
	if text := diags.Warnings()[0].Detail(); !strings.Contains(text, "The cutover went on without it") || !strings.Contains(text, `notify["oncall"]`) {
		t.Error(text)
	}
}
