package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMultiply makes many of the first, and one of what all share.
func TestMultiply(t *testing.T) {
	file := filepath.Join(t.TempDir(), "terraform.tfstate")
	one := `{"version":4,"resources":[{"name":"shop00000","id":"shop00000-blue"},{"name":"shared_blue"}]}`
	if err := os.WriteFile(file, []byte(one), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := multiply(file, 3); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !json.Valid(text) {
		t.Fatal(err, string(text))
	}
	for part, want := range map[string]int{"shop00000-blue": 1, "shop00002-blue": 1, "shared_blue": 1, `"name"`: 4, `"version":4`: 1} {
		if got := strings.Count(string(text), part); got != want {
			t.Errorf("%d times %s, want %d: %s", got, part, want, text)
		}
	}
}

func TestSizes(t *testing.T) {
	var s sizes
	if err := s.Set("1,200"); err != nil || s.String() != "1,200" {
		t.Errorf("%v, %s", err, s.String())
	}
	for _, text := range []string{"", "0", "1,x"} {
		if s.Set(text) == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// TestCostGoals has each size judged by what it is for.
func TestCostGoals(t *testing.T) {
	used := func(ms, n int, memory int64) usage {
		return usage{cpu: time.Duration(ms*n) * time.Millisecond, memory: memory}
	}
	all := costs{
		{of: ours, switches: costOf, provider: used(9, costOf, 0), cli: used(9, costOf, 0)},
		{of: alone, switches: costOf, provider: used(6, costOf, 0), cli: used(6, costOf, 0)},
		{of: ours, switches: costLarge, took: time.Minute, provider: used(1, 1, 4e8), cli: used(1, 1, 21e8)},
	}
	var got []string
	for _, g := range all.goals() {
		got = append(got, map[bool]string{true: "yes", false: "no"}[g.reached])
	}
	if text := strings.Join(got, " "); text != "yes no yes no yes" {
		t.Errorf("reached: %s", text)
	}
	all[0].errors = 1
	if err := all.write(&strings.Builder{}); err == nil {
		t.Error("a plan that had changes is no error")
	}
}
