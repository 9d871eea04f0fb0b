package haproxy

import (
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "haproxy"

// Errors that tests and messages tell apart. A name that HAProxy does not know
// wraps traffic.ErrNotFound instead.
var (
	// ErrUnreachable reports a socket that nobody answers on.
	ErrUnreachable = haproxyapi.ErrUnreachable
	// ErrPermission reports a socket whose level is below admin.
	ErrPermission = haproxyapi.ErrPermission
	// ErrReply reports an answer that is not what the manual describes, or
	// that was cut off.
	ErrReply = haproxyapi.ErrReply
	// ErrRefused reports a command that HAProxy refused for another reason.
	ErrRefused = haproxyapi.ErrRefused
	// ErrWhole reports a share between 0 and 100 where there is none: in map
	// mode, and with static balancing.
	ErrWhole = haproxyapi.ErrWhole
	// ErrMaintenance reports a color none of whose servers may be given
	// traffic, since an operator has them all in maintenance.
	ErrMaintenance = pkg.New("all servers are in maintenance")
	// ErrLookup reports a map that is looked up in a way by which one entry
	// does not decide.
	ErrLookup = pkg.New("the kind of lookup does not fit")
	// ErrMapFile reports a map file that cannot be read or replaced.
	ErrMapFile = pkg.New("the map file cannot be kept")
)
