package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// noticeLimit bounds one notification, so that a webhook that hangs holds no
// apply up for long.
const noticeLimit = 15 * time.Second

// herald tells people what becomes of one cutover. Telling changes nothing: it
// happens beside the cutover, and what fails becomes a warning.
type herald struct {
	audience []*listener
	about    notify.Notice
	wg       sync.WaitGroup
	mu       sync.Mutex
	failures []string // a line each
}

// listener is one notification of the user's.
type listener struct {
	notify.Notifier
	name string
	on   []string      // occasions; none for all
	told chan struct{} // closed when the notice before has been told, or has failed; nil without one
}

// hears tells whether the user wants to be told of an occasion here.
func (l *listener) hears(o notify.Occasion) bool {
	return len(l.on) == 0 || slices.Contains(l.on, string(o))
}

// herald opens the notifications of a switch. Config has the write-only
// arguments. One that cannot be opened any more, though the plan could, has
// failed as one that is not delivered: the cutover goes on without it.
func (c Catalog) herald(ctx context.Context, sessions *session.Sessions, config *object) *herald {
	to := traffic.Color(config.str("active_color"))
	subject := measured(ctx, to, config)
	h := &herald{about: notify.Notice{
		Switch: config.str("name"), From: to.Other().String(), To: to.String(), Version: subject.Version,
	}}
	var problems diag.Diagnostics
	for _, one := range c.notifiers().open(ctx, sessions, config, path.Empty(), &problems) {
		var on []string
		if list, ok := one.element.values["on"].(types.List); ok && !list.IsNull() {
			decode(ctx, list, &on, &problems)
		}
		h.audience = append(h.audience, &listener{Notifier: one.thing, name: one.name, on: on})
	}
	for _, p := range problems {
		h.failures = append(h.failures, strings.ReplaceAll(p.Summary()+": "+p.Detail(), "\n\n", " "))
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
		if l.hears(notice.Occasion) {
			h.send(ctx, l, notice)
		}
	}
}

// send tells a notice, after the one before it and beside everything else.
func (h *herald) send(ctx context.Context, l *listener, n notify.Notice) {
	before, told := l.told, make(chan struct{})
	l.told = told
	h.wg.Go(func() {
		defer close(told)
		if before != nil {
			<-before
		}
		h.tell(ctx, l, n)
	})
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
func (h *herald) tell(ctx context.Context, l *listener, n notify.Notice) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noticeLimit)
	defer cancel()
	if err := l.Notify(ctx, n); err != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.failures = append(h.failures, fmt.Sprintf("notify.%s, %s: %s", l.name, n.Occasion, sentence(err)))
	}
}

// warn waits for all notifications, and adds one warning for those that failed:
// of several, Terraform would show the first alone.
func (h *herald) warn(diags *diag.Diagnostics) {
	h.wg.Wait()
	if len(h.failures) > 0 {
		diags.AddAttributeWarning(path.Root("notify"), "Notification Not Delivered",
			"The cutover went on without it.\n\n  "+strings.Join(h.failures, "\n  "))
	}
}
