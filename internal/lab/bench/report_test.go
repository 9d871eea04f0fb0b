package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func good() results {
	ms := func(n int, calls map[string]int) sample {
		return sample{took: time.Duration(n) * time.Millisecond, calls: calls}
	}
	return results{
		switches: 200, rounds: 20,
		one: one{own: ms(220, nil), bare: ms(200, nil), apply: ms(800, nil)},
		many: many{
			refresh: ms(4000, map[string]int{"DescribeRules": 4}), oneByOne: ms(16000, map[string]int{"DescribeRules": 200}),
			apply: ms(90000, nil), own: ms(80000, nil), bare: ms(64000, nil), memory: 50e6,
		},
		binary: binary{size: 26e6, schema: ms(210, nil)},
	}
}

func TestGoals(t *testing.T) {
	tests := map[string]struct {
		change func(*results)
		missed string
	}{
		"all reached":              {func(*results) {}, ""},
		"a slow cutover":           {func(r *results) { r.one.own.took += time.Millisecond }, "time of an instant cutover"},
		"nothing to compare with":  {func(r *results) { r.one.own.took = 0 }, "time of an instant cutover"},
		"a refresh not batched":    {func(r *results) { r.many.refresh.calls["DescribeRules"] = 21 }, "calls of a refresh"},
		"an error in an apply":     {func(r *results) { r.many.apply.errors = 1 }, "errors that reached the user"},
		"an error of the schema":   {func(r *results) { r.binary.schema.errors = 1 }, "errors that reached the user"},
		"one of the bare SDK only": {func(r *results) { r.many.bare.errors = 1 }, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := good()
			test.change(&r)
			for _, g := range r.goals() {
				if missed := test.missed != "" && strings.HasPrefix(g.name, test.missed); g.reached == missed {
					t.Errorf("%s: measured %s, reached is %t", g.name, g.measured, g.reached)
				}
			}
		})
	}
}

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	if err := good().write(&out); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"200 switches: bare SDK, read one by one 16.000 s 200 0 0 DescribeRules 200",
		"time of an instant cutover, beside the bare calls 1.10x at most 1.10x yes",
		"calls of a refresh, one by one beside batched 50.0x at least 10x yes",
		"errors that reached the user 0 0 yes",
		"time of 200 cutovers, beside the bare calls 1.25x",
		"size of the provider's binary 26.0 MB",
		"peak memory of the provider in the refresh of 200 50.0 MB",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestWriteFailsWhenAnErrorReachedTheUser(t *testing.T) {
	r := good()
	r.one.plan.errors, r.many.refresh.errors = 1, 2
	var out bytes.Buffer
	if err := r.write(&out); err == nil || err.Error() != "3 errors reached the user" {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(out.String(), "NO") {
		t.Errorf("the table does not say that a goal was missed:\n%s", out.String())
	}
}
