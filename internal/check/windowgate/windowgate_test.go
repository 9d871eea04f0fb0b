package windowgate

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
)

// office is Monday and Tuesday by day, but for the end of the year.
func office() Values {
	return Values{
		"timezone": "Europe/Berlin",
		"allow":    []Values{{"days": []string{"mon", "tue"}, "from": "09:00", "to": "16:00"}},
		"deny":     []Values{{"from": "2026-12-20T00:00", "to": "2027-01-04T12:00"}},
	}
}

func TestWindows(t *testing.T) {
	night := Values{"timezone": "Europe/Berlin", "allow": []Values{{"days": []string{"sat"}, "from": "22:00", "to": "04:00"}}}
	early := Values{"timezone": "Europe/Berlin", "allow": []Values{{"from": "02:30", "to": "03:30"}}}
	freeze := Values{"timezone": "UTC", "deny": []Values{{"from": "2026-12-20", "to": "2027-01-04"}}}
	for _, test := range []struct {
		name   string
		window Values
		at     string // RFC 3339
		want   string // what a shut gate says; empty when it is open
	}{
		{name: "opens", window: office(), at: "2026-11-23T08:00:00Z"},
		{name: "just before", window: office(), at: "2026-11-23T07:59:59Z", want: "it is Mon 2026-11-23 08:59 CET, and the next window opens at Mon 2026-11-23 09:00 CET, in 1m"},
		{name: "last moment", window: office(), at: "2026-11-24T14:59:59Z"},
		{name: "shuts", window: office(), at: "2026-11-24T15:00:00Z", want: "it is Tue 2026-11-24 16:00 CET, and the next window opens at Mon 2026-11-30 09:00 CET, in 5 days 17h0m"},
		{name: "by the local clock in summer", window: office(), at: "2026-07-06T07:00:00Z"},
		{name: "as early as in winter", window: office(), at: "2026-07-06T06:59:00Z", want: "opens at Mon 2026-07-06 09:00 CEST"},
		{name: "the next is after the clocks change", window: office(), at: "2026-10-24T10:00:00Z", want: "it is Sat 2026-10-24 12:00 CEST, and the next window opens at Mon 2026-10-26 09:00 CET, in 1 days 22h0m"},
		{name: "freeze", window: office(), at: "2026-12-21T10:00:00Z", want: "opens at Mon 2027-01-04 12:00 CET"},
		{name: "freeze ends", window: office(), at: "2027-01-04T11:00:00Z"},
		{name: "freeze of years", window: Values{"timezone": "UTC", "deny": []Values{{"from": "2026-01-01", "to": "2046-01-01"}}}, at: "2026-12-21T10:00:00Z", want: "opens at Mon 2046-01-01 00:00 UTC"},
		{name: "open but for a freeze", window: freeze, at: "2026-12-19T23:59:59Z"},
		{name: "shut by a freeze", window: freeze, at: "2026-12-20T00:00:00Z", want: "opens at Mon 2027-01-04 00:00 UTC"},
		{name: "evening", window: night, at: "2026-11-21T21:30:00Z"},
		{name: "past midnight", window: night, at: "2026-11-22T02:59:00Z"},
		{name: "past the end", window: night, at: "2026-11-22T03:00:00Z", want: "opens at Sat 2026-11-28 22:00 CET"},
		{name: "midnight of another day", window: night, at: "2026-11-21T00:30:00Z", want: "opens at Sat 2026-11-21 22:00 CET"},
		{name: "past midnight, the day after the clocks went back", window: night, at: "2026-10-25T02:59:00Z"},
		// On 2026-03-29 the hour from 02:00 does not happen in Berlin, and on 2026-10-25 it happens twice.
		{name: "skipped half", window: early, at: "2026-03-29T00:59:00Z", want: "it is Sun 2026-03-29 01:59 CET, and the next window opens at Sun 2026-03-29 03:00 CEST, in 1m"},
		{name: "second half", window: early, at: "2026-03-29T01:00:00Z"},
		{name: "first time", window: early, at: "2026-10-25T00:30:00Z"},
		{name: "between", window: early, at: "2026-10-25T01:00:00Z", want: "it is Sun 2026-10-25 02:00 CET, and the next window opens at Sun 2026-10-25 02:30 CET, in 30m"},
		{name: "second time", window: early, at: "2026-10-25T01:30:00Z"},
		{name: "whole day", window: Values{"timezone": "UTC", "allow": []Values{{"days": []string{"tue"}}}}, at: "2026-11-24T23:59:59Z"},
		{name: "from a time on", window: Values{"timezone": "UTC", "allow": []Values{{"from": "23:00"}}}, at: "2026-11-24T23:59:59Z"},
		{name: "never", window: Values{
			"timezone": "UTC", "allow": []Values{{"days": []string{"mon"}}, {"days": []string{"mon"}}}, "deny": []Values{{"from": "2026-01-01", "to": "2600-01-01"}},
		}, at: "2026-11-24T00:00:00Z", want: "opens at Mon 2600-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, test.at)
			if err != nil {
				t.Fatal(err)
			}
			err = MustOpen(t, Kind(), test.window).(window).at(now)
			if (err == nil) != (test.want == "") || (err != nil && (!errors.Is(err, check.ErrFailed) || !strings.Contains(err.Error(), test.want))) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestShuts tells when a window shuts, and when it opens.
func TestShuts(t *testing.T) {
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	w := MustOpen(t, Kind(), office()).(window)
	for _, test := range []struct{ from, until, opens, shuts string }{
		{"2026-11-23T08:00:00Z", "2026-11-23T15:00:00Z", "2026-11-23T08:00:00Z", ""},
		{"2026-11-23T08:00:00Z", "2026-11-23T15:00:01Z", "2026-11-23T08:00:00Z", "2026-11-23T15:00:00Z"},
		{"2026-11-23T14:59:59.5Z", "2026-11-23T16:00:00Z", "2026-11-23T14:59:59.5Z", "2026-11-23T15:00:00Z"},
		{"2026-11-22T08:00:00Z", "2026-11-22T08:00:01Z", "2026-11-23T08:00:00Z", "2026-11-22T08:00:00Z"},
	} {
		opens, ok := w.Opens(at(test.from))
		if !ok || !opens.Equal(at(test.opens)) {
			t.Errorf("%s: it opens at %s, %t", test.from, opens, ok)
		}
		shuts, ok := w.Shuts(at(test.from), at(test.until))
		if ok != (test.shuts != "") || ok && !shuts.Equal(at(test.shuts)) {
			t.Errorf("%s: it shuts at %s, %t", test.from, shuts, ok)
		}
	}
	for within, whole := range map[string]bool{"start": false, "end": true} {
		if got := MustOpen(t, Kind(), Values{"timezone": "UTC", "within_window": within}).(window).Whole(); got != whole {
			t.Errorf("%s: %t", within, got)
		}
	}
}

// TestNever is a window that the horizon does not reach.
func TestNever(t *testing.T) {
	w := MustOpen(t, Kind(), office()).(window)
	w.allow[0].days = [7]bool{}
	if err := w.at(time.Now()); err == nil || !strings.Contains(err.Error(), "no window opens within 60 days") {
		t.Errorf("%v", err)
	}
}

// TestRun goes by the clock.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which begins on Saturday, 2000-01-01
		c := MustOpen(t, Kind(), Values{"timezone": "UTC", "allow": []Values{{"days": []string{"sun"}}}})
		if err := c.Run(t.Context(), check.Subject{}); err == nil || !strings.Contains(err.Error(), "in 1 days") {
			t.Errorf("%v", err)
		}
		<-time.After(24 * time.Hour)
		if err := c.Run(t.Context(), check.Subject{}); err != nil {
			t.Error(err)
		}
		if c.Limit() <= 0 || check.IsSafeguard(c) {
			t.Errorf("limit %s, safeguard %t", c.Limit(), check.IsSafeguard(c))
		}
	})
}

