package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	everything "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

const panicSecret = "p4nic-s3cret"

// trap panics where it is set: in one place of a cutover, once or always.
type trap struct {
	memory *traffictest.Memory
	place  string // of places; empty for nowhere
	once   bool
	armed  atomic.Bool
	hits   atomic.Int32
}

// places are those of a cutover by what green has then.
var places = map[int]string{0: "gates", 10: "step 10", 50: "step 50", 100: "bake"}

func (t *trap) spring() {
	if !t.armed.Load() || t.place == "" || places[t.memory.Live().Green] != t.place {
		return
	}
	if n := t.hits.Add(1); n > 1 && t.once {
		return
	}
	panic("index of " + panicSecret + "\x1b[2J")
}

func (t *trap) Limit() time.Duration { return time.Minute }

func (t *trap) Run(context.Context, check.Subject) error {
	t.spring()
	return nil
}

func (t *trap) Read(context.Context, metric.Subject) (metric.Reading, error) {
	t.spring()
	return metric.Of(0)
}

// post is a notification that keeps what it is told before it panics.
type post struct {
	*trap
	mu      sync.Mutex
	notices []notify.Notice
	sprung  bool
}

func (p *post) Notify(_ context.Context, n notify.Notice) error {
	p.mu.Lock()
	p.notices = append(p.notices, n)
	panics := p.sprung && (p.place == "" || p.place == string(n.Occasion))
	p.mu.Unlock()
	if panics {
		p.hits.Add(1)
		panic(panicSecret)
	}
	return nil
}

func (p *post) told() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprint(p.notices)
}

// sick is a metric that is too high while green has half.
type sick struct{ memory *traffictest.Memory }

func (s sick) Read(context.Context, metric.Subject) (metric.Reading, error) {
	return metric.Of(float64(s.memory.Live().Green / 50 % 2 * 9))
}

// named is a kind by the name and with the schema of another, and what it opens.
type named[T any] struct {
	block.Kind[T]
	opened T
}

func (n named[T]) Open(context.Context, *session.Sessions, types.Object) (T, error) {
	return n.opened, nil
}

func allNamed[T any](kinds []block.Kind[T], opened T) []block.Kind[T] {
	var all []block.Kind[T]
	for _, kind := range kinds {
		all = append(all, named[T]{kind, opened})
	}
	return all
}

func plainKind[T any](name string, opened T) block.Kind[T] {
	return block.New(name, schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{}},
		func(context.Context, *session.Sessions, struct{}) (T, error) { return opened, nil })
}

// point is where a panic is tried.
type point struct {
	kind, place string // kind is that of the catalog, with what it is of
	once        bool
	call        string // of a router
	sick        bool   // a rollback for another reason
	want        string // the occasion that is told: promoted, rolled_back
	moves       bool   // traffic has moved before it
}

// points are each kind of the catalog in each stage in which it is used.
func points() []point {
	var all []point
	c := everything.New()
	for _, once := range []bool{true, false} {
		for _, kind := range append(slices.Clone(c.Checks), c.Gates...) {
			all = append(all, point{kind: "gates " + kind.Name(), place: "gates", once: once, want: "rolled_back"})
		}
		for _, kind := range c.Checks {
			all = append(all, point{kind: "checks " + kind.Name(), place: "gates", once: once, want: "rolled_back"})
		}
		all = append(all, point{kind: "prewarm", place: "gates", once: once, want: "rolled_back"})
		for _, kind := range c.Metrics {
			for _, place := range places {
				p := point{kind: "metrics " + kind.Name(), place: place, once: once, want: "rolled_back", moves: place != "gates"}
				if once && p.moves {
					p.want = "promoted" // one without an answer is tolerated
				}
				all = append(all, p)
			}
		}
	}
	for _, kind := range c.Notifiers {
		for _, sick := range []bool{false, true} {
			ends := map[bool]string{false: "promoted", true: "rolled_back"}[sick]
			for _, place := range []string{"started", ends, ""} {
				all = append(all, point{kind: "notify " + kind.Name(), place: place, sick: sick, want: ends, moves: true})
			}
		}
	}
	for _, call := range []string{
		traffictest.CallWeights, traffictest.CallRefresh, traffictest.CallSetWeights, traffictest.CallVerify, traffictest.CallAttach, traffictest.CallHealth,
		traffictest.CallInFlight, traffictest.CallInspect,
	} {
		for _, place := range places {
			all = append(all, point{kind: "router", call: call, place: place, once: true})
		}
	}
	return all
}

// TestPanicsOfEveryKind injects a panic into each kind of the catalog, and each
// call of a router, in each stage that uses it: traffic is where state says, who
// is to be told is told, and nobody is shown what the panic quotes.
func TestPanicsOfEveryKind(t *testing.T) {
	remotetext.Hide(panicSecret)
	tried := map[string]int{}
	for _, p := range points() {
		t.Run(fmt.Sprintf("%s/%s%s/once=%t,sick=%t", p.kind, p.place, p.call, p.once, p.sick), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if p.inject(t) {
					of, _, _ := strings.Cut(p.kind, " ")
					tried[of]++
				}
			})
		})
	}
	t.Logf("panics that were met: %v", tried)
	c := everything.New()
	for of, least := range map[string]int{
		"gates": 2 * (len(c.Checks) + len(c.Gates)), "checks": 2 * len(c.Checks), "prewarm": 2, "metrics": 8 * len(c.Metrics), "notify": 6 * len(c.Notifiers), "router": 10,
	} {
		if tried[of] < least {
			t.Errorf("%s: %d panics were met, of at least %d", of, tried[of], least)
		}
	}
}

