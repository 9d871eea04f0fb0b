package decision_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

var (
	noon  = time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)
	blue  = traffic.All(traffic.Blue)
	green = traffic.All(traffic.Green)
	half  = traffic.Split(traffic.Green, 50)
	none  = traffic.Weights{}
)

// members are the routers of all cases; what they are asked is in the cases.
var members = map[bool][]traffic.Member{false: membersOf(false), true: membersOf(true)}

func membersOf(isBlind bool) (all []traffic.Member) {
	for i := range 2 {
		m := traffic.Member{Kind: "x", Name: fmt.Sprintf("lb-%d", i), Router: traffictest.NewMemory(blue)}
		if isBlind {
			m.Router = blind{m.Router}
		}
		all = append(all, m)
	}
	return all
}

// blind is a router that knows no health.
type blind struct{ traffic.Router }

// dark is a fact of a router that could know health, and does not.
var (
	dark   = traffic.Facts{HealthUnknown: "health checks are off"}
	sticky = traffic.Facts{StickyFor: time.Hour}
	tens   = traffic.Facts{WeightStep: 20, LimitedBy: "Others have weight."}
	other  = traffic.Facts{Seen: "other"}
)

// seen is one router in a case: what a refresh saw of it, and what it says now.
type seen struct {
	asked     bool // by the refresh
	was       *traffic.Weights
	facts     *traffic.Facts
	persisted *string
	is        *traffic.Weights
	says      *traffic.Facts
	restart   string
	blind     bool
}

// what are the parts of a case that do not belong to a router.
type what struct {
	served  string // of the incoming color: a name in services
	drifted traffic.Color
	looked  bool
	live    bool

	create, same, protect, checks, least bool

	was      traffic.Color
	state    *traffic.Weights
	versions string // a name in releases
	released string // what each environment has in its own state
	steps    bool
	window   string // what must lie within one that shuts in a second
	timeout  time.Duration
}

// closing is a window that shuts in a second.
type closing struct {
	cutover.Gate
	whole bool
}

func (closing) Name() string { return "gates.hours" }

func (closing) Limit() time.Duration { return time.Second }

func (closing) Opens(t time.Time) (time.Time, bool) { return t, true }

func (closing) Shuts(from, until time.Time) (time.Time, bool) {
	shuts := from.Add(time.Second)
	return shuts, shuts.Before(until)
}

func (c closing) Whole() bool { return c.whole }

var services = map[string]*Service{
	"":        nil,
	"recent":  {Until: noon.Add(-time.Minute), Version: "1"},
	"long":    {Until: noon.Add(-2 * time.Hour), Version: "1"},
	"another": {Until: noon.Add(-time.Minute), Version: "0"},
	"ahead":   {Until: noon.Add(48 * time.Hour), Version: "1"},
}

// releases are the versions that the plan gives green, which is the incoming
// color in every case: colors are alike, and mirrored says so.
var releases = map[string]map[traffic.Color]Version{
	"same":  {traffic.Blue: {Text: "1"}, traffic.Green: {Text: "1"}},
	"blue":  {traffic.Blue: {Text: "2"}, traffic.Green: {Text: "1"}},
	"green": {traffic.Blue: {Text: "1"}, traffic.Green: {Text: "2"}},
	"later": {traffic.Blue: {Text: "1"}, traffic.Green: {Later: true}},
}

func pointer[T any](v T) *T { return &v }

func (c what) values(routers []seen) (Memory, Observed, Wanted) {
	m := Memory{Drifted: c.drifted}
	if s := services[c.served]; s != nil {
		m.Served = map[traffic.Color]Service{traffic.Green: *s}
	}
	o := Observed{Looked: c.looked, Live: c.live, At: noon}
	w := Wanted{
		Create: c.create, Order: cutover.Order{To: traffic.Green, Health: cutover.HealthRule{MinHealthy: 1, Timeout: time.Minute}},
		SameRouters: c.same && !c.create, Versions: releases[c.versions], Before: releases["same"], Protect: c.protect,
		Window: time.Hour, Timeout: c.timeout, Checks: c.checks, MinHealthy: c.least,
	}
	if !c.create {
		w.Was, w.Weights = c.was, c.state
	}
	if c.released != "" {
		w.Released = map[traffic.Color]string{traffic.Blue: c.released, traffic.Green: c.released}
	}
	if c.window != "" {
		w.Order.Gates = []cutover.Gate{closing{whole: c.window == "end"}}
	}
	if c.steps {
		w.Order.Steps = []cutover.Step{{Weight: 10}}
	}
	for i, r := range routers {
		member := members[r.blind][i]
		if r.asked {
			if m.Snapshot.Routers == nil {
				m.Snapshot.Routers = map[string]Router{}
			}
			kept := Router{Weights: r.was, NotPersisted: r.persisted}
			if r.facts != nil {
				kept.Facts = map[traffic.Color]traffic.Facts{traffic.Green: *r.facts}
			}
			m.Snapshot.Routers[Key(member)] = kept
		}
		if c.looked {
			w.Order.Routers = append(w.Order.Routers, member)
			o.Routers = append(o.Routers, View{Weights: r.is, Facts: r.says, NotPersisted: r.restart})
		}
	}
	return m, o, w
}

