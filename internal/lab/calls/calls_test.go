package calls_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

type call struct {
	action     string
	index, nth int
	code       string
}

type fault struct {
	when calls.When
	name string
}

func (f fault) When() calls.When { return f.when }

type record struct{ calls.Record[call, fault] }

// make makes a call, and returns what befell it.
func (r *record) make(action string) string {
	c := r.Arrived(action, func(index, nth int) call { return call{action: action, index: index, nth: nth} })
	f := r.Befalls(c, action)
	r.Ended(c, func(c *call) { c.code = f.name })
	r.TookEffect(c)
	return f.name
}

func TestCallsAreRemembered(t *testing.T) {
	var r record
	for _, action := range []string{"get", "set", "get"} {
		r.make(action)
	}
	want := []call{{"get", 1, 1, ""}, {"set", 2, 1, ""}, {"get", 3, 2, ""}}
	if got := r.Calls(); !slices.Equal(got, want) {
		t.Errorf("calls %+v, want %+v", got, want)
	}
	if got := r.CallCounts(); len(got) != 2 || got["get"] != 2 || got["set"] != 1 {
		t.Errorf("counts %v", got)
	}
	r.ForgetCalls()
	r.make("get")
	if got := r.Calls(); !slices.Equal(got, want[:1]) || r.CallCounts()["get"] != 1 {
		t.Errorf("after forgetting: %+v, %v", got, r.CallCounts())
	}
}

func TestFaultsHappen(t *testing.T) {
	for name, test := range map[string]struct {
		when calls.When
		want string // for each of get, set, get, set, get: x when it is befallen
	}{
		"the next":             {calls.When{}, "x...."},
		"the next of its kind": {calls.When{Action: "set"}, ".x..."},
		"the third":            {calls.When{Nth: 3}, "..x.."},
		"the second and more":  {calls.When{Action: "get", Nth: 2, Times: 2}, "..x.x"},
		"all that follow":      {calls.When{Nth: 2, Times: -1}, ".xxxx"},
		"another kind's":       {calls.When{Action: "list"}, "....."},
	} {
		t.Run(name, func(t *testing.T) {
			var r record
			remove := r.Inject(fault{test.when, "x"})
			got := ""
			for i := range 5 {
				got += "." + r.make([]string{"get", "set"}[i%2])
			}
			if got = strings.ReplaceAll(got, ".x", "x"); got != test.want {
				t.Errorf("befallen %s, want %s", got, test.want)
			}
			remove()
			if again := r.make("get"); again != "" {
				t.Errorf("befallen by %q once it was removed", again)
			}
		})
	}
}

func TestTheFirstFaultHappens(t *testing.T) {
	var r record
	r.Inject(fault{calls.When{Times: 2}, "first"})
	r.Inject(fault{calls.When{Times: 3}, "second"})
	for i, want := range []string{"first", "first", "second", ""} {
		if got := r.make("get"); got != want {
			t.Errorf("call %d is befallen by %q, want %q", i+1, got, want)
		}
	}
	r.Inject(fault{calls.When{Times: -1}, "third"})
	r.ClearFaults()
	if got := r.make("get"); got != "" {
		t.Errorf("befallen by %q after all were cleared", got)
	}
}

func TestHooks(t *testing.T) {
	var r record
	var told []string
	tell := func(what string) func(call) {
		return func(c call) { told = append(told, what+strconv.Itoa(c.index)+c.code) }
	}
	want := ""
	remove := r.AddHook(calls.Hook[call, fault]{Before: tell("before"), After: tell("after"), Befall: func(call) fault { return fault{name: want} }})
	r.AddHook(calls.Hook[call, fault]{After: tell("later"), Befall: func(call) fault { return fault{name: "other"} }})
	r.Inject(fault{calls.When{Times: -1}, "queued"})
	r.make("get")
	want = "mine"
	r.make("get")
	remove()
	r.make("get")
	if got := strings.Join(told, " "); got != "before1 after1other later1other before2 after2mine later2mine later3other" {
		t.Errorf("told %q", got)
	}
}

func TestBuckets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b calls.Buckets
		rate := calls.Rate{Burst: 2, Refill: 1}
		take := func() (taken int) {
			for range 5 {
				if b.Take("read", rate) {
					taken++
				}
			}
			return taken
		}
		for _, test := range []struct {
			after time.Duration
			want  int
		}{{0, 2}, {0, 0}, {999 * time.Millisecond, 0}, {time.Millisecond, 1}, {time.Hour, 2}} {
			<-time.After(test.after)
			if got := take(); got != test.want {
				t.Errorf("after %s more there are %d tokens, want %d", test.after, got, test.want)
			}
		}
		if !b.Take("write", rate) {
			t.Error("one bucket empties another")
		}
	})
}