func TestBadArguments(t *testing.T) {
	allow, deny := path.Root("allow").AtListIndex(0), path.Root("deny").AtListIndex(0)
	for _, test := range []struct {
		values Values
		at     path.Path
	}{
		{Values{"timezone": "Europe/Atlantis"}, path.Root("timezone")},
		{Values{"timezone": "Local"}, path.Root("timezone")},
		{Values{"timezone": ""}, path.Root("timezone")},
		{Values{"allow": []Values{{"days": []string{"mon", "monday"}}}}, allow.AtName("days").AtListIndex(1)},
		{Values{"allow": []Values{{"from": "9am"}}}, allow.AtName("from")},
		{Values{"allow": []Values{{"to": "25:00"}}}, allow.AtName("to")},
		{Values{"allow": []Values{{"from": "09:00", "to": "09:00"}}}, allow.AtName("to")},
		{Values{"allow": []Values{{"from": "24:00"}}}, allow.AtName("to")},
		{Values{"deny": []Values{{"from": "2026-12-20T00:00Z", "to": "2026-12-21"}}}, deny.AtName("from")},
		{Values{"deny": []Values{{"from": "2026-12-20", "to": "christmas"}}}, deny.AtName("to")},
		{Values{"deny": []Values{{"from": "2026-12-20", "to": "2026-12-20"}}}, deny.AtName("to")},
	} {
		if _, ok := test.values["timezone"]; !ok {
			test.values["timezone"] = "UTC"
		}
		_, err := Open(t, Kind(), test.values)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || !attribute.Path.Equal(test.at) {
			t.Errorf("%v: %v", test.values, err)
		}
	}
}