// inject runs one cutover, and tells whether the panic was met.
func (p point) inject(t *testing.T) bool {
	t.Helper()
	memory := traffictest.NewMemory(traffic.All(traffic.Blue))
	set := &trap{memory: memory, place: p.place, once: p.once}
	well, broken := &post{trap: set}, &post{trap: set, sprung: true}
	if p.call != "" {
		memory.Before = func(_ context.Context, call string) error {
			if call == p.call {
				set.spring()
			}
			return nil
		}
	}
	i := newInstanceOf(t, func() provider.Catalog {
		c := everything.New()
		return provider.Catalog{
			Routers: []router.Kind{memoryKind("memory", memory)}, Metrics: append(allNamed(c.Metrics, metric.Metric(set)), plainKind("sick", metric.Metric(sick{memory}))),
			Checks: allNamed(c.Checks, check.Check(set)), Gates: allNamed(c.Gates, check.Check(set)), Prewarm: named[check.Check]{c.Prewarm, set},
			Notifiers: append(allNamed(c.Notifiers, notify.Notifier(broken)), plainKind("well", notify.Notifier(well))),
		}
	})
	wantNoError(t, i.apply(t.Context(), t, configured(t, traffic.Blue, p.config())))
	config := value(t, i.typ, configured(t, traffic.Green, p.config()))
	planned, err := i.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "bluegreen_switch", Config: config, PriorState: dynamic(t, i.typ, i.state), ProposedNewState: i.proposed(t, config), PriorPrivate: i.kept,
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNoError(t, planned.Diagnostics)
	memory.Forget()
	set.armed.Store(true)
	said := i.applied(t.Context(), t, config, planned.PlannedState, planned.PlannedPrivate)
	set.armed.Store(false)
	if set.hits.Load() == 0 {
		return false
	}
	p.judge(t, i, memory, well.told(), said)
	return true
}

// config is all of a switch that the panic may be in.
func (p point) config() map[string]any {
	of, name, _ := strings.Cut(p.kind, " ")
	one := map[string]any{name: map[string]any{}}
	metrics := map[string]any{}
	if of == "metrics" {
		metrics["one"] = map[string]any{name: map[string]any{}, "max": 5}
	}
	if p.sick {
		metrics["sick"] = map[string]any{"sick": map[string]any{}, "max": 5}
	}
	notices := map[string]any{"well": map[string]any{"well": map[string]any{}}}
	if of == "notify" {
		notices["broken"] = one
	}
	more := map[string]any{
		"steps": []any{map[string]any{"weight": 10, "pause": "1m"}, map[string]any{"weight": 50, "pause": "1m"}}, "bake": "1m", "drain": "10s", "notify": notices,
	}
	if len(metrics) > 0 {
		more["analysis"] = map[string]any{"metrics": metrics, "inconclusive_limit": 2}
	}
	fitness := `{"format":1}`
	switch of {
	case "gates":
		more["gates"] = map[string]any{"one": one}
	case "checks":
		argument := map[bool]string{true: "url", false: "address"}[name == "http"]
		fitness = `{"format":1,"checks":{"one":{"` + name + `":{"` + argument + `":"http://127.0.0.1:1"}}}}`
	case "prewarm":
		fitness = `{"format":1,"prewarm":{"urls":["http://127.0.0.1:1"],"requests":1}}`
	}
	for _, c := range traffic.Colors() {
		e := environment(c, "1", c.String())
		e["fitness"] = fitness
		more[c.String()] = e
	}
	return more
}

// judge looks at what became of it.
func (p point) judge(t *testing.T, i *instance, memory *traffictest.Memory, told string, said []*tfprotov6.Diagnostic) {
	t.Helper()
	errors, warnings := textOf(said, tfprotov6.DiagnosticSeverityError), textOf(said, tfprotov6.DiagnosticSeverityWarning)
	want := p.want
	if want == "" { // a router's call: the engine's own tests say which is which
		want = map[bool]string{true: "promoted", false: "rolled_back"}[errors == ""]
	}
	end := map[string]traffic.Weights{"promoted": traffic.All(traffic.Green), "rolled_back": traffic.All(traffic.Blue)}[want]
	unknown := p.call != "" && i.weights(t) == traffic.Weights{} // the router did not say, and nothing is claimed
	if memory.Live() != end || i.weights(t) != end && !unknown {
		t.Errorf("traffic is at %v, state says %v, want %v: %s", memory.Live(), i.weights(t), end, errors)
	}
	if (errors == "") != (want == "promoted") || !strings.Contains(told, want) {
		t.Errorf("want %s; told %s; said %s", want, told, errors)
	}
	if p.moves != (len(memory.Journal()) > 1) && p.call == "" {
		t.Errorf("it moved through %v", memory.Journal())
	}
	if bug := errors + warnings; p.call == "" && (want == "rolled_back" || !p.once) && !strings.Contains(bug, "please report it") {
		t.Errorf("nobody is asked to report it: %s", bug)
	}
	if all := errors + warnings + told + i.state.String() + string(i.kept); strings.Contains(all, panicSecret) || strings.Contains(all, "\x1b") {
		t.Errorf("the panic is quoted: %s", all)
	}
}

func wantNoError(t *testing.T, said []*tfprotov6.Diagnostic) {
	t.Helper()
	if text := textOf(said, tfprotov6.DiagnosticSeverityError); text != "" {
		t.Fatal(text)
	}
}
