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
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// noticeLimit bounds one notification, so that a webhook that hangs holds no
// apply up for long.
const noticeLimit = 15 * time.Second

// notifications say what becomes of one cutover. They change nothing: they are
// sent beside the cutover, and what fails becomes a warning.
type notifications struct {
	subscriptions []*subscription
	about         notify.Notice
	wg            sync.WaitGroup
	mu            sync.Mutex
	failures      []string // a line each
}

// subscription is one notification of the user's.
type subscription struct {
	notify.Notifier
	name string
	on   []string      // occasions; none for all
	sent chan struct{} // closed when the notice before was sent, or has failed; nil without one
}

// wants tells whether the user wants a notice of an occasion here.
func (s *subscription) wants(o notify.Occasion) bool {
	return len(s.on) == 0 || slices.Contains(s.on, string(o))
}

// foreseeNotices warns of notifications that cannot be opened. They only tell,
// and must not keep traffic on a color that it has to leave.
func (c Catalog) foreseeNotices(ctx context.Context, sessions *session.Sessions, config *value.Object, diags *diag.Diagnostics) {
	var problems diag.Diagnostics
	c.notifiers().open(ctx, sessions, config, path.Empty(), &problems)
	if lines := linesOf(problems); len(lines) > 0 {
		diags.AddAttributeWarning(path.Root("notify"), "Notification Cannot Be Sent",
			"As things are, the cutover goes on without it.\n\n  "+strings.Join(lines, "\n  "))
	}
}

// linesOf says problems in a line each.
func linesOf(problems diag.Diagnostics) []string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, strings.ReplaceAll(p.Summary()+": "+p.Detail(), "\n\n", " "))
	}
	return lines
}

// notifications opens the notifications of a switch. Config has the write-only
// arguments. One that cannot be opened has failed as one that is not delivered:
// the cutover goes on without it.
func (c Catalog) notifications(ctx context.Context, sessions *session.Sessions, config *value.Object) *notifications {
	to := traffic.Color(config.Str("active_color"))
	subject := measured(ctx, to, config)
	n := &notifications{about: notify.Notice{
		Switch: config.Str("name"), From: to.Other().String(), To: to.String(), Version: subject.Version,
	}}
	var problems diag.Diagnostics
	for _, one := range c.notifiers().open(ctx, sessions, config, path.Empty(), &problems) {
		var on []string
		if list, ok := one.element.Values["on"].(types.List); ok && !list.IsNull() {
			value.Decode(ctx, list, &on, &problems)
		}
		n.subscriptions = append(n.subscriptions, &subscription{Notifier: one.thing, name: one.name, on: on})
	}
	n.failures = linesOf(problems)
	return n
}

// publish sends notices of the events that people care about.
func (n *notifications) publish(ctx context.Context, e cutover.Event) {
	notice := n.about
	notice.Time = e.Time
	switch e.Type {
	case cutover.EventStarted:
		n.about.Key = fmt.Sprintf("%s-%d", n.about.Switch, e.Time.UnixMilli())
		notice.Key, notice.Occasion = n.about.Key, notify.Started
		notice.Summary = fmt.Sprintf("%s: cutover from %s to %s started", notice.Switch, notice.From, notice.To)
	case cutover.EventEnded:
		notice.Occasion, notice.Summary = ending(notice, e.Result)
		var aborted *cutover.AbortError
		if errors.As(e.Err, &aborted) {
			notice.Detail = diagnose.Reason(aborted) + " " + diagnose.WhereNow(aborted)
		}
	default:
		return
	}
	for _, s := range n.subscriptions {
		if s.wants(notice.Occasion) {
			n.send(ctx, s, notice)
		}
	}
}

// send sends a notice, after the one before it and beside everything else.
func (n *notifications) send(ctx context.Context, s *subscription, notice notify.Notice) {
	before, sent := s.sent, make(chan struct{})
	s.sent = sent
	n.wg.Go(func() {
		defer close(sent)
		if before != nil {
			<-before
		}
		n.deliver(ctx, s, notice)
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

// deliver outlives the cancellation of the run, whose news it may be.
func (n *notifications) deliver(ctx context.Context, s *subscription, notice notify.Notice) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noticeLimit)
	defer cancel()
	err := bounded(ctx, func() error {
		return cutover.Guarded("The notification", func() error { return s.Notify(ctx, notice) })
	})
	logBug(ctx, err)
	if err != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.failures = append(n.failures, fmt.Sprintf("notify.%s, %s: %s", s.name, notice.Occasion, diagnose.Sentence(err)))
	}
}

// bounded is a call that is left alone when it does not end soon after its context.
func bounded(ctx context.Context, call func() error) error {
	answer := make(chan error, 1)
	go func() { answer <- call() }()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-answer:
		return err
	case <-time.After(time.Second):
		return context.Cause(ctx)
	}
}

// warn waits for all notices, and adds one warning for those that failed: of
// several, Terraform would show the first alone.
func (n *notifications) warn(diags *diag.Diagnostics) {
	n.wg.Wait()
	if len(n.failures) > 0 {
		diags.AddAttributeWarning(path.Root("notify"), "Notification Not Delivered",
			"The cutover went on without it.\n\n  "+strings.Join(n.failures, "\n  "))
	}
}
