package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func goodGCP() gcp {
	many := sample{took: 4 * time.Second, calls: map[string]int{"urlMaps.update": 200}}
	return gcp{one: sample{took: time.Second}, together: many, own: many, matchers: many}
}

func TestGCPGoals(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*gcp)
		missed string
	}{
		"all reached":                      {func(*gcp) {}, ""},
		"one that is slow":                 {func(g *gcp) { g.one.took = 2 * time.Second }, "1 URL map: how much faster"},
		"many in one switch that are slow": {func(g *gcp) { g.together.took = 5 * time.Second }, "100 URL maps in one switch: how much faster"},
		"many that are slow":               {func(g *gcp) { g.own.took = 5 * time.Second }, "100 URL maps, a switch each: how much faster"},
		"too many calls": {func(g *gcp) {
			g.matchers.calls = map[string]int{"urlMaps.get": 245}
		}, "100 path matchers in 2 URL maps: calls"},
		"nothing measured": {func(g *gcp) { g.one = sample{} }, "1 URL map: how much faster"},
	} {
		t.Run(name, func(t *testing.T) {
			g := goodGCP()
			test.change(&g)
			for _, one := range g.goals() {
				if missed := test.missed != "" && strings.HasPrefix(one.name, test.missed); one.reached == missed {
					t.Errorf("%s: measured %s, reached is %t", one.name, one.measured, one.reached)
				}
			}
		})
	}
}

func TestGCPReport(t *testing.T) {
	var out bytes.Buffer
	if err := goodGCP().write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"100 URL maps in one switch", "hashicorp/google, 100 changes", "97.000 s", "24.2x", "0.41x"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
	failed := goodGCP()
	failed.own.errors = 1
	if err := failed.write(&out); err == nil {
		t.Error("an error that reached the user fails nothing")
	}
}
