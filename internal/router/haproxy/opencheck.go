package haproxy

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
)

// check fails unless the map and its entries can be named to HAProxy, and the
// file found here.
func (m Map) check() error {
	at := path.Root("map")
	name := at.AtName("file")
	if m.ID != nil {
		name = at.AtName("id")
	}
	if err := haproxyapi.CheckWord("map", m.id()); err != nil {
		return attributeError(router.InRouter, name, "HAProxy Map Not Valid", err)
	}
	if m.persists() && !filepath.IsAbs(m.File) {
		return attributeError(router.InRouter, at.AtName("file"), "HAProxy Map Not Valid",
			fmt.Errorf("%w: the map %q: give an absolute path, with id where HAProxy's configuration has another name, or set persist = false",
				haproxyapi.ErrName, m.File))
	}
	return errors.Join(m.checkKeys(), m.checkValues())
}

func (m Map) checkKeys() error {
	const summary = "HAProxy Map Key Not Valid"
	at := path.Root("map")
	if (m.Key == nil) == (len(m.Keys) == 0) {
		return attributeError(router.InRouter, at.AtName("key"), summary, pkg.New("give key or keys, one of the two"))
	}
	seen := map[string]bool{}
	for i, key := range m.keys() {
		place := at.AtName("key")
		if m.Key == nil {
			place = at.AtName("keys").AtListIndex(i)
		}
		err := haproxyapi.CheckWord("key", key)
		if err == nil && seen[key] {
			err = fmt.Errorf("%w: the key %q stands there twice", haproxyapi.ErrName, key)
		}
		if err != nil {
			return attributeError(router.InRouter, place, summary, err)
		}
		seen[key] = true
	}
	return nil
}

func (m Map) checkValues() error {
	const summary = "HAProxy Map Value Not Valid"
	if m.Values == nil {
		return nil
	}
	at := path.Root("map").AtName("values")
	if m.Values.Blue == m.Values.Green {
		return attributeError(router.InRouter, at.AtName("green"), summary,
			pkg.Errorf("blue and green are both %q: give two values", m.Values.Blue))
	}
	for color, value := range map[string]string{"blue": m.Values.Blue, "green": m.Values.Green} {
		if err := haproxyapi.CheckWord("value", value); err != nil {
			return attributeError(router.InRouter, at.AtName(color), summary, err)
		}
	}
	return nil
}
