package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
)

const (
	shelf errs.Package = "shelf"
	book  errs.Package = "book"
)

var errTorn = book.New("a page is torn")

// told is an error with words of its own around one that it wraps.
type told struct{ err error }

func (t told) Error() string { return "told: (" + t.err.Error() + ")" }
func (t told) Unwrap() error { return t.err }

// silent wraps an error, and says nothing of it.
type silent struct{ err error }

func (s silent) Error() string { return "book: nothing to see" }
func (s silent) Unwrap() error { return s.err }

// own begins with a package's name by itself.
type own struct{}

func (own) Error() string { return "book: " + own{}.Text() }
func (own) Text() string  { return "is lent" }

func TestText(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err        error
		full, text string
	}{
		"one":                {errTorn, "book: a page is torn", "a page is torn"},
		"of two packages":    {shelf.Errorf("row 3: %w", errTorn), "shelf: row 3: book: a page is torn", "row 3: a page is torn"},
		"in the middle":      {fmt.Errorf("row 3, %w, thrown away", errTorn), "row 3, book: a page is torn, thrown away", "row 3, a page is torn, thrown away"},
		"two causes":         {shelf.Errorf("%w and %w", errTorn, io.EOF), "shelf: book: a page is torn and EOF", "a page is torn and EOF"},
		"the same twice":     {shelf.Errorf("%w; %w", errTorn, errTorn), "shelf: book: a page is torn; book: a page is torn", "a page is torn; a page is torn"},
		"joined":             {errors.Join(errTorn, shelf.New("full")), "book: a page is torn\nshelf: full", "a page is torn\nfull"},
		"a type around it":   {told{shelf.Errorf("%w", errTorn)}, "told: (shelf: book: a page is torn)", "told: (a page is torn)"},
		"a type with a name": {shelf.Errorf("row 3: %w", own{}), "shelf: row 3: book: is lent", "row 3: is lent"},
		"other words":        {silent{errTorn}, "book: nothing to see", "book: nothing to see"},
		"not of a package":   {io.EOF, "EOF", "EOF"},
		"like a package":     {errors.New("tcp: refused"), "tcp: refused", "tcp: refused"},
		"wraps nothing":      {told{errors.New("")}, "told: ()", "told: ()"},
		"a verb for values":  {shelf.Errorf("%d of %q", 3, "a"), `shelf: 3 of "a"`, `3 of "a"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.err.Error(); got != test.full {
				t.Errorf("says %q, want %q", got, test.full)
			}
			if got := errs.Text(test.err); got != test.text {
				t.Errorf("says %q to people, want %q", got, test.text)
			}
		})
	}
}

func TestErrorsAreFound(t *testing.T) {
	t.Parallel()
	err := shelf.Errorf("row 3: %w", errTorn)
	if !errors.Is(err, errTorn) {
		t.Errorf("%v is not what it wraps", err)
	}
	if errors.Is(err, book.New("a page is torn")) {
		t.Errorf("%v is another error with the same text", err)
	}
	var e *errs.Error
	if !errors.As(err, &e) || e.Package != shelf {
		t.Errorf("%v is of %v, want %v", err, e, shelf)
	}
}

func TestJoined(t *testing.T) {
	t.Parallel()
	if got := errs.Joined(errors.Join(errTorn, io.EOF)); len(got) != 2 || got[0] != errTorn || got[1] != io.EOF { //nolint:errorlint // these very ones
		t.Errorf("joined are %v", got)
	}
	for _, one := range []error{nil, errTorn, fmt.Errorf("%w and %w", errTorn, io.EOF), told{errors.Join(errTorn, io.EOF)}} {
		if got := errs.Joined(one); got != nil {
			t.Errorf("joined in %v are %v", one, got)
		}
	}
}
