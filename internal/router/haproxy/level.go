package haproxy

import (
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
)

const showLevel = "show cli level"

// checkLevel fails with ErrPermission unless the reply to showLevel is admin.
// Version 2.6 lets every level set a map, but no manual promises it; weights
// need admin in all versions. A cutover must not find that out half-way.
func checkLevel(name, reply string) error {
	switch reply {
	case "admin":
		return nil
	case "operator", "user":
		return fmt.Errorf("%w: %s has level %s", ErrPermission, name, reply)
	default:
		return &haproxyapi.CommandError{Command: showLevel, Reply: reply}
	}
}
