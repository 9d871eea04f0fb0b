package haproxy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

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
	reply := "1\n# srv_name be_name srv_iweight srv_uweight srv_admin_state srv_op_state srv_check_state srv_agent_state srv_check_result new\n" +
		"green1 app 100 7 8 2 6 22 3 -"
	got, err := parseServers("show servers state", reply)
	want := server{backend: "app", name: "green1", op: 2, admin: 8, weight: 7, initial: 100, checkState: 6, agentState: 22}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Fatalf("parseServers = %+v, %v, want %+v", got, err, want)
	}
	for bad, want := range map[string]error{
		"Can't find backend.":                                          traffic.ErrNotFound,
		"2\n# be_name\napp":                                            ErrRefused,
		"1\n# be_name srv_name\napp":                                   ErrReply,
		"1\n# be_name srv_name\napp s1":                                ErrReply,
		strings.Replace(reply, " 7 ", " x ", 1):                        ErrReply,
		strings.Replace(reply, "green1", "\x1b[2J", 1):                 ErrReply,
		strings.Replace(reply, "green1", strings.Repeat("g", 9000), 1): ErrReply,
	} {
		if _, err := parseServers("show servers state", bad); !errors.Is(err, want) {
			t.Errorf("parseServers(%q) = %v, want %v", bad, err, want)
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

// FuzzReplies feeds every parser with what no HAProxy would send: none may
// panic, whatever a socket that is not HAProxy's answers.
func FuzzReplies(f *testing.F) {
	for _, seed := range []string{
		"\n", "admin\n\n", "1\n# be_name srv_name\napp s1\n\n", "# name\nx\n\n",
		`type=str, case=sensitive, found=yes, idx=tree, key="a", value="b", type="str"` + "\n\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, raw string) {
		_, _ = parseLookup("", raw)
		_, _ = parseMaps("", raw)
		_, _ = parseServers("", raw)
		_, _ = parseBackends("", raw)
	})
}