// kinds are those of the refusals that err joins.
func kinds(err error) []Kind {
	var all []Kind
	var walk func(error)
	walk = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, one := range joined.Unwrap() {
				walk(one)
			}
			return
		}
		var r *Refusal
		if errors.As(err, &r) {
			all = append(all, r.Kind)
		}
	}
	walk(err)
	return all
}

// TestEveryCombination goes through all memories, views and wishes that can
// occur together, and holds each decision to rules that are written down here
// once more, each for itself.
func TestEveryCombination(t *testing.T) {
	t.Parallel()
	count, outcomes := 0, map[string]int{}
	for _, routers := range fleets() {
		for c := range wishes(routers) {
			count++
			m, o, w := c.values(routers)
			p, err := Decide(m, o, w)
			j := judgement{t, c, routers, m, o, w, p, err}
			j.all()
			outcomes[j.outcome()]++
			if t.Failed() {
				t.Fatalf("case %d: %+v\n%s\nplan %q, %v", count, c, describe(routers), p.Lines, err)
			}
		}
	}
	t.Logf("%d combinations of memory, routers and wishes: %v", count, outcomes)
}

func describe(routers []seen) string {
	lines := make([]string, len(routers))
	show := func(w *traffic.Weights) string {
		if w == nil {
			return "nothing"
		}
		return w.String()
	}
	for i, r := range routers {
		lines[i] = fmt.Sprintf("lb-%d: asked %t, was %s, is %s; facts %+v, says %+v; restart %q", i, r.asked, show(r.was), show(r.is), r.facts, r.says, r.restart)
	}
	return strings.Join(lines, "\n")
}

// fleets are the routers of the cases: one in all its ways, and two in those that
// matter between them.
func fleets() (all [][]seen) {
	weights := []*traffic.Weights{nil, &blue, &green, &half, &none}
	facts := []*traffic.Facts{nil, {}, &dark, &sticky, &tens, &other}
	for _, asked := range []bool{true, false} {
		for _, was := range weights {
			for _, is := range weights {
				for _, kept := range []*traffic.Facts{nil, {}, &sticky} {
					for _, says := range facts {
						for _, restart := range []string{"", "a restart undoes it"} {
							for _, persisted := range []*string{nil, pointer(""), pointer("a restart undoes it")} {
								if !asked && (was != nil || kept != nil || persisted != nil) || was == nil && (kept != nil || persisted != nil) {
									continue // is not kept
								}
								if was != nil && is != nil && is != was && is != &half || (says == &tens || says == &dark) && restart != "" {
									continue // as another one
								}
								all = append(all, []seen{{asked, was, kept, persisted, is, says, restart, false}})
							}
						}
					}
				}
			}
		}
	}
	for _, a := range weights {
		for _, b := range weights {
			for _, is := range weights {
				first := seen{asked: true, was: a, is: a, says: &dark}
				all = append(all, []seen{first, {asked: true, was: b, is: is, blind: true}}, []seen{first, {is: is, says: &traffic.Facts{}}})
			}
		}
	}
	return all
}

// wishes are what can be wanted of these routers.
func wishes(routers []seen) func(yield func(what) bool) {
	single := len(routers) == 1
	remembered := single && (routers[0].facts != nil || routers[0].persisted != nil)
	said := single && (routers[0].says != nil || routers[0].restart != "" || routers[0].is != nil)
	known := !slices.ContainsFunc(routers, func(r seen) bool { return r.is == nil })
	return func(yield func(what) bool) {
		for _, look := range []struct{ looked, live bool }{{false, false}, {true, false}, {true, true}} {
			if !look.looked && (remembered || said) || look.live && remembered {
				continue // nobody hears of it
			}
			for _, served := range []string{"", "recent", "long", "another", "ahead"} {
				for _, drifted := range []traffic.Color{"", traffic.Blue, traffic.Green} {
					for _, was := range traffic.Colors() {
						for _, versions := range []string{"same", "blue", "green", "later"} {
							for n := range 8 {
								c := what{
									served: served, drifted: drifted, looked: look.looked, live: look.live, was: was, versions: versions,
									create: n == 7, same: n != 6, protect: n != 5, checks: n == 4, least: n == 4 || n == 3, steps: n != 2, timeout: time.Hour,
								}
								if n == 1 {
									c.state = &green // as after an apply; what state has else decides nothing
								}
								if n == 0 {
									c.timeout = time.Second
								}
								if c.create && (served != "" || drifted != "" || slices.ContainsFunc(routers, func(r seen) bool { return r.asked })) || look.live && !known {
									continue // of a new switch nothing is remembered; an apply that cannot look ends
								}
								if look.looked && n != 3 && (drifted != "" || versions == "blue") {
									continue // what is protected was decided without a look, in all cases
								}
								if !yield(c) {
									return
								}
								for _, c.window = range []string{"start", "end"} {
									if look.looked && n == 3 && versions == "same" && !yield(c) {
										return
									}
								}
								c.window = ""
								for _, c.released = range []string{"1", "2"} {
									if !look.looked && drifted != "" && !yield(c) {
										return
									}
								}
							}
						}
					}
				}
			}
		}
	}
}
