package plugin

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// A value of every type comes back as it went in.
func TestValues(t *testing.T) {
	pair := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"key": tftypes.String, "value": tftypes.Number}}
	for name, test := range map[string]struct {
		of       tftypes.Type
		in, want any
	}{
		"string":              {tftypes.String, "text", "text"},
		"number":              {tftypes.Number, int32(7), 7.0},
		"bool":                {tftypes.Bool, true, true},
		"null":                {tftypes.String, nil, nil},
		"list":                {tftypes.List{ElementType: tftypes.String}, []string{"a", "b"}, []any{"a", "b"}},
		"set of nothing":      {tftypes.Set{ElementType: tftypes.String}, []string{}, []any{}},
		"map":                 {tftypes.Map{ElementType: tftypes.String}, map[string]string{"a": "b"}, Object{"a": "b"}},
		"object":              {pair, Object{"key": "a", "value": 1}, Object{"key": "a", "value": 1.0}},
		"object with a gap":   {pair, Object{"key": "a"}, Object{"key": "a"}},
		"list of objects":     {tftypes.List{ElementType: pair}, []Object{{"key": "a"}}, []any{Object{"key": "a"}}},
		"anything, a string":  {tftypes.DynamicPseudoType, "text", "text"},
		"anything, structure": {tftypes.DynamicPseudoType, Object{"a": []any{1.0, true}}, Object{"a": []any{1.0, true}}},
	} {
		value, err := typed(test.of, test.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := plain(value); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s is %#v, %v, not %#v", name, got, err, test.want)
		}
	}
	for name, test := range map[string]struct {
		of tftypes.Type
		in any
	}{
		"a number for a string": {tftypes.String, 1},
		"a wrong element":       {tftypes.List{ElementType: tftypes.Bool}, []string{"a"}},
		"a wrong field":         {pair, Object{"key": 1}},
		"a wrong value":         {tftypes.Map{ElementType: tftypes.Bool}, map[string]string{"a": "b"}},
		"a pointer":             {tftypes.DynamicPseudoType, []any{new(int)}},
		"a pointer in a field":  {tftypes.DynamicPseudoType, Object{"a": new(int)}},
	} {
		if value, err := typed(test.of, test.in); err == nil {
			t.Errorf("%s is %s", name, value)
		}
	}
}

// What nobody knows better is made up, in every type.
func TestSomething(t *testing.T) {
	for want, of := range map[any]tftypes.Type{"seed": tftypes.String, 0.0: tftypes.Number, false: tftypes.Bool} {
		value, err := something(of, "seed")
		if got, plainErr := plain(value); err != nil || plainErr != nil || got != want {
			t.Errorf("%s is %v, %v, %v", of, got, err, plainErr)
		}
	}
	for _, of := range []tftypes.Type{
		tftypes.List{ElementType: tftypes.String},
		tftypes.Set{ElementType: tftypes.String},
		tftypes.Map{ElementType: tftypes.String},
		tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String}},
	} {
		if value, err := something(of, "seed"); err != nil || value.IsNull() || !value.Type().Equal(of) {
			t.Errorf("%s is %s, %v", of, value, err)
		}
	}
}

