package traffic_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestParseColor(t *testing.T) {
	for _, test := range []struct {
		in   string
		want traffic.Color // or "" for none
	}{
		{"blue", traffic.Blue},
		{"green", traffic.Green},
		{"", ""},
		{"Blue", ""},
		{"GREEN", ""},
		{" blue", ""},
		{"green\n", ""},
		{"red", ""},
		{"bluegreen", ""},
	} {
		got, err := traffic.ParseColor(test.in)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("ParseColor(%q) = %q, %v", test.in, got, err)
		}
		if err != nil && (!errors.Is(err, traffic.ErrColor) || !strings.Contains(err.Error(), "not \"")) {
			t.Errorf("error %q", err)
		}
	}
}

func TestColors(t *testing.T) {
	if got := traffic.Colors(); !slices.Equal(got, []traffic.Color{traffic.Blue, traffic.Green}) {
		t.Errorf("Colors = %v", got)
	}
	for _, c := range traffic.Colors() {
		if c.Other() == c || c.Other().Other() != c {
			t.Errorf("the other color of %s is %s", c, c.Other())
		}
		if parsed, err := traffic.ParseColor(c.String()); err != nil || parsed != c {
			t.Errorf("%s is parsed as %s, %v", c, parsed, err)
		}
	}
}
