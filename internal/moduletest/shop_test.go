package moduletest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// shop is a service that a module cuts over: its applications, the folder of its team, and the load on it.
type shop struct {
	*cli.Workspace
	blue, green []*app.App
	load        *load.Load
	fresh       bool // whether each request has a connection of its own, where connections or names choose the color
	// dial finds the service where its name is in a lab's own DNS, or nil.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// startApps starts two applications of each color.
func startApps(t *testing.T) (blue, green []*app.App) {
	t.Helper()
	for range 2 {
		blue = append(blue, startApp(t, "blue"))
		green = append(green, startApp(t, "green"))
	}
	return blue, green
}

func startApp(t *testing.T, color string) *app.App {
	t.Helper()
	return app.StartT(t, app.Options{Color: color})
}

// addresses are those of applications.
func addresses(apps []*app.App) []string {
	var all []string
	for _, a := range apps {
		all = append(all, a.Addr())
	}
	return all
}

// underLoad loads a URL until the test has ended; then none of its requests must have been lost.
func (s *shop) underLoad(t *testing.T, url string) {
	t.Helper()
	l, err := load.Start(t.Context(), load.Options{URL: url, Rate: 100, Concurrency: 32, Dial: s.dial, Fresh: s.fresh})
	if err != nil {
		t.Fatal(err)
	}
	s.load = l
	t.Cleanup(func() { l.Stop() })
}

// wantNoneLost ends the load. Both colors must have answered, and every request must have been served.
func (s *shop) wantNoneLost(t *testing.T) {
	t.Helper()
	got := s.load.Stop()
	if got.Failures > 0 || got.Colors["blue"] == 0 || got.Colors["green"] == 0 {
		t.Errorf("of %d requests %d were lost; blue answered %d and green %d: %q",
			got.Requests, got.Failures, got.Colors["blue"], got.Colors["green"], got.Errors)
	}
	t.Logf("%d requests, %d lost", got.Requests, got.Failures)
}

// onceServed calls do as soon as the load has had an answer of a color that has not answered yet.
func (s *shop) onceServed(t *testing.T, color string, do func()) {
	t.Helper()
	if s.load.Snapshot().Colors[color] > 0 {
		t.Fatalf("%s has answered already", color)
	}
	go func() {
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for range ticker.C {
			select {
			case <-s.load.Done():
				return
			default:
			}
			if s.load.Snapshot().Colors[color] > 0 {
				do()
				return
			}
		}
	}()
}

// call writes the configuration that calls a module as "shop", and initialises it.
func (s *shop) call(t *testing.T, binary, main string, env ...string) {
	t.Helper()
	s.Workspace = workspace(t, binary, main, env...)
	if err := s.Write("outputs.tf", "output \"shop\" { value = module.shop }\n"); err != nil {
		t.Fatal(err)
	}
	initialise(t, s.Workspace)
}

// configure adds the blocks of providers, which the callers of a module have, and initialises anew.
func (s *shop) configure(t *testing.T, blocks string) {
	t.Helper()
	if err := s.Write("providers.tf", blocks); err != nil {
		t.Fatal(err)
	}
	initialise(t, s.Workspace)
}

// wantLines fails the test when main.tf is longer than is promised, without its blank lines.
func (s *shop) wantLines(t *testing.T, most int) {
	t.Helper()
	main := read(t, filepath.Join(s.Dir(), "main.tf"))
	lines := slices.DeleteFunc(strings.Split(main, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
	if len(lines) > most {
		t.Errorf("the configuration has %d lines, and %d are promised:\n%s", len(lines), most, main)
	}
}

func other(color string) string { return map[string]string{"blue": "green", "green": "blue"}[color] }

// to are the arguments that make a color the active one.
func to(color string) []string { return []string{"-var", "active_color=" + color} }

func (s *shop) apply(t *testing.T, args ...string) {
	t.Helper()
	if _, err := s.Apply(t.Context(), args...); err != nil {
		t.Fatal(err)
	}
}

// refused applies, which must fail and say all of wants.
func (s *shop) refused(t *testing.T, args []string, wants ...string) {
	t.Helper()
	_, err := s.Apply(t.Context(), args...)
	var failure *cli.Error
	if !errors.As(err, &failure) {
		t.Fatalf("want a failure with %q, got %v", wants, err)
	}
	said := cli.Flat(failure.Output)
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, failure.Output)
		}
	}
}

