package haproxy

import (
	"bytes"
	"errors"
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
