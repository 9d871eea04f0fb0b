package azuretm

import (
	"context"
	"fmt"
	"sync"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
	"golang.org/x/sync/singleflight"
)

const (
	// fresh is how old a shared answer may be.
	fresh = 5 * time.Second
	// flight is how long one shared call may take, tries again included. It
	// only keeps a call that nobody waits for from going on for ever.
	flight = 10 * time.Minute
)

// reads keeps the profiles that were read for a plan, for a few seconds: to
// refresh a switch and to inspect it is one call. Profiles are not listed
// together, since a list needs rights over the whole resource group. It is safe
// for use by several goroutines.
type reads struct {
	flights singleflight.Group
	mu      sync.Mutex
	kept    map[string]answer
	// writes counts what was written to each profile through this process. An
	// answer that was on its way meanwhile is not kept.
	writes map[string]int
}

type answer struct {
	profile tm.Profile
	asked   time.Time
}

func newReads() *reads {
	return &reads{kept: make(map[string]answer), writes: make(map[string]int)}
}

// profile returns a profile from an answer that is kept, or is on its way, or
// is asked for now.
func (r *reads) profile(ctx context.Context, from api, id profileID) (tm.Profile, error) {
	if err := ctx.Err(); err != nil {
		return tm.Profile{}, err
	}
	if profile, ok := r.recent(id); ok {
		return profile, nil
	}
	// The call belongs to all who wait for it, and must not end with the one
	// who happened to come first.
	apart := context.WithoutCancel(ctx)
	result := r.flights.DoChan(id.key(), func() (any, error) { return r.fetch(apart, from, id) })
	select {
	case <-ctx.Done():
		return tm.Profile{}, fmt.Errorf("waiting for a shared read: %w", context.Cause(ctx))
	case answered := <-result:
		profile, _ := answered.Val.(tm.Profile)
		return profile, answered.Err
	}
}

func (r *reads) fetch(ctx context.Context, from api, id profileID) (tm.Profile, error) {
	ctx, cancel := context.WithTimeout(ctx, flight)
	defer cancel()
	asked, writes := time.Now(), r.written(id)
	profile, err := from.profile(ctx, id)
	if err != nil {
		return profile, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.writes[id.key()] == writes {
		r.kept[id.key()] = answer{profile, asked}
	}
	return profile, nil
}

func (r *reads) recent(id profileID) (tm.Profile, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept, ok := r.kept[id.key()]
	return kept.profile, ok && time.Since(kept.asked) < fresh
}

func (r *reads) written(id profileID) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writes[id.key()]
}

// forget drops what is known of a profile, since something of it was written.
func (r *reads) forget(id profileID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, id.key())
	r.writes[id.key()]++
	r.flights.Forget(id.key())
}
