package moduletest

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// call is the arguments of one call of a module, as Terraform's JSON has them.
type call map[string]any

// evaluate calls modules, each under a name, in one apply, and returns what each
// puts out: the values of all its outputs, by the name of the call. They are those
// that need no provider.
func evaluate(t *testing.T, binary, source string, calls map[string]call) map[string]map[string]any {
	t.Helper()
	modules, outputs := map[string]any{}, map[string]any{}
	for name, arguments := range calls {
		one := map[string]any{"source": "./modules/" + source}
		for argument, value := range arguments {
			one[argument] = literal(value)
		}
		modules[name] = one
		outputs[name] = map[string]any{"value": "${module." + name + "}"}
	}
	config, err := json.Marshal(map[string]any{"module": modules, "output": outputs})
	if err != nil {
		t.Fatal(err)
	}
	w := open(t, binary, filepath.Dir(copied(t)))
	if err := w.Write("main.tf.json", string(config)); err != nil {
		t.Fatal(err)
	}
	initialise(t, w)
	if _, err := w.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := w.Run(t.Context(), "output", "-json")
	if err != nil {
		t.Fatal(err)
	}
	var said map[string]struct {
		Value map[string]any `json:"value"`
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		t.Fatal(err)
	}
	values := map[string]map[string]any{}
	for name, output := range said {
		values[name] = output.Value
	}
	return values
}

// literal is a value whose texts are no templates.
func literal(value any) any {
	switch value := value.(type) {
	case string:
		return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(value)
	case map[string]string:
		written := map[string]any{}
		for key, text := range value {
			written[key] = literal(text)
		}
		return written
	case map[string]any:
		written := map[string]any{}
		for key, one := range value {
			written[key] = literal(one)
		}
		return written
	default:
		return value
	}
}

// get returns what is at a path of keys in a value.
func get[T any](t *testing.T, value any, keys ...string) T {
	t.Helper()
	for _, key := range keys {
		inner, ok := value.(map[string]any)
		if !ok {
			t.Fatalf("%s: nothing has keys there: %v", key, value)
		}
		value = inner[key]
	}
	found, ok := value.(T)
	if !ok {
		t.Fatalf("%v: %T", keys, value)
	}
	return found
}
