package haproxy

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// accessList is the extended attribute that a POSIX access control list is.
const accessList = "system.posix_acl_access"

// attributes are the extended attributes of a file by their names.
func attributes(f *os.File) (map[string]string, error) {
	names, err := list(int(f.Fd()))
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "\x00"), "\x00") {
		if name == "" {
			continue
		}
		value := make([]byte, 64<<10) // the most that Linux has in one
		n, err := unix.Fgetxattr(int(f.Fd()), name, value)
		if err != nil {
			return nil, fmt.Errorf("its attribute %q: %w", name, err)
		}
		all[name] = string(value[:n])
	}
	return all, nil
}

// list returns the names, each with a zero behind it.
func list(fd int) (string, error) {
	names := make([]byte, 64<<10)
	n, err := unix.Flistxattr(fd, names)
	if errors.Is(err, unix.ENOTSUP) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("its attributes: %w", err)
	}
	return string(names[:n]), nil
}

// keepAttributes gives a new file the extended attributes of an old one, its
// access control list among them, and no list that the folder gave it.
func keepAttributes(old, fresh *os.File) error {
	want, err := attributes(old)
	if err != nil {
		return err
	}
	have, err := attributes(fresh)
	if err != nil {
		return err
	}
	for name, value := range want {
		if have[name] == value {
			continue
		}
		if err := unix.Fsetxattr(int(fresh.Fd()), name, []byte(value), 0); err != nil {
			return fmt.Errorf("keeping its attribute %q: %w", name, err)
		}
	}
	if _, given := have[accessList]; given && want[accessList] == "" {
		if err := unix.Fremovexattr(int(fresh.Fd()), accessList); err != nil {
			return fmt.Errorf("keeping it without an access control list: %w", err)
		}
	}
	return nil
}

// keepsAttributes fails when the file has attributes that only root can give to
// the new one. The label of SELinux comes with the folder.
func (u user) keepsAttributes(f *os.File) error {
	all, err := attributes(f)
	if err != nil || u.id == 0 {
		return err
	}
	for name := range all {
		if strings.HasPrefix(name, "trusted.") || strings.HasPrefix(name, "security.") && name != "security.selinux" {
			return fmt.Errorf("it has the attribute %q, which only root can give to the new file that replaces it: "+
				"run as root, or take the attribute away (setfattr -x)", name)
		}
	}
	return nil
}