// wantSettled fails the test unless a plan has nothing to do.
func (s *shop) wantSettled(t *testing.T, args ...string) {
	t.Helper()
	text, changes, err := s.Plan(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	if changes {
		t.Errorf("the plan is not empty:\n%s", text)
	}
}

// outputs are what a module says, by the names of its own outputs: the configuration hands them on in one, "shop".
func (s *shop) outputs(t *testing.T) map[string]any {
	t.Helper()
	text, err := s.Run(t.Context(), "output", "-json", "shop")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// output is one text that the module says.
func (s *shop) output(t *testing.T, name string) string {
	t.Helper()
	text, ok := s.outputs(t)[name].(string)
	if !ok {
		t.Fatalf("%s is not a text", name)
	}
	return text
}

// wantServing fails the test unless all outputs of a module say that a color serves, and how the last cutover ended.
func (s *shop) wantServing(t *testing.T, color, result string) {
	t.Helper()
	got := s.outputs(t)
	weights, _ := json.Marshal(got["weights"])
	want, _ := json.Marshal(map[string]int{color: 100, other(color): 0})
	if got["serving_color"] != color || got["idle_color"] != other(color) || !bytes.Equal(weights, want) {
		t.Errorf("the outputs say that %v serves, %v is idle, and the weights are %s; want %s and %s", got["serving_color"], got["idle_color"], weights, color, want)
	}
	last, _ := got["last_cutover"].(map[string]any)
	if result != "" && last["result"] != result || result == "" && last != nil {
		t.Errorf("the outputs say that the last cutover was %v, want %q", last["result"], result)
	}
}

// wantOutputs fails the test unless all outputs are what they were: a cutover that failed has changed none.
func (s *shop) wantOutputs(t *testing.T, before map[string]any) {
	t.Helper()
	if got := s.outputs(t); !reflect.DeepEqual(got, before) {
		t.Errorf("the outputs are\n%v\nand were\n%v", got, before)
	}
}

func (s *shop) destroy(t *testing.T) {
	t.Helper()
	if _, err := s.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// life is what differs between modules in the life of a service.
type life struct {
	inSteps bool          // whether traffic moves in steps
	loses   bool          // whether the router sends a share of the traffic to a release that is not fit
	unfit   []string      // what is said of a release that is not fit; nil for what health gates say
	url     func() string // what the load asks, once the first apply is done
	// after is called after each apply that was done, with the color that serves; nil for nothing more.
	after func(t *testing.T, serving string)
}

func (of life) done(t *testing.T, serving string) {
	t.Helper()
	if of.after != nil {
		of.after(t, serving)
	}
}

// cutOver is the life of a service under load: adopt what serves, cut over, lose a release that is not fit and one that
// becomes unfit under way, go back, and leave. All at once, what such a release loses is its own.
func (s *shop) cutOver(t *testing.T, of life) {
	t.Helper()
	s.apply(t)
	s.underLoad(t, of.url())
	s.wantServing(t, "blue", "")
	s.wantSettled(t)
	of.done(t, "blue")

	if of.unfit == nil {
		of.unfit = []string{"Cutover Refused", "healthy"}
	}
	before := s.outputs(t)
	setHealthy(s.green, false)
	s.refused(t, to("green"), of.unfit...)
	s.wantOutputs(t, before)
	setHealthy(s.green, true)

	if of.inSteps {
		s.onceServed(t, "green", func() { setHealthy(s.green, false) })
		s.refused(t, to("green"), "Cutover Rolled Back", "Traffic is back as it was found: blue 100, green 0")
		s.wantOutputs(t, before)
		setHealthy(s.green, true)
		if of.loses {
			s.load.Stop()
			s.underLoad(t, of.url())
		}
	}

	s.apply(t, to("green")...)
	s.wantServing(t, "green", "promoted")
	s.wantSettled(t, to("green")...)
	of.done(t, "green")

	s.apply(t, to("blue")...)
	s.wantServing(t, "blue", "promoted")

	of.done(t, "blue")
	s.wantNoneLost(t)
	s.destroy(t)
}

func setHealthy(apps []*app.App, healthy bool) {
	for _, a := range apps {
		a.SetHealthy(healthy)
	}
}

func (s *shop) write(t *testing.T, name, text string) {
	t.Helper()
	if err := s.Write(name, text); err != nil {
		t.Fatal(err)
	}
}
