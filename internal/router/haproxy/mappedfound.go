package haproxy

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// foundEntries are the entries of the live map as they were found.
type foundEntries struct {
	router *mapped
	live   entries
}

var _ traffic.Found = (*foundEntries)(nil)

// Found implements traffic.Restorer.
func (r *mapped) Found(ctx context.Context) (traffic.Found, error) {
	live, err := r.live(ctx)
	if err != nil {
		return nil, err
	}
	return &foundEntries{r, maps.Clone(live)}, nil
}

// Restore implements traffic.Found. The file gets what was live, by which users
// were served, even if it said something else.
func (f *foundEntries) Restore(ctx context.Context, from traffic.Weights) error {
	return f.router.move(ctx, from, f.live, "")
}

// Restored implements traffic.Found.
func (f *foundEntries) Restored(ctx context.Context) error { return f.router.verify(ctx, f.live) }

// Claims implements traffic.Claimer. HAProxies that load the same file have it
// in common.
func (r *mapped) Claims() []string {
	var claims []string
	for _, key := range r.keys {
		claims = append(claims, fmt.Sprintf("entry %q of map %s of HAProxy at %s", key, r.id, r.socket.Endpoint()))
		if r.file != nil {
			claims = append(claims, fmt.Sprintf("entry %q of the file %s", key, filepath.Clean(r.file.path)))
		}
	}
	return claims
}
