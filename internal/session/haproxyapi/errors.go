package haproxyapi

import (
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "haproxyapi"

// Errors that tests and messages tell apart. A name that HAProxy does not know
// wraps traffic.ErrNotFound instead.
var (
	// ErrUnreachable reports a socket that nobody answers on.
	ErrUnreachable = pkg.New("the socket does not answer")
	// ErrMaster reports the socket of HAProxy's master process, which knows
	// other commands.
	ErrMaster = pkg.New("this is the command line of HAProxy's master process (-S), which has no maps and no servers")
	// ErrPermission reports a socket whose level is too low.
	ErrPermission = pkg.New("the socket's level is below admin")
	// ErrReply reports an answer that is not what the manual describes, or
	// that was cut off.
	ErrReply = pkg.New("the reply cannot be understood")
	// ErrRefused reports a command that HAProxy refused for another reason.
	ErrRefused = pkg.New("the command was refused")
	// ErrWhole reports a share between 0 and 100 where there is none: in map
	// mode, and with static balancing.
	ErrWhole = pkg.New("a color gets all or nothing here")
)

// CommandError is what HAProxy answered to a command that it did not obey. Its
// message is short and has no control characters, whatever was answered.
type CommandError struct {
	Command, Reply string
}

// Error implements error.
func (e *CommandError) Error() string { return string(pkg) + ": " + e.Text() }

// Text is what Error says without the package's name.
func (e *CommandError) Text() string {
	return fmt.Sprintf("%s was answered %s", Clip(e.Command), Clip(e.Reply))
}

// Unwrap returns what the answer means. HAProxy has no codes, so its words
// must do; those of 2.4 to 3.2 are known here.
func (e *CommandError) Unwrap() error {
	reply := strings.ToLower(e.Reply[:min(len(e.Reply), clipLimit)])
	for _, known := range []struct {
		words   string
		meaning error
	}{
		{"permission denied", ErrPermission},
		{"no such", traffic.ErrNotFound},
		{"can't find", traffic.ErrNotFound},
		{"unknown map identifier", traffic.ErrNotFound},
		{"entry not found", traffic.ErrNotFound},
		{"static lb algorithm", ErrWhole},
	} {
		if strings.Contains(reply, known.words) {
			return known.meaning
		}
	}
	return ErrRefused
}
