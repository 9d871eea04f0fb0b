package standin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

func TestFacts(t *testing.T) {
	for name, want := range map[string]struct {
		version                string
		resources, dataSources int
	}{
		"aws":        {"6.25.0", 27, 11},
		"azurerm":    {"4.55.0", 13, 2},
		"google":     {"6.50.0", 21, 3},
		"kubernetes": {"2.38.0", 8, 1},
	} {
		facts, err := standin.Load(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if facts.Version != want.version || len(facts.Resources) != want.resources || len(facts.DataSources) != want.dataSources {
			t.Errorf("%s %s has %d resources and %d data sources, not %+v", name, facts.Version, len(facts.Resources),
				len(facts.DataSources), want)
		}
		if !strings.HasPrefix(facts.From, "@cdktf/provider-"+name+" ") {
			t.Errorf("the facts of %s are from %q", name, facts.From)
		}
	}
	if _, err := standin.Load("null"); err == nil {
		t.Error("there are facts of hashicorp/null")
	}
}

func mustLoad(t *testing.T, name string) *standin.Facts {
	t.Helper()
	facts, err := standin.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// A block without anything in it is one that the facts could not tell of.
func TestNoBlockIsEmpty(t *testing.T) {
	for _, name := range standin.Names {
		facts := mustLoad(t, name)
		for _, schemas := range []map[string]*standin.Schema{facts.Resources, facts.DataSources} {
			for kind, schema := range schemas {
				notEmpty(t, kind, schema.Block)
			}
		}
	}
}

func notEmpty(t *testing.T, path string, b *standin.Block) {
	t.Helper()
	if len(b.Attributes)+len(b.Blocks) == 0 {
		t.Errorf("%s is empty", path)
	}
	for name, nested := range b.Blocks {
		notEmpty(t, path+"."+name, nested.Block)
	}
}

func TestTypes(t *testing.T) {
	for text, want := range map[string]string{
		`"string"`:                       "tftypes.String",
		`["set","number"]`:               "tftypes.Set[tftypes.Number]",
		`["map",["list","bool"]]`:        "tftypes.Map[tftypes.List[tftypes.Bool]]",
		`["object",{"name":"string"}]`:   `tftypes.Object["name":tftypes.String]`,
		`"dynamic"`:                      "tftypes.DynamicPseudoType",
		`["map","dynamic"]`:              "tftypes.DynamicPseudoType",
		`"text"`:                         "",
		`["tuple","string"]`:             "",
		`["object",{"name":["set"]}]`:    "",
		`["list",["object",["string"]]]`: "",
	} {
		var got standin.Type
		err := got.UnmarshalJSON([]byte(text))
		if want == "" {
			if err == nil {
				t.Errorf("%s is %s", text, got)
			}
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("%s is %s, %v, not %s", text, got, err, want)
		}
	}
}

// Every provider is laid out for both registries, and a second time over the
// first.
func TestMirror(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "binary")
	for _, content := range []string{"one", "two"} {
		if err := os.WriteFile(binary, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := standin.Mirror(filepath.Join(dir, "mirror"), binary); err != nil {
			t.Fatal(err)
		}
		found, err := filepath.Glob(filepath.Join(dir, "mirror", "*", "hashicorp", "*", "*", "*", "terraform-provider-*"))
		if err != nil || len(found) != 8 {
			t.Fatalf("found %q, %v", found, err)
		}
		for _, path := range found {
			if text, err := os.ReadFile(path); err != nil || string(text) != content {
				t.Errorf("%s is %q, %v", path, text, err)
			}
		}
		if err := os.Remove(binary); err != nil {
			t.Fatal(err)
		}
	}
}
