package catalog_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
)

// putIn are the arguments that a metric puts its subject into.
var putIn = map[string][]string{
	"metric azure_monitor":           {"filter", "resource_id"},
	"metric cloudwatch":              {"expression", "metrics.*.dimensions.*", "metrics.*.name", "metrics.*.namespace", "sample_expression"},
	"metric datadog":                 {"queries.*"},
	"metric google_cloud_monitoring": {"query", "sample_query"},
	"metric haproxy":                 {"backend", "servers.*"},
	"metric new_relic":               {"query", "sample_query"},
	"metric prometheus":              {"query", "sample_query"},
	"metric web":                     {"body", "json_path", "require.*", "sample_json_path", "url"},
}

// leaf is one text of a block, and the block that has nothing but that.
type leaf struct {
	at    string
	value any
}

// leavesOf are the texts that a type has, each with text in it.
func leavesOf(t tftypes.Type, text string) []leaf {
	var all []leaf
	under := func(name string, t tftypes.Type, wrap func(any) any) {
		for _, l := range leavesOf(t, text) {
			at := name
			if l.at != "" {
				at += "." + l.at
			}
			all = append(all, leaf{at, wrap(l.value)})
		}
	}
	switch t := t.(type) {
	case tftypes.Object:
		for name, of := range t.AttributeTypes {
			under(name, of, func(v any) any { return Values{name: v} })
		}
	case tftypes.List:
		under("*", t.ElementType, func(v any) any { return []any{v} })
	case tftypes.Map:
		under("*", t.ElementType, func(v any) any { return map[string]any{"a": v} })
	default:
		if t.Is(tftypes.String) {
			return []leaf{{"", text}}
		}
	}
	return all
}

// TestPlaceholders has a placeholder in each text of each kind: it is put in, or
// refused on the argument that has it. None is sent as it is.
func TestPlaceholders(t *testing.T) {
	tried := 0
	for name, open := range opens() {
		for _, text := range []string{"x{{color}}y", "{{ Version }}", "a%20%7B%7Benvironment%7D%7D"} {
			var taken []string
			for _, l := range leavesOf(open.block, text) {
				tried++
				err := open.open(t, l.value.(Values))
				var at *block.AttributeError
				switch {
				case !errors.Is(err, block.ErrPlaceholder):
					taken = append(taken, l.at)
				case !errors.As(err, &at) || len(at.Path.Steps()) == 0:
					t.Errorf("%s %s: %v", name, l.at, err)
				}
			}
			slices.Sort(taken)
			if !slices.Equal(taken, putIn[name]) {
				t.Errorf("%s: %q is taken in %q, want %q", name, text, taken, putIn[name])
			}
		}
	}
	if tried < 500 {
		t.Errorf("%d were tried", tried)
	}
}

// opened is a kind that is opened without being used.
type opened struct {
	block tftypes.Type
	open  func(*testing.T, Values) error
}

func openOf[T any](kind block.Kind[T]) opened {
	return opened{kind.Attribute().GetType().TerraformType(nil), func(t *testing.T, v Values) error { //nolint:staticcheck // types ask for no context
		t.Helper()
		_, err := Open(t, kind, v)
		return err
	}}
}

// opens are all kinds of the catalog, by name.
func opens() map[string]opened {
	all, c := map[string]opened{"check prewarm": openOf(catalog.New().Prewarm)}, catalog.New()
	for _, kind := range c.Metrics {
		all["metric "+kind.Name()] = openOf(kind)
	}
	for _, kind := range append(c.Checks, c.Gates...) {
		all["check "+kind.Name()] = openOf(kind)
	}
	for _, kind := range c.Notifiers {
		all["notify "+kind.Name()] = openOf(kind)
	}
	return all
}
