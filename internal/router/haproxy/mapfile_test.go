package haproxy

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestReplaceValueKeepsTheRest(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"plain", "shop blue\n", "shop green\n"},
		{"no newline at the end", "shop blue", "shop green"},
		{"among others", "# head\n\nother blue\nshop blue\n\nshopping blue\n", "# head\n\nother blue\nshop green\n\nshopping blue\n"},
		{"blanks kept", " \tshop \t blue \t\n", " \tshop \t green \t\n"},
		{"carriage returns kept", "a b\r\nshop blue\r\nc d\r\n", "a b\r\nshop green\r\nc d\r\n"},
		{"a comment that names the key", "#shop blue\nshop blue\n", "#shop blue\nshop green\n"},
		{"an indented comment is an entry of its own", " # shop\nshop blue\n", " # shop\nshop green\n"},
		{"all behind the key is value", "shop blue # was green\n", "shop green\n"},
		{"a key without value", "shop\nother x\n", "shop green\nother x\n"},
		{"a key without value at the end", "shop", "shop green"},
		{"a key without value, with blanks", "shop  \n", "shop green  \n"},
		{"value equal to the key", "shop shop\n", "shop green\n"},
		{"empty lines", "\n\r\n \nshop blue\n\n", "\n\r\n \nshop green\n\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := replaceValues([]byte(test.in), entries{"shop": "green"})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Errorf("replaceValue(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestFindEntryFails(t *testing.T) {
	for _, test := range []struct {
		name, in string
		want     error
	}{
		{"empty", "", traffic.ErrNotFound},
		{"only a comment", "# shop blue\n#shop blue\n", traffic.ErrNotFound},
		{"a longer key", "shops blue\n", traffic.ErrNotFound},
		{"a shorter key", "sho blue\n", traffic.ErrNotFound},
		{"as a value", "x shop\n", traffic.ErrNotFound},
		{"twice", "shop blue\nshop green\n", ErrMapFile},
		{"twice the same", "shop blue\n\tshop\tblue\n", ErrMapFile},
	} {
		if _, err := valuesOf([]byte(test.in), []string{"shop"}); !errors.Is(err, test.want) {
			t.Errorf("%s: valueOf(%q) = %v, want %v", test.name, test.in, err, test.want)
		}
		if got, err := replaceValues([]byte(test.in), entries{"shop": "green"}); err == nil {
			t.Errorf("%s: replaceValue(%q) = %q, want an error", test.name, test.in, got)
		}
	}
}

func TestReplaceSeveralValues(t *testing.T) {
	got, err := replaceValues([]byte("a blue\nb\tblue\nc blue\n"), entries{"a": "green-backend", "b": "g"})
	if want := "a green-backend\nb\tg\nc blue\n"; err != nil || string(got) != want {
		t.Errorf("replaceValues = %q, %v, want %q", got, err, want)
	}
}

func FuzzReplaceValue(f *testing.F) {
	for _, seed := range []string{"shop blue\n", "# c\n\tshop \t blue  \r\nother x", "shop", " # shop\n\nshop x y z # c\n", "shop \x00\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		before := bytes.Clone(in)
		out, err := replaceValues(in, entries{"shop": "green-backend"})
		if !bytes.Equal(in, before) {
			t.Fatal("the input was written to")
		}
		if err != nil {
			return
		}
		values, err := valuesOf(out, []string{"shop"})
		value := values["shop"]
		if err != nil || value != "green-backend" {
			t.Fatalf("%q became %q, which reads %q, %v", in, out, value, err)
		}
		same, line := diff(t, in, out)
		if !same {
			t.Fatalf("%q became %q", in, out)
		}
		if k, _ := parseLine([]byte(line)); k != "shop" {
			t.Fatalf("%q became %q: the line %q changed", in, out, line)
		}
		again, err := replaceValues(out, entries{"shop": "green-backend"})
		if err != nil || !bytes.Equal(again, out) {
			t.Fatalf("a second time %q became %q, %v", out, again, err)
		}
	})
}

// diff tells whether two texts differ in one line at most, and which it is.
func diff(t *testing.T, a, b []byte) (bool, string) {
	t.Helper()
	as, bs := strings.SplitAfter(string(a), "\n"), strings.SplitAfter(string(b), "\n")
	if len(as) != len(bs) {
		return false, ""
	}
	changed, line := 0, "shop"
	for i := range as {
		if as[i] != bs[i] {
			changed++
			line = bs[i]
		}
	}
	return changed <= 1, line
}

// TestMapFileThroughLinks keeps links, mode and what else is in the folder.
func TestMapFileThroughLinks(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "real.map"), filepath.Join(dir, "link.map")
	must(t, os.WriteFile(target, []byte("shop blue\n"), 0o600))
	must(t, os.Chmod(target, 0o644)) //nolint:gosec // a mode that no umask gives
	must(t, os.Chown(target, os.Getuid(), os.Getgid()))
	must(t, os.Symlink("real.map", link))
	must(t, os.WriteFile(filepath.Join(dir, ".real.map.bluegreen"), []byte("left by a crash"), 0o600))
	f := mapFile{path: link}
	toGreen(t, f)
	values, err := f.entries(t.Context(), []string{"shop"})
	info, statErr := os.Lstat(link)
	must(t, errors.Join(err, statErr))
	if value := values["shop"]; value != "green" || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the value is %q, the link %s", value, info.Mode())
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the file has %v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
}

func TestMapFileLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.map")
	must(t, os.WriteFile(path, []byte("shop blue\n"), 0o600))
	f := mapFile{path: path}
	first, err := f.open(t.Context())
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = f.open(ctx)
	wantErr(t, "open while another has the lock", err, context.Canceled)
	second := make(chan error)
	go func() {
		held, err := f.open(t.Context())
		if err == nil {
			err = errors.Join(held.stage(entries{"shop": "third"}), held.commit())
			held.close()
		}
		second <- err
	}()
	must(t, errors.Join(first.stage(entries{"shop": "green"}), first.commit()))
	first.close()
	must(t, <-second)
	if values, err := f.entries(t.Context(), []string{"shop"}); err != nil || values["shop"] != "third" {
		t.Errorf("the values are %q, %v", values, err)
	}
}

func TestMapFileChangedMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.map")
	must(t, os.WriteFile(path, []byte("shop blue\n"), 0o600))
	held, err := mapFile{path: path}.open(t.Context())
	must(t, err)
	defer held.close()
	must(t, held.stage(entries{"shop": "green"}))
	must(t, os.WriteFile(path, []byte("shop blue\nnew line\n"), 0o600))
	wantErr(t, "commit", held.commit(), ErrMapFile)
	if text, err := os.ReadFile(path); err != nil || string(text) != "shop blue\nnew line\n" {
		t.Errorf("the other's file became %q, %v", text, err)
	}
}

// TestMapFileOfAnother: who may write the folder and does not own the file, or is
// not in its group, cannot keep that, which a plan must know.
func TestMapFileOfAnother(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.map")
	must(t, os.WriteFile(path, []byte("shop blue\n"), 0o600))
	info, err := os.Stat(path)
	must(t, err)
	folder, err := os.Stat(dir)
	must(t, err)
	mine := []int{os.Getegid()}
	for _, me := range []user{{id: 0}, {os.Geteuid(), mine}} {
		must(t, me.keepsOwner(info, folder))
	}
	if err := (user{os.Geteuid() + 1, mine}).keepsOwner(info, folder); err == nil || !strings.Contains(err.Error(), "run as its owner") {
		t.Errorf("keepsOwner of another's file = %v", err)
	}
	must(t, os.Chown(path, 12345, 12346))
	info, err = os.Stat(path)
	must(t, err)
	if err := (user{12345, mine}).keepsOwner(info, folder); err == nil || !strings.Contains(err.Error(), "run as a member of it") {
		t.Errorf("keepsOwner of another group's file = %v", err)
	}
	must(t, user{12345, []int{1, 12346}}.keepsOwner(info, folder))
}

func TestMapFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "empty.map"), nil, 0o600))
	for _, name := range []string{"missing.map", "missing/x.map", ".", "empty.map"} {
		_, err := mapFile{path: filepath.Join(dir, name)}.check(t.Context(), []string{"shop"})
		wantErr(t, name, err, ErrMapFile)
	}
}

// toGreen has the key shop of a map file go to green.
func toGreen(t *testing.T, f mapFile) {
	t.Helper()
	_, err := f.check(t.Context(), []string{"shop"})
	must(t, err)
	held, err := f.open(t.Context())
	must(t, err)
	defer held.close()
	must(t, held.stage(entries{"shop": "green"}))
	must(t, held.commit())
}

// TestBothReasons are told once where they are one, as on a system without any of
// what keeps a file as it was.
func TestBothReasons(t *testing.T) {
	t.Parallel()
	one, other := errors.New("no owners here"), errors.New("no links here")
	for want, err := range map[string]error{
		"no owners here":                    both(one, one),
		"no owners here; and no links here": both(one, other),
		"no links here":                     both(nil, other),
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}
