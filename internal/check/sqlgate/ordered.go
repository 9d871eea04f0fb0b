package sqlgate

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
)

// version is one that can be compared: numbers, the first the weightiest. What
// is left out at the end is 0: 1 and 1.0 are the same.
type version []*big.Int

// parse reads a version whose parts any of separators divide.
func parse(text, separators string) (version, error) {
	var v version
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		n, ok := new(big.Int).SetString(part, 10)
		if !ok || n.Sign() < 0 {
			return nil, fmt.Errorf("%q is not a version of this tool", text)
		}
		v = append(v, n)
	}
	if len(v) == 0 {
		return nil, fmt.Errorf("%q is not a version of this tool", text)
	}
	return v, nil
}

// number reads a version that is one number.
func number(text string) (version, error) { return parse(text, "") }

// segments reads a version of Flyway: https://documentation.red-gate.com/flyway
func segments(text string) (version, error) { return parse(text, "._") }

func (v version) compare(other version) int {
	for i := range max(len(v), len(other)) {
		if c := v.part(i).Cmp(other.part(i)); c != 0 {
			return c
		}
	}
	return 0
}

func (v version) part(i int) *big.Int {
	if i < len(v) {
		return v[i]
	}
	return new(big.Int)
}

func (v version) String() string {
	parts := make([]string, len(v))
	for i, n := range v {
		parts[i] = n.String()
	}
	return strings.Join(parts, ".")
}

// order is how the versions of a tool are read.
type order func(text string) (version, error)

func (o order) validate(text string) error {
	_, err := o(text)
	return err
}

func (o order) foresee(oldest, newest string) error {
	least, leastErr := o.bound("min_version", oldest)
	most, mostErr := o.bound("max_version", newest)
	if err := errors.Join(leastErr, mostErr); err != nil {
		return err
	}
	if least != nil && most != nil && least.compare(most) > 0 {
		return fmt.Errorf("no version is at least %s and at most %s", oldest, newest)
	}
	return nil
}

// bound reads a version of an environment's schema; nil when it does not bind.
func (o order) bound(name, text string) (version, error) {
	if text == "" {
		return nil, nil
	}
	v, err := o(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

// ordered is a schema at a version that others are before or after.
type ordered struct {
	read    order
	current version
	there   func(version) bool // whether one was applied
}

func (o ordered) has(text string) error {
	wanted, err := o.read(text)
	if err != nil {
		return err
	}
	if !o.there(wanted) {
		return fmt.Errorf("%w: version %s is not applied; the schema is at %s", check.ErrFailed, text, o.current)
	}
	return nil
}

func (o ordered) is(state string) error {
	wanted, err := o.read(state)
	if err == nil && o.current.compare(wanted) != 0 {
		err = fmt.Errorf("%w: the schema is at version %s, and not at %s", check.ErrFailed, o.current, state)
	}
	return err
}

func (o ordered) includes(migration string) bool {
	v, err := o.read(migration)
	return err == nil && o.there(v)
}

func (o ordered) within(oldest, newest string) error {
	if oldest != "" {
		if least, err := o.read(oldest); err != nil || o.current.compare(least) < 0 {
			return fmt.Errorf("%w: the schema is at version %s, and it needs at least %s", check.ErrFailed, o.current, oldest)
		}
	}
	if newest != "" {
		if most, err := o.read(newest); err != nil || o.current.compare(most) > 0 {
			return fmt.Errorf("%w: the schema is at version %s, and it works with no later than %s", check.ErrFailed, o.current, newest)
		}
	}
	return nil
}

// golangMigrate is https://github.com/golang-migrate/migrate: one row has the
// version, and whether a migration was left half done.
type golangMigrate struct{ table string }

func (golangMigrate) validate(text string) error { return order(number).validate(text) }
func (golangMigrate) foresee(oldest, newest string) error {
	return order(number).foresee(oldest, newest)
}

func (t golangMigrate) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, "select version, case when dirty then 1 else 0 end from "+t.table, 0, 1)
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return nil, nothing(t.table)
	case len(rows) > 1:
		return nil, fmt.Errorf("%w: %s has %d rows, and golang-migrate keeps one; is it a table of Rails?", ErrShape, t.table, len(rows))
	}
	if text := *rows[0][0]; *rows[0][1] == "1" { // -1 when the way down to nothing failed
		return nil, fmt.Errorf("%w: version %s is dirty: its migration was left half done; repair the schema, then run migrate force", check.ErrFailed, text)
	}
	current, err := number(*rows[0][0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrShape, err)
	}
	return latest{ordered{number, current, func(v version) bool { return v.compare(current) == 0 }}}, nil
}

// latest is a schema of which the newest version alone is kept: those before it
// are applied as well.
type latest struct{ ordered }

func (s latest) includes(migration string) bool {
	v, err := s.read(migration)
	return err == nil && s.current.compare(v) >= 0
}

// pluginRow is a migration of a plugin of Redmine and others, which number their
// own: 1-shop_plugin.
var pluginRow = regexp.MustCompile(`^\d+-\w[\w-]*$`)

// rails is Active Record: a row for each migration that was applied.
type rails struct{ table string }

func (rails) validate(text string) error          { return order(number).validate(text) }
func (rails) foresee(oldest, newest string) error { return order(number).foresee(oldest, newest) }

func (t rails) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, "select version from "+t.table, 0)
	if err != nil {
		return nil, err
	}
	var current version
	there := map[string]bool{}
	for _, row := range rows {
		if pluginRow.MatchString(*row[0]) {
			continue
		}
		v, err := number(*row[0])
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrShape, err)
		}
		there[v.String()] = true
		if current == nil || v.compare(current) > 0 {
			current = v
		}
	}
	if current == nil {
		return nil, nothing(t.table)
	}
	return ordered{number, current, func(v version) bool { return there[v.String()] }}, nil
}
