package sqlgate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
)

// errNoOrder refuses a newest version of a tool that cannot tell what is later.
var errNoOrder = errors.New("no max_version: this tool has no order of versions, so nothing tells what is later")

// set is what tools without an order keep: what was applied.
type set struct {
	what  string // "migration", "tag"
	there map[string]bool
}

func (s set) has(name string) error {
	if !s.there[name] {
		return fmt.Errorf("%w: %s %s is not applied", check.ErrFailed, s.what, name)
	}
	return nil
}

func (s set) within(oldest, _ string) error {
	if oldest == "" {
		return nil
	}
	return s.has(oldest)
}

func (s set) is(state string) error          { return s.has(state) }
func (s set) includes(migration string) bool { return s.there[migration] }

// noOrder is what the tools that keep a set refuse.
type noOrder struct{}

func (noOrder) validate(string) error { return nil }

func (noOrder) foresee(_, newest string) error {
	if newest != "" {
		return errNoOrder
	}
	return nil
}

// django is https://docs.djangoproject.com/en/stable/topics/migrations/: a row
// for each migration of each app.
type django struct{ table, app string }

func (django) validate(string) error               { return nil }
func (django) foresee(oldest, newest string) error { return noOrder{}.foresee(oldest, newest) }

func (t django) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, "select app, name from "+t.table, 0, 1)
	if err != nil {
		return nil, err
	}
	s := set{"migration of " + t.app, map[string]bool{}}
	for _, row := range rows {
		if *row[0] == t.app {
			s.there[*row[1]] = true
		}
	}
	if len(s.there) == 0 {
		return nil, fmt.Errorf("%w: %s has no migration of the app %s", check.ErrFailed, t.table, t.app)
	}
	return s, nil
}

// alembic is https://alembic.sqlalchemy.org: a row for each head, and nothing
// of what was before.
type alembic struct{ table string }

// heads is the set of them.
type heads map[string]bool

func headsOf(text string) heads {
	set := heads{}
	for head := range strings.SplitSeq(text, ",") {
		if head = strings.TrimSpace(head); head != "" {
			set[head] = true
		}
	}
	return set
}

// String lists them in an order of their own.
func (h heads) String() string { return strings.Join(slices.Sorted(maps.Keys(h)), ", ") }

func (alembic) validate(text string) error {
	if len(headsOf(text)) == 0 {
		return errors.New("it names no head")
	}
	return nil
}

func (alembic) foresee(oldest, newest string) error {
	if !maps.Equal(headsOf(oldest), headsOf(newest)) {
		return errors.New("min_version and max_version must be the same: Alembic keeps the current heads alone, so nothing tells what is earlier or later")
	}
	return nil
}

func (t alembic) look(ctx context.Context, r reader) (applied, error) {
	rows, err := all(ctx, r, "select version_num from "+t.table, 0)
	if err != nil {
		return nil, err
	}
	there := heads{}
	for _, row := range rows {
		there[*row[0]] = true
	}
	if len(there) == 0 {
		return nil, nothing(t.table)
	}
	return there, nil
}

func (h heads) has(text string) error {
	if wanted := headsOf(text); !maps.Equal(h, wanted) {
		return fmt.Errorf("%w: the heads are %s, and not %s", check.ErrFailed, h, wanted)
	}
	return nil
}

func (h heads) is(state string) error          { return h.has(state) }
func (h heads) includes(migration string) bool { return h[migration] }

func (h heads) within(oldest, _ string) error {
	if oldest == "" {
		return nil
	}
	return h.has(oldest)
}

// liquibase is https://docs.liquibase.com: a row for each change set, known by
// its id, author and file; and a lock.
type liquibase struct {
	noOrder
	table, lock      string
	author, filename string
	tag              string // that must be there; empty for none
}

func newLiquibase(m *migrations, d dialect) tool {
	name, suffix := "databasechangelog", "lock"
	if d.upper {
		name, suffix = strings.ToUpper(name), strings.ToUpper(suffix)
	}
	// Liquibase's own default does not follow the name of the other table, but its
	// schema.
	beside := m.Table.ValueString()
	lock := cmp.Or(m.LockTable.ValueString(), beside[:strings.LastIndex(beside, ".")+1]+name+suffix)
	return liquibase{
		table: m.table(d, name), lock: d.table(lock), author: m.Author.ValueString(), filename: m.Filename.ValueString(), tag: m.Tag.ValueString(),
	}
}

func (t liquibase) look(ctx context.Context, r reader) (applied, error) {
	locks, err := all(ctx, r, "select case when locked then 1 else 0 end from "+t.lock, 0)
	if err != nil {
		return nil, err
	}
	for _, row := range locks {
		if *row[0] == "1" {
			return nil, fmt.Errorf("%w: %s is locked: Liquibase is at work, or ended without releasing it", check.ErrFailed, t.lock)
		}
	}
	log, err := t.read(ctx, r)
	if err == nil && t.tag != "" {
		err = log.within(t.tag, "")
	}
	return log, err
}

func (t liquibase) read(ctx context.Context, r reader) (changeLog, error) {
	log := changeLog{liquibase: t, sets: map[string]bool{}, tags: set{"tag", map[string]bool{}}}
	rows, err := all(ctx, r, "select id, author, filename, exectype, tag from "+t.table+" order by dateexecuted, orderexecuted", 0, 1, 2, 3)
	if err != nil {
		return log, err
	}
	if len(rows) == 0 {
		return log, nothing(t.table)
	}
	for _, row := range rows {
		switch *row[3] {
		case "EXECUTED", "RERAN", "MARK_RAN":
			log.sets[changeSet(*row[0], *row[1], *row[2])] = true
		default: // FAILED, SKIPPED
			delete(log.sets, changeSet(*row[0], *row[1], *row[2]))
		}
		if row[4] != nil {
			log.tags.there[*row[4]] = true
		}
	}
	return log, nil
}

// changeLog is what Liquibase has done.
type changeLog struct {
	liquibase
	sets map[string]bool
	tags set
}

func (l changeLog) has(id string) error {
	if key := changeSet(id, l.author, l.filename); !l.sets[key] {
		return fmt.Errorf("%w: change set %s is not applied", check.ErrFailed, key)
	}
	return nil
}

func (l changeLog) is(state string) error          { return l.tags.has(state) }
func (l changeLog) includes(migration string) bool { return l.tags.there[migration] }

func (l changeLog) within(oldest, newest string) error { return l.tags.within(oldest, newest) }

// changeSet is the identity of a change set, as Liquibase writes it.
func changeSet(id, author, filename string) string { return filename + "::" + id + "::" + author }
