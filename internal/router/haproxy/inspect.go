package haproxy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const showMap = "show map"

// Inspect implements traffic.Inspector: everything that a movement needs is
// there, and may be written. Whether a frontend asks the map for these keys, or
// the map is there for something else, HAProxy does not tell.
func (r *mapped) Inspect(ctx context.Context, _ traffic.Color) (traffic.Facts, error) {
	facts := traffic.Facts{AllOrNothing: true}
	replies, err := r.socket.Run(ctx, showLevel, showMap, showBackend)
	if err == nil {
		err = checkLevel(r.socket.Name, replies[0])
	}
	if err != nil {
		return facts, socketError(r.index, err)
	}
	if err := r.inspectMap(replies[1]); err != nil {
		return facts, err
	}
	var errs []error
	for _, c := range traffic.Colors() {
		if err := r.checkBackend(replies[2], c); err != nil {
			errs = append(errs, &router.AttributeError{
				In: router.BackendOf(c), Path: path.Root("backend"), Summary: "HAProxy Backend Not Found", Err: err,
			})
		}
	}
	live, unread := r.live(ctx)
	kept, unkept := r.inspectFile(ctx)
	if errors.Is(unread, traffic.ErrNotFound) && errors.Is(unkept, traffic.ErrNotFound) {
		unkept = nil // a key that neither has is told once
	}
	if unread == nil {
		_, unread = r.weights(live)
	}
	errs = append(errs, r.entryError(unread), unkept)
	facts.Seen = fmt.Sprintf("%q %q", live, kept)
	return facts, errors.Join(errs...)
}

func (r *mapped) inspectMap(reply string) error {
	all, err := parseMaps(showMap, reply)
	if err != nil || slices.Contains(all, r.id) {
		return err
	}
	at := path.Root("map").AtName("file")
	cure := "write the name exactly as the configuration does, or give it as id"
	if r.named {
		at, cure = path.Root("map").AtName("id"), "write id exactly as the configuration does"
	}
	return &router.AttributeError{
		In: router.InRouter, Path: at, Summary: "HAProxy Map Not Used",
		Err: pkg.Errorf("%s: no line of the configuration uses a map %q: %w: it uses %s; %s",
			r.socket.Name, r.id, traffic.ErrNotFound, haproxyapi.List(all), cure),
	}
}

// inspectFile returns the entries of the file, if one is kept.
func (r *mapped) inspectFile(ctx context.Context) (entries, error) {
	if r.file == nil {
		return nil, nil
	}
	kept, err := r.file.check(ctx, r.keys)
	if errors.Is(err, traffic.ErrNotFound) { // a key; a file that is not there is fs.ErrNotExist
		key := r.keys[0]
		if at := (*keyError)(nil); errors.As(err, &at) {
			key = r.keys[at.index]
		}
		return nil, r.entryError(fmt.Errorf("%w: add the line \"%s %s\" or \"%[2]s %[4]s\", whichever serves now",
			err, key, r.values[traffic.Blue], r.values[traffic.Green]))
	}
	if err != nil {
		return nil, &router.AttributeError{
			In: router.InRouter, Path: path.Root("map").AtName("file"), Summary: "HAProxy Map File Cannot Be Kept",
			Err: fmt.Errorf("%w: a reload of HAProxy would undo the cutover. Run Terraform where the file is, as a user who may replace it, "+
				"or set persist = false and keep the file by other means", err),
		}
	}
	return kept, nil
}

// entryError puts an error on the key that it is of.
func (r *mapped) entryError(err error) error {
	if err == nil {
		return nil
	}
	at := path.Root("map").AtName("key")
	if key := (*keyError)(nil); r.several && errors.As(err, &key) {
		at = path.Root("map").AtName("keys").AtListIndex(key.index)
	}
	return &router.AttributeError{In: router.InRouter, Path: at, Summary: "HAProxy Map Entry Not Usable", Err: err}
}

// socketError puts an error on the socket that it came from.
func socketError(index int, err error) error {
	e := &router.AttributeError{In: router.InRouter, Path: path.Root("sockets").AtListIndex(index), Err: err}
	switch {
	case errors.Is(err, ErrPermission):
		e.Summary = "HAProxy Socket Lacks Rights"
		e.Err = fmt.Errorf("%w: give it \"level admin\" on its \"stats socket\" line", err)
	case errors.Is(err, haproxyapi.ErrMaster):
		e.Summary = "HAProxy Socket Is the Master's"
		e.Err = fmt.Errorf("%w: name the address of a \"stats socket\" line of its global section instead", err)
	case errors.Is(err, ErrUnreachable):
		e.Summary = "HAProxy Socket Unreachable"
		e.Err = fmt.Errorf("%w: see that HAProxy runs, that its \"stats socket\" line names this address, and that this user may open it", err)
	default:
		return err
	}
	return e
}
