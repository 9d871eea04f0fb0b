package windowgate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// weekdays are the days as users name them, by time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// What must lie within a window.
const (
	withinStart = "start"
	withinEnd   = "end"
)

// endOfDay is midnight at the end of a day, in minutes.
const endOfDay = 24 * 60

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Holds at certain times only, by the clock on the wall of a time zone. It is not asked when traffic returns at " +
			"once to a color that was active a short while ago.",
		Attributes: map[string]schema.Attribute{
			"timezone": schema.StringAttribute{Required: true, MarkdownDescription: "The time zone by its IANA name: `Europe/Berlin`, `UTC`."},
			"within_window": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(withinStart, withinEnd)},
				MarkdownDescription: "What of a cutover must lie within: its `start`, or its `end` too, by the longest total of its timetable. " +
					"With `start` the plan warns when the window may shut before the cutover has ended; with `end` it is refused, in the plan and before traffic moves. Default: `start`.",
			},
			"allow": schema.ListNestedAttribute{
				Optional: true, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
				MarkdownDescription: "The times of the week that are open. Default: all.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"days": schema.ListAttribute{
						Optional: true, ElementType: types.StringType,
						Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
						MarkdownDescription: "The days on which it opens: any of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`. Default: every day.",
					},
					"from": schema.StringAttribute{Optional: true, MarkdownDescription: "When it opens: `09:00`. Default: `00:00`."},
					"to":   schema.StringAttribute{Optional: true, MarkdownDescription: "When it shuts: `16:00`; on the next day unless that is later than `from`. Default: `24:00`."},
				}},
			},
			"deny": schema.ListNestedAttribute{
				Optional: true, MarkdownDescription: "The periods that are shut, whatever `allow` says: a freeze.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"from": schema.StringAttribute{Required: true, MarkdownDescription: "When it begins: `2026-12-20T00:00`, or a date alone."},
					"to":   schema.StringAttribute{Required: true, MarkdownDescription: "When it ends: `2027-01-04T00:00`, or a date alone, which is not part of it."},
				}},
			},
		},
	}
}

type config struct {
	Timezone types.String `tfsdk:"timezone"`
	Within   types.String `tfsdk:"within_window"`
	Allow    []struct {
		Days []string     `tfsdk:"days"`
		From types.String `tfsdk:"from"`
		To   types.String `tfsdk:"to"`
	} `tfsdk:"allow"`
	Deny []struct {
		From types.String `tfsdk:"from"`
		To   types.String `tfsdk:"to"`
	} `tfsdk:"deny"`
}

func open(_ context.Context, _ *session.Sessions, c config) (check.Check, error) {
	zone, err := time.LoadLocation(c.Timezone.ValueString())
	if name := c.Timezone.ValueString(); err != nil || name == "" || name == "Local" {
		return nil, invalid(path.Root("timezone"), "Time Zone Not Known", "%q is not the name of a time zone, such as Europe/Berlin", name)
	}
	w := window{zone: zone, whole: c.Within.ValueString() == withinEnd}
	for i, a := range c.Allow {
		one, err := weeklyOf(path.Root("allow").AtListIndex(i), a.Days, a.From, a.To)
		if err != nil {
			return nil, err
		}
		w.allow = append(w.allow, one)
	}
	for i, d := range c.Deny {
		one, err := periodOf(path.Root("deny").AtListIndex(i), d.From.ValueString(), d.To.ValueString())
		if err != nil {
			return nil, err
		}
		w.deny = append(w.deny, one)
	}
	return w, nil
}

func weeklyOf(at path.Path, days []string, from, to types.String) (weekly, error) {
	w := weekly{to: endOfDay}
	for i, day := range days {
		n := slices.Index(weekdays, strings.ToLower(day))
		if n < 0 {
			return w, invalid(at.AtName("days").AtListIndex(i), "Not A Day", "%q is none of %s", day, strings.Join(weekdays, ", "))
		}
		w.days[n] = true
	}
	if len(days) == 0 {
		w.days = [7]bool{true, true, true, true, true, true, true}
	}
	var err error
	if w.from, err = minute(at.AtName("from"), from, 0); err != nil {
		return w, err
	}
	if w.to, err = minute(at.AtName("to"), to, endOfDay); err != nil {
		return w, err
	}
	if w.from == w.to || w.from == endOfDay {
		return w, invalid(at.AtName("to"), "Window Never Open", "it opens and shuts at the same time; for a whole day leave both out")
	}
	return w, nil
}

// minute reads a time of the day, 00:00 to 24:00.
func minute(at path.Path, text types.String, otherwise int) (int, error) {
	if text.IsNull() {
		return otherwise, nil
	}
	if text.ValueString() == "24:00" {
		return endOfDay, nil
	}
	t, err := time.Parse("15:04", text.ValueString())
	if err != nil {
		return 0, invalid(at, "Not A Time Of Day", "%q is not a time from 00:00 to 24:00", text.ValueString())
	}
	return t.Hour()*60 + t.Minute(), nil
}

func periodOf(at path.Path, from, to string) (period, error) {
	var p period
	var err error
	if p.from, err = wall(at.AtName("from"), from); err != nil {
		return p, err
	}
	if p.to, err = wall(at.AtName("to"), to); err != nil {
		return p, err
	}
	if !p.from.Before(p.to) {
		return p, invalid(at.AtName("to"), "Period Ends Before It Begins", "%s is not after %s", to, from)
	}
	return p, nil
}

// wall reads a time of the calendar, without a zone.
func wall(at path.Path, text string) (time.Time, error) {
	for _, form := range []string{"2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, invalid(at, "Not A Time", "%q is not a time such as 2026-12-20T00:00, without a zone", text)
}

func invalid(at path.Path, summary, format string, args ...any) error {
	return &block.AttributeError{Path: at, Summary: summary, Err: fmt.Errorf("%w: %s", ErrConfig, fmt.Sprintf(format, args...))}
}
