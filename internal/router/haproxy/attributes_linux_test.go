package haproxy

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const defaultList = "system.posix_acl_default"

// acl is an access control list that gives one user more than others: version,
// then tag, rights and id of each entry.
func acl(owner, named, group, mask, other uint16) string {
	const anybody = 0xffffffff
	list := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, rights uint16
		id          uint32
	}{{0x01, owner, anybody}, {0x02, named, 4321}, {0x04, group, anybody}, {0x10, mask, anybody}, {0x20, other, anybody}} {
		list = binary.LittleEndian.AppendUint16(list, e.tag)
		list = binary.LittleEndian.AppendUint16(list, e.rights)
		list = binary.LittleEndian.AppendUint32(list, e.id)
	}
	return string(list)
}

// rights are all that a file has besides its content.
func rights(t *testing.T, path string) string {
	t.Helper()
	file, info, err := openRegular(path)
	must(t, err)
	defer file.Close()
	all, err := attributes(file)
	must(t, err)
	var b strings.Builder
	b.WriteString(info.Mode().String())
	for _, name := range []string{accessList, "user.owner", "security.label"} {
		b.WriteString(" " + name + "=" + all[name])
	}
	return b.String()
}

// TestRightsAreKept: a list of rights, and other attributes, go with the file; a
// folder that gives new files a list of its own does not.
func TestRightsAreKept(t *testing.T) {
	for name, prepare := range map[string]func(path string) error{
		"a list": func(path string) error { return unix.Setxattr(path, accessList, []byte(acl(6, 4, 0, 4, 0)), 0) },
		"an attribute": func(path string) error {
			return unix.Setxattr(path, "user.owner", []byte("web"), 0)
		},
		"a folder with a list": func(path string) error {
			return unix.Setxattr(filepath.Dir(path), defaultList, []byte(acl(7, 7, 7, 7, 7)), 0)
		},
		"both lists": func(path string) error {
			if err := unix.Setxattr(path, accessList, []byte(acl(6, 6, 4, 6, 0)), 0); err != nil {
				return err
			}
			return unix.Setxattr(filepath.Dir(path), defaultList, []byte(acl(7, 7, 7, 7, 7)), 0)
		},
	} {
		path := filepath.Join(t.TempDir(), "x.map")
		must(t, os.WriteFile(path, []byte("shop blue\n"), 0o600))
		must(t, os.Chmod(path, 0o640)) //nolint:gosec // a group that may read
		must(t, prepare(path))
		was := rights(t, path)
		f := mapFile{path: path}
		toGreen(t, f)
		if is := rights(t, path); is != was {
			t.Errorf("%s: it was %q, and is %q", name, was, is)
		}
		values, err := f.entries(t.Context(), []string{"shop"})
		if err != nil || values["shop"] != "green" {
			t.Errorf("%s: the value is %q, %v", name, values, err)
		}
	}
}

// TestRightsThatOnlyRootCanKeep are told at plan.
func TestRightsThatOnlyRootCanKeep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.map")
	must(t, os.WriteFile(path, []byte("shop blue\n"), 0o600))
	must(t, unix.Setxattr(path, "security.label", []byte("x"), 0))
	file, _, err := openRegular(path)
	must(t, err)
	defer file.Close()
	must(t, user{id: 0}.keepsAttributes(file))
	if err := (user{id: 1000}).keepsAttributes(file); err == nil || !strings.Contains(err.Error(), `"security.label", which only root can give`) {
		t.Errorf("keepsAttributes = %v", err)
	}
}
