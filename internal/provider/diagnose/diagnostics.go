// Package diagnose turns errors into what Terraform shows: on the attribute that
// causes them, in sentences, with where traffic is and what to do next.
package diagnose

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Add adds a diagnostic for each error that err joins, on the attribute
// that causes it where one does.
func Add(diags *diag.Diagnostics, err error) {
	for _, one := range Flatten(err) {
		diags.Append(One(one))
	}
}

// One is the diagnostic of one error.
func One(err error) diag.Diagnostic {
	var refusal *decision.Refusal
	if errors.As(err, &refusal) {
		return ErrorAt(PathOf(refusal.Path), refusal.Kind.String(), remotetext.Page(refusal.Text))
	}
	var attribute *router.AttributeError
	if errors.As(err, &attribute) {
		return ErrorAt(attributePath(err, attribute), attribute.Summary, Sentence(attribute.Err))
	}
	var kind *KindError
	if errors.As(err, &kind) {
		return ErrorAt(path.Root(kind.Kind), summary(err), Sentence(kind.Err))
	}
	return diag.NewErrorDiagnostic(summary(err), Sentence(err))
}

// Unread tells why a refresh has left the weights unset.
func Unread(diags *diag.Diagnostics, err error) {
	var parts []string
	for _, one := range Flatten(err) {
		d := One(one)
		parts = append(parts, d.Summary()+": "+d.Detail())
	}
	if later, rest := KnownLater(err); later && rest == nil {
		diags.AddAttributeWarning(path.Root("weights"), "Weights Not Read", strings.Join(parts, "\n\n")+
			"\n\nState has no weights until an apply has asked the routers, and both colors count as serving.")
		return
	}
	diags.AddAttributeWarning(path.Root("weights"), "Weights Not Read", strings.Join(parts, "\n\n")+
		"\n\nState has no weights until all routers answer. A plan over the same routers asks them again, and fails if one still does not answer. "+
		"To let go of one that no longer exists, take it, or the switch, out of the configuration; to destroy all, add -refresh=false.")
}

// PathOf leads to the attribute that a decision means: names, and digits for an
// index.
func PathOf(steps []string) path.Path {
	at := path.Empty()
	for _, step := range steps {
		if index, err := strconv.Atoi(step); err == nil {
			at = at.AtListIndex(index)
		} else {
			at = at.AtName(step)
		}
	}
	return at
}

// WarningAt is a warning on an attribute, as errorAt is an error.
func WarningAt(at path.Path, summary, detail string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(block.Outermost(at), summary, remotetext.Page(detail))
}

// ErrorAt is an error on an attribute, which it names where Terraform does not
// show its line.
func ErrorAt(at path.Path, summary, detail string) diag.Diagnostic {
	outermost := block.Outermost(at)
	if !outermost.Equal(at) {
		detail += "\n\nThe attribute is " + value.NameOf(at) + "."
	}
	return diag.NewAttributeErrorDiagnostic(outermost, summary, detail)
}

// summary says in title case what did not happen.
func summary(err error) string {
	switch {
	case errors.Is(err, session.ErrUnknown):
		return "Provider Block Known Only In The Apply"
	case errors.Is(err, session.ErrConfig):
		return "Provider Block Not Valid"
	case errors.Is(err, session.ErrCredentials):
		return "Credentials Not Accepted"
	case errors.Is(err, session.ErrAccessDenied):
		return "Access Denied"
	case errors.Is(err, traffic.ErrNotFound):
		return "Router Or Backend Not Found"
	case errors.Is(err, traffic.ErrNoWeight):
		return "Router Sends Nothing To Either Color"
	default:
		return "Router Not Read"
	}
}

// attributePath leads to the attribute that an AttributeError means.
func attributePath(err error, attribute *router.AttributeError) path.Path {
	base := path.Empty()
	var kind *KindError
	if attribute.In != router.InRouter {
		base = base.AtName(string(attribute.In))
	}
	if errors.As(err, &kind) {
		base = base.AtName(kind.Kind)
	}
	return block.Extend(base, attribute.Path)
}

// Flatten returns the errors that err joins, however deep, each still within
// the kind of router that it came from.
func Flatten(err error) []error {
	if err == nil {
		return nil
	}
	if kind, ok := err.(*KindError); ok { //nolint:errorlint // The wrapper itself is meant, to be put around each part.
		var all []error
		for _, one := range Flatten(kind.Err) {
			all = append(all, &KindError{Kind: kind.Kind, Err: one})
		}
		return all
	}
	joined := errs.Joined(err) // one deeper down belongs to its wrapper
	if joined == nil {
		return []error{err}
	}
	var all []error
	for _, one := range joined {
		all = append(all, Flatten(one)...)
	}
	return all
}

// plainWord begins a sentence; an identifier keeps its letters.
var plainWord = regexp.MustCompile(`^[a-z]+(?:[ ,:;.]|$)`)

// Sentence turns an error into a sentence for people: without the names of the
// packages that it came from, capital first, with a full stop. It is clean even
// where what came from outside was not cleaned when it came.
func Sentence(err error) string {
	text := strings.TrimSpace(remotetext.Page(errs.Text(err)))
	if plainWord.MatchString(text) && !isIdentifier(text) {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// isIdentifier tells whether a text begins with a name such as arn:aws:elb or
// unix:///run/haproxy.sock.
func isIdentifier(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	return strings.Contains(strings.TrimSuffix(word, ":"), ":")
}

// KindError is an error of one kind of router, so that its attributes can be
// found.
type KindError struct {
	Kind string
	Err  error
}

// Error implements error.
func (e *KindError) Error() string { return e.Kind + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *KindError) Unwrap() error { return e.Err }

// KnownLater tells whether a provider's block is known only in the apply, and
// returns what else is wrong: that is so whatever the block will be.
func KnownLater(err error) (later bool, rest error) {
	var others []error
	for _, one := range Flatten(err) {
		if errors.Is(one, session.ErrUnknown) {
			later = true
		} else {
			others = append(others, one)
		}
	}
	return later, errors.Join(others...)
}
