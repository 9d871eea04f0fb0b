package haproxy

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

func TestParseLookup(t *testing.T) {
	const (
		exact = `type=str, case=sensitive, found=yes, idx=tree, key="shop", value="blue-backend", type="str"`
		begin = `type=beg, case=sensitive, found=yes, idx=tree, key="/ab", value="green", type="str"`
		none  = `type=str, case=sensitive, found=no`
	)
	for _, test := range []struct {
		reply string
		want  []answer
	}{
		{exact, []answer{{"str", "shop", "blue-backend"}}},
		{begin + "\n" + none, []answer{{"beg", "/ab", "green"}, {"str", "", ""}}},
		{none, []answer{{"str", "", ""}}},
	} {
		got, err := parseLookup("get map", test.reply)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("parseLookup(%q) = %v, %v, want %v", test.reply, got, err, test.want)
		}
	}
	for reply, want := range map[string]error{
		"Unknown map identifier. Please use #<id> or <file>.": traffic.ErrNotFound,
		"type=str, case=sensitive, found=maybe":               ErrReply,
		"":                                                    ErrRefused,
	} {
		if _, err := parseLookup("get map", reply); !errors.Is(err, want) {
			t.Errorf("parseLookup(%q) = %v, want %v", reply, err, want)
		}
	}
}

func TestParseMaps(t *testing.T) {
	reply := "# id (file) description\n" +
		"-1 (/run/a (1).map) pattern loaded from file '/run/a (1).map' used by map at file 'x' line 1. curr_ver=0\n" +
		"2 (/etc/b.map) pattern loaded from file '/etc/b.map' used by map at file 'x' line 2."
	got, err := parseMaps(showMap, reply)
	if want := []string{"/run/a (1).map", "/etc/b.map"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("parseMaps = %q, %v, want %q", got, err, want)
	}
	if _, err := parseMaps(showMap, "Permission denied"); !errors.Is(err, ErrPermission) {
		t.Errorf("parseMaps of an error = %v", err)
	}
}

func TestParseServersByName(t *testing.T) {
	reply := "1\n# srv_name be_name srv_iweight srv_uweight srv_admin_state srv_op_state srv_check_state srv_check_result new\n" +
		"green1 app 100 7 8 2 6 3 -"
	got, err := parseServers("show servers state", reply)
	want := server{backend: "app", name: "green1", op: 2, admin: 8, weight: 7, initial: 100, checkState: 6}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Fatalf("parseServers = %+v, %v, want %+v", got, err, want)
	}
	for bad, want := range map[string]error{
		"Can't find backend.":                   traffic.ErrNotFound,
		"2\n# be_name\napp":                     ErrRefused,
		"1\n# be_name srv_name\napp":            ErrReply,
		"1\n# be_name srv_name\napp s1":         ErrReply,
		strings.Replace(reply, " 7 ", " x ", 1): ErrReply,
	} {
		if _, err := parseServers("show servers state", bad); !errors.Is(err, want) {
			t.Errorf("parseServers(%q) = %v, want %v", bad, err, want)
		}
	}
}

func TestParseStatByName(t *testing.T) {
	rows, err := parseStat("show stat", "# scur,svname,pxname,\n3,\"a,b\",app,\n4,BACKEND,app,")
	if err != nil || len(rows) != 2 || rows[0]["svname"] != "a,b" || rows[1]["scur"] != "4" {
		t.Errorf("parseStat = %v, %v", rows, err)
	}
	for bad, want := range map[string]error{
		"No such proxy.":           traffic.ErrNotFound,
		"# a,b\n1":                 ErrReply,
		"# a\n\"":                  ErrReply,
		"Statistics not available": ErrRefused,
	} {
		if _, err := parseStat("show stat", bad); !errors.Is(err, want) {
			t.Errorf("parseStat(%q) = %v, want %v", bad, err, want)
		}
	}
}

func TestCheckLevel(t *testing.T) {
	for reply, want := range map[string]error{"admin": nil, "operator": ErrPermission, "user": ErrPermission, "?": ErrRefused} {
		if err := checkLevel("unix:///s", reply); !errors.Is(err, want) {
			t.Errorf("checkLevel(%q) = %v, want %v", reply, err, want)
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
			if len(strings.Join(b, ";")) > lineLimit {
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
	for _, seed := range []string{
		"\n", "admin\n\n", "1\n# be_name srv_name\napp s1\n\n", "# a,b\n1,2\n\n", "# name\nx\n\n",
		`type=str, case=sensitive, found=yes, idx=tree, key="a", value="b", type="str"` + "\n\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, raw string) {
		for n := range 4 {
			replies, err := splitReplies(raw, n)
			if err == nil && len(replies) != n {
				panic("a wrong number of replies")
			}
		}
		_, _ = parseLookup("", raw)
		_, _ = parseMaps("", raw)
		_, _ = parseServers("", raw)
		_, _ = parseStat("", raw)
		_, _ = parseBackends("", raw)
		_, _ = parsePID("", raw)
	})
}
