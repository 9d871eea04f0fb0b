package httpclient

import (
	"errors"
	"testing"
)

const document = `{"status":"ok","n":3,"big":12345678901234567890,"yes":true,"nothing":null,
	"data":{"result":[{"value":[1700000000,"0.25"]}]},"list":[1,2,3],"text":"abc"}`

func TestText(t *testing.T) {
	for path, want := range map[string]string{
		"$.status": "ok", "$.n": "3", "$.big": "12345678901234567890", "$.yes": "true", "$.list[1]": "2",
		"$.data.result[0].value[1]": "0.25",
	} {
		p, err := ParseJSONPath(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Text([]byte(document)); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", path, got, err, want)
		}
	}
}

// TestFilter compares numbers as numbers, and keeps them as they are written.
func TestFilter(t *testing.T) {
	const parts = `{"parts": [{"id": 3, "code": 200, "share": 1.50}, {"id": 4, "code": 503, "share": 0.50}]}`
	for path, want := range map[string]string{
		"$.parts[?(@.id == 3)].share": "1.50", "$.parts[?(@.code != 200)].share": "0.50", "$.parts[?(@.share > 1)].id": "3",
		"$.parts[?(@.code < 500)].code": "200", "$.parts[-1].share": "0.50", "$..parts[?(@.id == 4)].id": "4", "$.parts[0:1].id": "3",
		"$['parts'][?(@.id == 3 && @.code == 200)]['code']": "200",
	} {
		p, err := ParseJSONPath(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Text([]byte(parts)); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", path, got, err, want)
		}
	}
}

// TestRoot has documents that are the value, and filters that look at the whole
// document.
func TestRoot(t *testing.T) {
	const limited = `{"limit": 5, "parts": [{"id": "a", "n": 10}, {"id": "b", "n": 1.50}]}`
	for _, test := range []struct{ path, document, want string }{
		{"$", "1.50", "1.50"},
		{"$", `"ok"`, "ok"},
		{"@", "true", "true"},
		{"$.parts[?(@.n > $.limit)].id", limited, "a"},
		{"$.parts[?(@.n < $.limit)].n", limited, "1.5"},
	} {
		p, err := ParseJSONPath(test.path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Text([]byte(test.document)); err != nil || got != test.want {
			t.Errorf("%s of %s = %q, %v; want %q", test.path, test.document, got, err, test.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for path, want := range map[string]float64{"$.n": 3, "$.data.result[0].value[1]": 0.25, "$.list[0]": 1, "$.list[?(@ == $.n)]": 3} {
		p, err := ParseJSONPath(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Number([]byte(document)); err != nil || got != want {
			t.Errorf("%s = %v, %v; want %v", path, got, err, want)
		}
	}
}

func TestNoValue(t *testing.T) {
	for path, want := range map[string]error{
		"$.missing": ErrNoValue, "$.nothing": ErrNoValue, "$.list[*]": ErrSeveralValues, "$.data": ErrValueType, "$.text": ErrValueType, "$.yes": ErrValueType,
		"$.data.result[7].value[1]": ErrNoValue,
	} {
		p, err := ParseJSONPath(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Number([]byte(document)); !errors.Is(err, want) {
			t.Errorf("%s = %v, %v; want %v", path, got, err, want)
		}
	}
}

func TestBadDocumentAndPath(t *testing.T) {
	p, err := ParseJSONPath("$.a")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "<html>", "{"} {
		if _, err := p.Text([]byte(text)); !errors.Is(err, ErrNotJSON) {
			t.Errorf("document %q: %v", text, err)
		}
	}
	if _, err := ParseJSONPath("$.["); !errors.Is(err, ErrJSONPath) {
		t.Errorf("Parse = %v", err)
	}
}

// TestNothingWhereAFilterLooks has what the library of paths panics at.
func TestNothingWhereAFilterLooks(t *testing.T) {
	for _, document := range []string{"null", "[null]", "5", `"text"`, "[]", "{}", `[[1]]`, `{"a":null}`, "[null,5,{}]", "true"} {
		for _, text := range []string{
			"$[?(@.color == 'green')].errors", "$..[?(@.color == 'green')].errors", "$.a[?(@.x > 1)].y", "$[?(@.a.b == 1)]",
			"$[?(@ == null)].z", "$[-1].x", "$[0:5:2].x", "$[?(length(@) > 3)].x",
		} {
			p, err := ParseJSONPath(text)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := p.Text([]byte(document)); !errors.Is(err, ErrNoValue) {
				t.Errorf("%s of %s = %q, %v", text, document, got, err)
			}
		}
	}
}

// TestOneDocument has a byte order mark, and more than one document.
func TestOneDocument(t *testing.T) {
	p, err := ParseJSONPath("$.status")
	if err != nil {
		t.Fatal(err)
	}
	for document, want := range map[string]error{
		"\ufeff{\"status\":\"ok\"}": nil, " {\"status\":\"ok\"}\r\n": nil,
		"{\"status\":\"ok\"}\n{\"status\":\"down\"}": ErrSeveralDocuments,
		"{\"status\":\"ok\"} and more":               ErrSeveralDocuments, "{\"status\":\"ok\"}]": ErrSeveralDocuments,
		"<html>": ErrNotJSON, "": ErrNotJSON, "\ufeff": ErrNotJSON,
	} {
		if got, err := p.Text([]byte(document)); !errors.Is(err, want) || (err == nil && got != "ok") {
			t.Errorf("%q: %q, %v, want %v", document, got, err, want)
		}
	}
}
