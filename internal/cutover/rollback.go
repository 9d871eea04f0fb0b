package cutover

import (
	"context"
	"errors"
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// StageRollback is no stage of a timetable. Events of a rollback are in it.
const StageRollback StageName = "rollback"

// undo takes back what a stage did. It has a context that outlives cancellation,
// sets its own limit, and tells how that ended.
type undo func(context.Context) (Result, error)

// beginMoving is called before any traffic is moved. All movements are taken
// back in one.
func (r *run) beginMoving() {
	if !r.moved {
		r.moved = true
		r.undos = append(r.undos, r.restoreAll)
	}
}

// abort ends a cutover that cause stopped: it takes back what the stages did, the
// last one first, and tells how the cutover ended.
func (r *run) abort(ctx context.Context, cause error) (Result, error) {
	ctx = context.WithoutCancel(ctx)
	if r.moved && holds(cause) {
		_ = r.each(func(i int) error { r.locate(ctx, i); return nil })
	}
	switch {
	case r.unserved(): // whatever was to be left as it is: nobody is served by that
		r.beginMoving()
	case r.moved && holds(cause):
		return Held, nil
	}
	result := Refused
	if r.moved && !r.nothingToGoBackTo() {
		r.tell(Event{Type: EventRollback, Stage: r.stage, Err: cause})
	}
	r.stage = StageRollback
	var errs []error
	for _, u := range slices.Backward(r.undos) {
		err := guarded("the rollback", func() (err error) {
			var one Result
			one, err = u(ctx)
			result = worse(result, one)
			return err
		})
		var bug *PanicError
		if errors.As(err, &bug) {
			result = RollbackFailed
		}
		errs = append(errs, err)
	}
	return result, errors.Join(errs...)
}

// holds tells whether nothing but watches that hold stopped the cutover.
func holds(cause error) bool {
	causes := []error{cause}
	if joined, ok := cause.(interface{ Unwrap() []error }); ok { // the causes side by side are meant, not what they wrap
		causes = joined.Unwrap()
	}
	for _, err := range causes {
		var watch *WatchError
		if !errors.As(err, &watch) || !watch.Holds {
			return false
		}
	}
	return true
}

// unserved tells whether a router was seen to serve neither color, by somebody
// else's doing, since this cutover began.
func (r *run) unserved() bool {
	for i, p := range r.seen {
		if r.compared && p.Known && p.Weights.None() && !r.order.Found[i].None() {
			return true
		}
	}
	return false
}

// nothingToGoBackTo tells whether no router served anybody before.
func (r *run) nothingToGoBackTo() bool {
	return !slices.ContainsFunc(r.order.Found, func(w traffic.Weights) bool { return !w.None() })
}

// locate asks a router that gave no answer, or was cut off, once more where it
// sends traffic, outside of the rollback's time: whoever has to look needs to
// know.
func (r *run) locate(ctx context.Context, i int) {
	if !r.seen[i].Known {
		_, _ = r.read(ctx, i) // no answer again: it stays unknown
	}
}

// results are how a cutover ends that does not promote, the better ones first.
var results = []Result{Refused, RolledBack, Held, Stopped, RollbackFailed}

func worse(a, b Result) Result {
	return results[max(slices.Index(results, a), slices.Index(results, b))]
}
