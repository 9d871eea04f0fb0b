package haproxyapi

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestSplitReplies(t *testing.T) {
	for _, test := range []struct {
		name, raw string
		want      []string // nil: an error
	}{
		{"one success", "\n", []string{""}},
		{"successes", "\n\n\n", []string{"", "", ""}},
		{"texts", "admin\n\nPermission denied\n\n", []string{"admin", "Permission denied"}},
		{"mixed", "\nNo such server.\n\n\na\nb\n\n", []string{"", "No such server.", "", "a\nb"}},
		{"one is missing", "\n", nil},
		{"cut off in a text", "admin\n\nPermission den", nil},
		{"cut off before the empty line", "admin\n", nil},
		{"nothing", "", nil},
		{"one too many", "\n\n\n\n", nil},
	} {
		n := max(len(test.want), 2)
		if len(test.want) == 1 {
			n = 1
		}
		got, err := splitReplies(test.raw, n)
		switch {
		case test.want == nil && !errors.Is(err, ErrReply):
			t.Errorf("%s: %q, %v, want ErrReply", test.name, got, err)
		case test.want != nil && (err != nil || !slices.Equal(got, test.want)):
			t.Errorf("%s: %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

func TestCommandErrorMeans(t *testing.T) {
	for reply, want := range map[string]error{
		"Permission denied": ErrPermission,
		"No such backend.":  traffic.ErrNotFound,
		"No such server.":   traffic.ErrNotFound,
		"Unknown map identifier. Please use #<id> or <file>.": traffic.ErrNotFound,
		"entry not found.":    traffic.ErrNotFound,
		"Can't find backend.": traffic.ErrNotFound,
		"Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.": ErrWhole,
		"Absolute weight can only be between 0 and 256 inclusive.":                         ErrRefused,
		"Unknown command, but maybe one of the following ones is a better match:":          ErrRefused,
	} {
		err := error(&CommandError{Command: "set", Reply: reply})
		if !errors.Is(err, want) || !strings.Contains(err.Error(), reply) {
			t.Errorf("%q means %v, want %v", reply, errors.Unwrap(err), want)
		}
	}
}

func TestParseStatByName(t *testing.T) {
	rows, err := ParseStat("show stat", "# scur,svname,pxname,\n3,\"a,b\",app,\n4,BACKEND,app,")
	if err != nil || len(rows) != 2 || rows[0]["svname"] != "a,b" || rows[1]["scur"] != "4" {
		t.Errorf("ParseStat = %v, %v", rows, err)
	}
	for bad, want := range map[string]error{
		"No such proxy.":           traffic.ErrNotFound,
		"# a,b\n1":                 ErrReply,
		"# a\n\"":                  ErrReply,
		"Statistics not available": ErrRefused,
	} {
		if _, err := ParseStat("show stat", bad); !errors.Is(err, want) {
			t.Errorf("ParseStat(%q) = %v, want %v", bad, err, want)
		}
	}
}

func TestBatches(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for _, n := range []int{0, 1, 2, 3, 7} {
		got := batches(slices.Repeat([]string{long}, n))
		count := 0
		for _, b := range got {
			count += len(b)
			if len(strings.Join(b, ";")) > LineLimit {
				t.Errorf("a line of %d commands is too long", len(b))
			}
		}
		if count != n || len(got) != (n+1)/2 {
			t.Errorf("%d commands became %d in %d lines", n, count, len(got))
		}
	}
}

// FuzzReplies feeds every parser with what no HAProxy would send: none may
// panic, whatever a socket that is not HAProxy's answers.
func FuzzReplies(f *testing.F) {
	for _, seed := range []string{"\n", "admin\n\n", "1\n# be_name srv_name\napp s1\n\n", "# a,b\n1,2\n\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, raw string) {
		for n := range 4 {
			replies, err := splitReplies(raw, n)
			if err == nil && len(replies) != n {
				panic("a wrong number of replies")
			}
		}
		_, _ = ParseState("", raw)
		_, _ = ParseStat("", raw)
		_, _ = ParsePID("", raw)
	})
}
