package decision_test

import (
	"slices"
	"strings"
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// claimer is a router that says what it writes to.
type claimer struct {
	traffic.Router
	claims []string
}

func (c claimer) Claims() []string { return c.claims }

func routersOf(claims ...string) []traffic.Member {
	return []traffic.Member{{Kind: "haproxy", Name: "socket", Router: claimer{claims: claims}}}
}

// TestOneOwner is fault 21.
func TestOneOwner(t *testing.T) {
	t.Parallel()
	shop, cart := Owner{"shop", "a", "b"}, Owner{"cart", "a", "b"}
	for name, test := range map[string]struct {
		happens func(c *Claims) error
		want    string
	}{
		"apart": {func(c *Claims) error { return c.Take(cart, routersOf("entry y")) }, ""},
		"the same entry": {
			func(c *Claims) error { return c.Take(cart, routersOf("entry y", "entry x", "the file")) },
			`The switches "cart" and "shop" both move entry x, and would undo each other's cutovers.`,
		},
		"planned again": {func(c *Claims) error { return c.Take(shop, routersOf("entry x", "the file")) }, ""},
		"moved off in the same plan": {func(c *Claims) error {
			_ = c.Take(shop, routersOf("entry z"))
			return c.Take(cart, routersOf("entry x"))
		}, ""},
		"called otherwise by now":    {func(c *Claims) error { c.Drop(shop); return c.Take(cart, routersOf("entry x")) }, ""},
		"a copy with other backends": {func(c *Claims) error { return c.Take(Owner{"shop", "c", "d"}, routersOf("entry x")) }, `"shop" (of a and b) and "shop" (of c and d)`},
		"one that says nothing":      {func(c *Claims) error { return c.Take(cart, members[false][:1]) }, ""},
		"two that say nothing":       {func(c *Claims) error { _ = c.Take(shop, members[false][:1]); return c.Take(cart, members[false]) }, "both move lb-0"},
		"one that was refused is free": {func(c *Claims) error {
			_ = c.Take(cart, routersOf("entry x", "entry y"))
			return c.Take(Owner{"b", "a", "b"}, routersOf("entry y"))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c Claims
			if err := c.Take(shop, routersOf("entry x", "the file")); err != nil {
				t.Fatal(err)
			}
			err := test.happens(&c)
			if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || !slices.Equal(kinds(err), []Kind{Claimed})) {
				t.Errorf("got %v", err)
			}
		})
	}
	var c Claims
	first, copied := &Hold{Owner: shop}, &Hold{Owner: shop}
	for _, err := range []error{c.Hold(first, routersOf("entry x")), c.Hold(first, routersOf("entry x", "the file")), c.Hold(copied, routersOf("entry y"))} {
		if err != nil {
			t.Errorf("a switch by itself: %v", err)
		}
	}
	c.Drop(shop) // which is called otherwise by now, or was swapped with another one
	for who, want := range map[*Hold]string{
		copied:                           `"shop" (of a and b) and "shop" (of a and b) both move the file, and are applied at the same time`,
		{Owner: cart}:                    `"cart" and "shop" both move the file`,
		{Owner: Owner{"shop", "c", "d"}}: `"shop" (of a and b) and "shop" (of c and d) both move the file`,
	} {
		if err := c.Hold(who, routersOf("the file")); !slices.Equal(kinds(err), []Kind{Claimed}) || !strings.Contains(err.Error(), want) {
			t.Errorf("a copy that is applied at the same time: %v, want %s", err, want)
		}
	}
	c.Release(first)
	if err := c.Hold(copied, routersOf("entry x", "the file")); err != nil {
		t.Errorf("one after the other: %v", err)
	}
	if !shop.Whole() || (Owner{Name: "shop"}).Whole() {
		t.Error("what is known of a switch is not known")
	}
}
