package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// noticeLimit bounds one notification, so that a webhook that hangs holds no
// apply up for long.
const noticeLimit = 15 * time.Second

// herald tells people what becomes of one cutover. Telling changes nothing: it
// happens beside the cutover, and what fails becomes a warning.
type herald struct {
	audience []listener
	about    notify.Notice
	wg       sync.WaitGroup
	mu       sync.Mutex
	failures []error
}

// listener is one notification of the user's.
type listener struct {
	name string
	on   []string // occasions; none for all
	notify.Notifier
}

// herald opens the notifications of a switch. Config has the write-only
// arguments.
func (c Catalog) herald(ctx context.Context, sessions *cloud.Sessions, config *object, diags *diag.Diagnostics) *herald {
	to := traffic.Color(config.str("active_color"))
	subject := measured(ctx, to, config)
	h := &herald{about: notify.Notice{
		Switch: config.str("name"), From: to.Other().String(), To: to.String(), Version: subject.Version,
	}}
	for _, one := range c.notifiers().open(ctx, sessions, config, path.Empty(), diags) {
		var on []string
		if list, ok := one.element.values["on"].(types.List); ok && !list.IsNull() {
			decode(ctx, list, &on, diags)
		}
		h.audience = append(h.audience, listener{one.name, on, one.thing})
	}
	return h
}

// hear tells of the events that people care about.
func (h *herald) hear(ctx context.Context, e cutover.Event) {
	notice := h.about
	notice.Time = e.Time
	switch e.Type {
	case cutover.EventStarted:
		h.about.Key = fmt.Sprintf("%s-%d", h.about.Switch, e.Time.UnixMilli())
		notice.Key, notice.Occasion = h.about.Key, notify.Started
		notice.Summary = fmt.Sprintf("%s: cutover from %s to %s started", notice.Switch, notice.From, notice.To)
	case cutover.EventEnded:
		notice.Occasion, notice.Summary = ending(notice, e.Result)
		var aborted *cutover.AbortError
		if errors.As(e.Err, &aborted) {
			notice.Detail = reason(aborted) + " " + whereNow(aborted)
		}
	default:
		return
	}
	for _, l := range h.audience {
		if len(l.on) == 0 || slices.Contains(l.on, string(notice.Occasion)) {
			h.wg.Go(func() { h.tell(ctx, l, notice) })
		}
	}
}

func ending(n notify.Notice, result cutover.Result) (notify.Occasion, string) {
	what := fmt.Sprintf("%s: cutover from %s to %s ", n.Switch, n.From, n.To)
	switch result {
	case cutover.Promoted:
		return notify.Promoted, fmt.Sprintf("%s: %s has all traffic", n.Switch, n.To)
	case cutover.Refused:
		return notify.RolledBack, what + "refused, no traffic moved"
	case cutover.RolledBack:
		return notify.RolledBack, what + "rolled back"
	default:
		return notify.Stuck, what + "is stuck: " + string(result)
	}
}

// tell outlives the cancellation of the run, whose news it may be.
func (h *herald) tell(ctx context.Context, l listener, n notify.Notice) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noticeLimit)
	defer cancel()
	if err := l.Notify(ctx, n); err != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.failures = append(h.failures, fmt.Errorf("notify.%s: %s: %w", l.name, n.Occasion, err))
	}
}

// warn waits for all notifications, and adds a warning for each that failed.
func (h *herald) warn(diags *diag.Diagnostics) {
	h.wg.Wait()
	for _, err := range h.failures {
		diags.AddAttributeWarning(path.Root("notify"), "Notification Not Delivered",
			"The cutover went on without it. "+sentence(err))
	}
}
