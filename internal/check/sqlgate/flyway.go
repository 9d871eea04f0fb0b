package sqlgate

import (
	"context"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
)

// flyway is https://documentation.red-gate.com/flyway: a row for each thing
// that was done, in the order of installed_rank.
type flyway struct{ table string }

func (flyway) validate(text string) error          { return order(segments).validate(text) }
func (flyway) foresee(oldest, newest string) error { return order(segments).foresee(oldest, newest) }

func (t flyway) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, "select version, type, case when success then 1 else 0 end, script from "+t.table+" order by installed_rank", 1, 2, 3)
	if err != nil {
		return nil, err
	}
	h, repeated := history{}, false
	for _, row := range rows {
		if *row[2] != "1" {
			return nil, fmt.Errorf("%w: the migration %s failed; repair the schema, then run flyway repair", check.ErrFailed, *row[3])
		}
		if row[0] == nil {
			repeated = repeated || *row[1] != "SCHEMA" // a repeatable one, or the creation of the schema
			continue
		}
		v, err := segments(*row[0])
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrShape, err)
		}
		h.add(v, *row[1])
	}
	current := h.current()
	switch {
	case current == nil && !repeated:
		return nil, nothing(t.table)
	case current == nil:
		return unversioned{}, nil
	}
	return ordered{segments, current, h.has}, nil
}

// unversioned is a schema of repeatable migrations alone.
type unversioned struct{}

func (unversioned) has(text string) error {
	return fmt.Errorf("%w: version %s is not applied; only repeatable migrations, which have no version, are", check.ErrFailed, text)
}

func (u unversioned) within(oldest, _ string) error {
	if oldest == "" {
		return nil
	}
	return u.has(oldest)
}

func (u unversioned) is(state string) error { return u.has(state) }
func (unversioned) includes(string) bool    { return false }

// history is what is applied after all that was done.
type history struct {
	versions []version
	baseline version
}

// add adds what was done with a version. A migration may be undone, or marked
// as deleted, and applied again.
func (h *history) add(v version, done string) {
	h.remove(v)
	if strings.HasPrefix(done, "UNDO") || done == "DELETE" {
		return
	}
	h.versions = append(h.versions, v)
	if strings.HasSuffix(done, "BASELINE") { // of the command, or of a migration in SQL, Java or a script
		h.baseline = v
	}
}

func (h *history) remove(v version) {
	for i, other := range h.versions {
		if other.compare(v) == 0 {
			h.versions = append(h.versions[:i], h.versions[i+1:]...)
			return
		}
	}
}

func (h *history) current() version {
	var current version
	for _, v := range h.versions {
		if current == nil || v.compare(current) > 0 {
			current = v
		}
	}
	return current
}

// has tells whether a version is applied. What is below the baseline was there
// before Flyway came.
func (h *history) has(v version) bool {
	if h.baseline != nil && v.compare(h.baseline) <= 0 {
		return true
	}
	for _, other := range h.versions {
		if other.compare(v) == 0 {
			return true
		}
	}
	return false
}
