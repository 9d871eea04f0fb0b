package httpclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ohler55/ojg/jp"
)

var (
	// ErrJSONPath reports a path that does not parse.
	ErrJSONPath = errors.New("not a JSONPath")
	// ErrNotJSON reports a document that is not JSON.
	ErrNotJSON = errors.New("the answer is not JSON")
	// ErrSeveralDocuments reports a document of JSON with more behind it.
	ErrSeveralDocuments = errors.New("the answer has more than one document of JSON, or text behind the first")
	// ErrNoValue reports a path that selects nothing, or null.
	ErrNoValue = errors.New("selects no value")
	// ErrSeveralValues reports a path that selects more than one value.
	ErrSeveralValues = errors.New("selects more than one value")
	// ErrTooDeep reports a document whose values are nested deeper than is followed.
	ErrTooDeep = errors.New("the answer is nested too deeply")
	// ErrValueType reports a value that is not of the kind asked for.
	ErrValueType = errors.New("selects a value of another type")
)

const (
	// deepestDocument is how deep a document may be nested. APIs stay below ten.
	deepestDocument = 100
	// mostSelected is how many values a path may select.
	mostSelected = 10_000
	// mostDescents is how often a path may descend with "..": with each, the places
	// that are gone through are multiplied by the depth of the document.
	mostDescents = 2
)

// JSONPath selects a value.
type JSONPath struct {
	path jp.Expr
	text string
}

// ParseJSONPath parses a JSONPath, such as "$.data[0].value".
func ParseJSONPath(text string) (*JSONPath, error) {
	parsed, err := jp.ParseString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrJSONPath, err)
	}
	if strings.Count(quoted.ReplaceAllString(text, ""), "..") > mostDescents {
		return nil, fmt.Errorf("%w that is followed: it has .. more than %d times", ErrJSONPath, mostDescents)
	}
	return &JSONPath{parsed, text}, nil
}

// quoted matches a text in quotes.
var quoted = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`)

// String returns the path as it was written.
func (p *JSONPath) String() string { return p.text }

// Text returns the one value that the path selects, as text. Objects and
// arrays are ErrValueType.
func (p *JSONPath) Text(document []byte) (string, error) {
	value, err := p.one(document)
	if err != nil {
		return "", err
	}
	return p.textOf(value)
}

func (p *JSONPath) textOf(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	default:
		return "", fmt.Errorf("%s %w: neither text, number nor true or false", p.text, ErrValueType)
	}
}

// Number returns the one value that the path selects: a number, or text that
// is one.
func (p *JSONPath) Number(document []byte) (float64, error) {
	value, err := p.one(document)
	if err != nil {
		return 0, err
	}
	text := ""
	switch v := value.(type) {
	case float64:
		return v, nil
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%s %w: not a number", p.text, ErrValueType)
	}
	return number, nil
}

func (p *JSONPath) one(document []byte) (any, error) {
	selected, err := p.selected(document)
	switch {
	case err != nil:
		return nil, err
	case len(selected) == 0 || (len(selected) == 1 && selected[0] == nil):
		return nil, fmt.Errorf("%s %w", p.text, ErrNoValue)
	case len(selected) > 1:
		return nil, fmt.Errorf("%s %w: %d of them", p.text, ErrSeveralValues, len(selected))
	default:
		return selected[0], nil
	}
}

// selected are the values. The path is followed through numbers that its
// filters can compare; the values have them as they are written, unless a
// filter looks at the whole document.
func (p *JSONPath) selected(document []byte) (selected []any, err error) {
	// The library panics where a filter meets null or a plain value: what the
	// path looks for is not there.
	defer func() {
		if recover() != nil {
			selected, err = nil, fmt.Errorf("%s %w: the answer is not of the form that it goes through", p.text, ErrNoValue)
		}
	}()
	numbers, written, err := decoded(document)
	if err != nil {
		return nil, err
	}
	if p.path.String() == "$" || p.path.String() == "@" { // Locate finds no root
		return []any{written}, nil
	}
	places := p.path.Locate(numbers, mostSelected+1)
	if len(places) == 0 {
		selected = p.path.Get(numbers) // Locate shows filters no root either.
	}
	if max(len(places), len(selected)) > mostSelected {
		return nil, fmt.Errorf("%s %w: more than %d", p.text, ErrSeveralValues, mostSelected)
	}
	if len(places) == 0 {
		return selected, nil
	}
	selected = make([]any, len(places))
	for i, place := range places {
		selected[i] = place.First(written)
	}
	return selected, nil
}

// CheckJSON returns an error that wraps ErrNotJSON or ErrSeveralDocuments unless an
// answer is one document.
func CheckJSON(document []byte) error {
	_, _, err := decoded(document)
	return err
}

// IsNull tells whether the one value that the path selects is there, and is null.
func (p *JSONPath) IsNull(document []byte) (bool, error) {
	selected, err := p.selected(document)
	switch {
	case err != nil:
		return false, err
	case len(selected) == 0:
		return false, fmt.Errorf("%s %w", p.text, ErrNoValue)
	case len(selected) > 1:
		return false, fmt.Errorf("%s %w: %d of them", p.text, ErrSeveralValues, len(selected))
	default:
		return selected[0] == nil, nil
	}
}

// Texts returns all values that the path selects, as Text does each; there is at
// least one.
func (p *JSONPath) Texts(document []byte) ([]string, error) {
	selected, err := p.selected(document)
	if err != nil {
		return nil, err
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("%s %w", p.text, ErrNoValue)
	}
	texts := make([]string, len(selected))
	for i, value := range selected {
		if texts[i], err = p.textOf(value); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// byteOrderMark is what some servers begin a text of UTF-8 with.
var byteOrderMark = []byte("\xef\xbb\xbf")

// decoded is a document, its numbers once as such and once as they are written.
func decoded(document []byte) (numbers, written any, err error) {
	document = bytes.TrimPrefix(document, byteOrderMark)
	if depth(document) > deepestDocument {
		return nil, nil, fmt.Errorf("%w: deeper than %d", ErrTooDeep, deepestDocument)
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if decoder.Decode(&written) != nil || json.NewDecoder(bytes.NewReader(document)).Decode(&numbers) != nil {
		return nil, nil, ErrNotJSON // The decoder's own words may quote the document.
	}
	if !json.Valid(document) {
		return nil, nil, ErrSeveralDocuments
	}
	return numbers, written, nil
}

// depth is how deep the values of a document are nested, if it is JSON.
func depth(document []byte) (deepest int) {
	level, inText := 0, false
	for i := 0; i < len(document); i++ {
		switch c := document[i]; {
		case c == '"':
			inText = !inText
		case inText && c == '\\':
			i++
		case inText:
		case c == '{' || c == '[':
			level++
			deepest = max(deepest, level)
		case c == '}' || c == ']':
			level--
		}
	}
	return deepest
}
