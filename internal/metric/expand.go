package metric

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// ErrPlaceholder reports a query with a placeholder that nothing is put into:
// sent as it is, it would find nothing, and nothing is easily taken for zero.
var ErrPlaceholder = errors.New("a placeholder that is not known")

// placeholders are what stands for the subject in a query.
var placeholders = []string{"color", "environment", "version"}

// Expand puts the subject into a query: {{color}}, {{environment}} and
// {{version}}, also where they were encoded for a URL.
func (s Subject) Expand(query string) string {
	return s.ExpandAs(query, func(text string) string { return text })
}

// ExpandURL is Expand for an address: what is put in is encoded everywhere.
func (s Subject) ExpandURL(address string) string { return s.ExpandAs(address, urlEncoded) }

// ExpandAs is Expand for a query in which texts are written otherwise, as
// escape says. Where a placeholder is encoded for a URL, once or twice over, what
// is put in is encoded so.
func (s Subject) ExpandAs(query string, escape func(string) string) string {
	var pairs []string
	for i, value := range []string{s.Color.String(), s.Environment, s.Version} {
		plain := "{{" + placeholders[i] + "}}"
		pairs = append(pairs, plain, escape(value))
		for range encodings {
			plain, value = url.QueryEscape(plain), urlEncoded(value)
			pairs = append(pairs, plain, value, lowerHex(plain), value)
		}
	}
	return strings.NewReplacer(pairs...).Replace(query)
}

// encodings is how often a placeholder may have been encoded.
const encodings = 2

// urlEncoded is good in a path and in a query alike.
func urlEncoded(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// lowerHex is a text with its %XX in lower case.
func lowerHex(text string) string {
	return escapes.ReplaceAllStringFunc(text, strings.ToLower)
}

var escapes = regexp.MustCompile(`(?:%25|%)[0-9A-F]{2}`)

// leftover matches what was meant for a placeholder: a word alone in braces, or
// one of ours however it is written. Loki's own templates ({{.status}}, {{ if
// … }}) are none.
var leftover = regexp.MustCompile(`(?i)\{\{\s*(?:(color|environment|version)\b[^}]*\}?\}?|([a-z][\w-]*)\s*\}\})`)

// ownWords are of Loki's templates.
var ownWords = []string{"end", "else"}

// known returns an error that wraps ErrPlaceholder when a query has a
// placeholder that Expand leaves as it is.
func known(query string) error {
	subject := Subject{Color: "green", Environment: "environment", Version: "version"}
	text := subject.Expand(query)
	for range encodings + 1 {
		for _, found := range leftover.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(ownWords, found[2]) {
				return fmt.Errorf("%w: %s; there are {{color}}, {{environment}} and {{version}}", ErrPlaceholder, found[0])
			}
		}
		text = encoded.ReplaceAllStringFunc(text, decode)
	}
	return nil
}

// encoded matches a byte that is percent-encoded. A query may have percent signs
// of its own beside them.
var encoded = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

func decode(b string) string {
	decoded, _ := url.PathUnescape(b) // it matches, and so decodes
	return decoded
}

// TraitsOf are the traits of a metric that sends these queries about a subject,
// and others, as for samples, with which it tells no color.
func TraitsOf(counts bool, queries []string, others ...string) Traits {
	traits := Traits{Counts: counts, Tells: Names(queries...)}
	for _, query := range slices.Concat(queries, others) {
		traits.Err = errors.Join(traits.Err, known(query))
	}
	return traits
}

// Names tells whether any of the queries names what is measured, so that
// Expand makes different ones of it for the two colors.
func Names(queries ...string) bool {
	blue, green := Subject{"blue", "blue", "blue"}, Subject{"green", "green", "green"}
	for _, query := range queries {
		if blue.Expand(query) != green.Expand(query) {
			return true
		}
	}
	return false
}