// The order in a set says nothing; that in a list does.
func TestSame(t *testing.T) {
	value := func(of tftypes.Type, texts ...string) tftypes.Value {
		v, err := typed(of, texts)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	set, list := tftypes.Set{ElementType: tftypes.String}, tftypes.List{ElementType: tftypes.String}
	if !same(value(set, "a", "b"), value(set, "b", "a")) || same(value(set, "a"), value(set, "b")) {
		t.Error("sets are compared by their order")
	}
	if same(value(list, "a", "b"), value(list, "b", "a")) || !same(value(list, "a", "b"), value(list, "a", "b")) {
		t.Error("lists are not compared by their order")
	}
	if same(tftypes.Value{}, value(set)) {
		t.Error("nothing is an empty set")
	}
}

func TestHold(t *testing.T) {
	for _, text := range []string{"aws_lb", "aws_lb=", "aws_lb=there", "=x,aws_lb=http://127.0.0.1,y"} {
		if urls, err := parseHold(text); err == nil {
			t.Errorf("%q holds %v", text, urls)
		}
	}
	urls, err := parseHold("a=http://127.0.0.1:1,b=http://127.0.0.1:2/x")
	if err != nil || len(urls) != 2 || urls["b"] != "http://127.0.0.1:2/x" {
		t.Errorf("%v, %v", urls, err)
	}
	if _, err := New(&standin.Facts{}, &Cloud{}, "a"); err == nil {
		t.Error("a bad variable is taken")
	}
	// Nobody answers: the change does not go on.
	s := &Server{hold: map[string]string{"a": "http://127.0.0.1:1"}}
	if err := s.wait(t.Context(), "a", "create", nil); err == nil {
		t.Error("an apply goes on without an answer")
	}
	if err := s.wait(t.Context(), "b", "create", nil); err != nil {
		t.Errorf("what is not held waits: %v", err)
	}
}

func TestOnLoopback(t *testing.T) {
	for endpoint, ok := range map[string]bool{
		"http://127.0.0.1:80": true, "http://localhost:80/x": true, "http://[::1]:80": true, "http://10.0.0.1": false,
		"https://management.azure.com": false, "http://127.0.0.1.example.com": false, "://": false, "": false,
	} {
		if err := OnLoopback(endpoint); (err == nil) != ok {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
}

func TestServers(t *testing.T) {
	t.Setenv(DirVariable, "")
	if _, err := Servers("shop"); err == nil || !strings.Contains(err.Error(), DirVariable) {
		t.Errorf("no folder: %v", err)
	}
	dir := t.TempDir()
	t.Setenv(DirVariable, dir)
	if _, err := Servers("shop"); err == nil {
		t.Error("there is no file, and no error")
	}
	for text, want := range map[string]int{`{"shop":["127.0.0.1:80","[::1]:81"]}`: 2, `{}`: 0, `{"shop":["here"]}`: -1, `[`: -1} {
		if err := os.WriteFile(filepath.Join(dir, TargetsFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if found, err := Servers("shop"); (err != nil) != (want < 0) || (err == nil && len(found) != want) {
			t.Errorf("%s: %v, %v", text, found, err)
		}
	}
}

// What is said of a type must be in its facts.
func TestTypesFit(t *testing.T) {
	facts := func() *standin.Facts {
		inner := standin.Optional(tftypes.String, "size")
		b := standin.Optional(tftypes.String, "name", "path").WithBlock("disk", "list", 0, 1, inner)
		return &standin.Facts{Resources: map[string]*standin.Schema{"shop": {Block: b}}}
	}
	for name, types := range map[string]map[string]Type{
		"a type":         {"store": {}},
		"a data source":  {"data.shop": {}},
		"computed":       {"shop": {Computed: []string{"none"}}},
		"a block":        {"shop": {Computed: []string{"tape.size"}}},
		"a default":      {"shop": {Defaults: map[string]any{"disk.none": 1}}},
		"replaced":       {"shop": {Replace: []string{"none"}}},
		"replaced below": {"shop": {Replace: []string{"disk.none"}}},
		"a conflict":     {"shop": {Conflicts: [][]string{{"name", "none"}}}},
		"renewed":        {"shop": {Renewed: []string{"none"}}},
		"kept":           {"shop": {Keep: []string{"none"}}},
	} {
		if _, err := New(facts(), &Cloud{Types: types}, ""); err == nil {
			t.Errorf("%s that is not there is taken", name)
		}
	}
	f := facts()
	if _, err := New(f, &Cloud{Types: map[string]Type{"shop": {
		Computed: []string{"disk.size"}, Defaults: map[string]any{"path": "/"}, Replace: []string{"name", "disk"}, Conflicts: [][]string{{"name", "path"}},
	}}}, ""); err != nil {
		t.Error(err)
	}
	b := f.Resources["shop"].Block
	if !b.Find("disk", "size").Computed || !b.Find("path").Computed || b.Find("name").Computed {
		t.Error("what is filled in is not marked")
	}
}

// Terraform asks for none of it, and hears that it is not there.
func TestUnserved(t *testing.T) {
	ctx, s := context.Background(), unserved{}
	for name, found := range map[string][]*tfprotov6.Diagnostic{
		"move":     must(s.MoveResourceState(ctx, nil)).Diagnostics,
		"identity": must(s.UpgradeResourceIdentity(ctx, nil)).Diagnostics,
		"generate": must(s.GenerateResourceConfig(ctx, nil)).Diagnostics,
		"validate": must(s.ValidateEphemeralResourceConfig(ctx, nil)).Diagnostics,
		"open":     must(s.OpenEphemeralResource(ctx, nil)).Diagnostics,
		"renew":    must(s.RenewEphemeralResource(ctx, nil)).Diagnostics,
		"close":    must(s.CloseEphemeralResource(ctx, nil)).Diagnostics,
	} {
		if len(found) != 1 || found[0].Severity != tfprotov6.DiagnosticSeverityError {
			t.Errorf("%s: %v", name, found)
		}
	}
	if must(s.CallFunction(ctx, nil)).Error == nil || len(must(s.GetFunctions(ctx, nil)).Functions) != 0 {
		t.Error("there are functions")
	}
}

func must[T any](response T, err error) T {
	if err != nil {
		panic(err)
	}
	return response
}
