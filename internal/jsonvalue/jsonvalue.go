// Package jsonvalue picks one value out of a JSON document, for checks and
// metrics that judge the answers of APIs.
package jsonvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/ohler55/ojg/jp"
)

var (
	// ErrPath reports a path that does not parse.
	ErrPath = errors.New("jsonvalue: not a JSONPath")
	// ErrDocument reports a document that is not JSON.
	ErrDocument = errors.New("the answer is not JSON")
	// ErrNone reports a path that selects nothing, or null.
	ErrNone = errors.New("selects no value")
	// ErrSeveral reports a path that selects more than one value.
	ErrSeveral = errors.New("selects more than one value")
	// ErrType reports a value that is not of the kind asked for.
	ErrType = errors.New("selects a value of another type")
)

// Path selects a value.
type Path struct {
	path jp.Expr
	text string
}

// Parse parses a JSONPath, such as "$.data[0].value".
func Parse(text string) (*Path, error) {
	parsed, err := jp.ParseString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPath, err)
	}
	return &Path{parsed, text}, nil
}

// String returns the path as it was written.
func (p *Path) String() string { return p.text }

// Text returns the one value that the path selects, as text. Objects and
// arrays are ErrType.
func (p *Path) Text(document []byte) (string, error) {
	value, err := p.one(document)
	if err != nil {
		return "", err
	}
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
		return "", fmt.Errorf("%s %w: neither text, number nor true or false", p.text, ErrType)
	}
}

// Number returns the one value that the path selects: a number, or text that
// is one.
func (p *Path) Number(document []byte) (float64, error) {
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
		return 0, fmt.Errorf("%s %w: not a number", p.text, ErrType)
	}
	return number, nil
}

func (p *Path) one(document []byte) (any, error) {
	selected, err := p.selected(document)
	switch {
	case err != nil:
		return nil, err
	case len(selected) == 0 || (len(selected) == 1 && selected[0] == nil):
		return nil, fmt.Errorf("%s %w", p.text, ErrNone)
	case len(selected) > 1:
		return nil, fmt.Errorf("%s %w: %d of them", p.text, ErrSeveral, len(selected))
	default:
		return selected[0], nil
	}
}

// selected are the values. The path is followed through numbers that its
// filters can compare; the values have them as they are written, unless a
// filter looks at the whole document.
func (p *Path) selected(document []byte) ([]any, error) {
	var numbers, written any
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if decoder.Decode(&written) != nil || json.NewDecoder(bytes.NewReader(document)).Decode(&numbers) != nil {
		return nil, ErrDocument // The decoder's own words may quote the document.
	}
	if p.path.String() == "$" || p.path.String() == "@" { // Locate finds no root
		return []any{written}, nil
	}
	places := p.path.Locate(numbers, 0)
	if len(places) == 0 {
		return p.path.Get(numbers), nil // Locate shows filters no root either.
	}
	selected := make([]any, len(places))
	for i, place := range places {
		selected[i] = place.First(written)
	}
	return selected, nil
}
