package gcplb

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

const (
	// pageSize is the API's most for one page of a list.
	pageSize = "500"
	// few is how many resources of a collection are read one by one in a plan: a
	// list has all others of a project too.
	few = 3
	// sideBySide is how many single reads of a collection go on at once. Who asks
	// beyond that shares a list with all others who do.
	sideBySide = 10
	// listLimit ends a list that nobody may be waiting for any more.
	listLimit = 2 * time.Minute
)

// collection reads the resources of one kind in one scope. A list has its
// resources whole, so that one call can answer many reads. It is safe for use by
// several goroutines.
type collection struct {
	session *gcpcloud.Session
	path    string // "projects/p/global/urlMaps"
	plans   *router.Reads[document]
	known   atomic.Int64 // how many of its resources may be asked for
	noList  atomic.Bool  // the credentials may read, but not list

	mu     sync.Mutex
	single int    // single reads under way, and lists in their stead
	next   *batch // whoever asks beyond sideBySide joins it
	lists  bool   // a list was answered: the credentials may
	trying bool   // a list is under way, and nobody knows yet whether they may
	// replaced are fingerprints that a write of ours ended. A list that still
	// has one is behind.
	replaced map[string]bool
}

// batch are reads that one list answers.
type batch struct {
	found map[string]document
	done  chan struct{}
}

func newCollection(session *gcpcloud.Session, path string) *collection {
	c := &collection{session: session, path: path, replaced: make(map[string]bool)}
	c.plans = router.NewReads(c.forPlans)
	return c
}

// recent returns a resource from an answer that all of a plan share.
func (c *collection) recent(ctx context.Context, name, whom string) (document, error) {
	parent := name
	if c.known.Load() > few && !c.noList.Load() {
		parent = c.path
	}
	doc, err := c.plans.Get(ctx, router.Question{Parent: parent, Child: name, For: whom}, func(ctx context.Context) (document, error) { return c.get(ctx, name) })
	if err != nil {
		return document{}, pkg.Errorf("%w", err)
	}
	return doc, nil
}

// forPlans asks for one resource, or for all.
func (c *collection) forPlans(ctx context.Context, parent string) (map[string]document, error) {
	if parent == c.path {
		return c.list(ctx)
	}
	doc, err := c.get(ctx, parent)
	return map[string]document{parent: doc}, err
}

// read reads a resource, by a call that begins after it was asked for.
func (c *collection) read(ctx context.Context, name string) (document, error) {
	b := c.begin()
	if b == nil {
		defer c.end(ctx)
		return c.get(ctx, name)
	}
	select {
	case <-b.done:
	case <-ctx.Done():
		return document{}, pkg.Errorf("waiting for a shared read: %w", context.Cause(ctx))
	}
	if doc, ok := b.found[name]; ok {
		return doc, nil
	}
	return c.get(ctx, name) // whatever was wrong with the list, a single read tells better
}

// begin begins a single read, unless there are enough: then it returns the batch
// that has it instead.
func (c *collection) begin() *batch {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.single < sideBySide || c.noList.Load() {
		c.single++
		return nil
	}
	if c.next == nil {
		c.next = &batch{done: make(chan struct{})}
	}
	return c.next
}

// end ends a read. Those who wait get a list in its stead.
// The list outlives the read that ended: it is theirs. While the first one is under
// way, which tells whether the credentials may list, nobody begins another: its own
// end goes on with those who wait.
func (c *collection) end(of context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.next
	if b == nil || c.trying {
		c.single--
		return
	}
	c.next = nil
	if c.noList.Load() {
		c.single--
		close(b.done) // they read for themselves
		return
	}
	c.trying = !c.lists
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(of), listLimit)
		defer cancel()
		b.found, _ = c.list(ctx)
		close(b.done)
		c.tried(b.found != nil)
		c.end(of)
	}()
}

// tried notes whether a list was answered.
func (c *collection) tried(answered bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trying = false
	c.lists = c.lists || answered
}

func (c *collection) get(ctx context.Context, name string) (document, error) {
	body, err := c.session.Do(ctx, gcpcloud.Request{Method: http.MethodGet, Path: c.path + "/" + name})
	if err != nil {
		return document{}, notFound(err)
	}
	return newDocument(body)
}

// list returns all resources by name, without those of which it is behind; none
// when the credentials may not list.
func (c *collection) list(ctx context.Context) (map[string]document, error) {
	found, query := make(map[string]document), url.Values{"maxResults": {pageSize}}
	for {
		var page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"nextPageToken"`
		}
		body, err := c.session.Do(ctx, gcpcloud.Request{Method: http.MethodGet, Path: c.path, Query: query})
		if err == nil {
			err = json.Unmarshal(body, &page)
		}
		if errors.Is(err, gcpcloud.ErrAccessDenied) {
			c.noList.Store(true)
			return nil, nil
		}
		if err != nil {
			return nil, pkg.Errorf("%s: %w", c.path, err)
		}
		c.pick(page.Items, found)
		if page.Next == "" {
			return found, nil
		}
		query.Set("pageToken", page.Next)
	}
}

// pick takes the resources of a page.
func (c *collection) pick(items []json.RawMessage, found map[string]document) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, item := range items {
		doc, err := newDocument(item)
		if err == nil && doc.name != "" && !c.replaced[doc.name+" "+doc.fingerprint] {
			found[doc.name] = doc
		}
	}
}

// written notes that a write of ours has made a fingerprint old.
func (c *collection) written(name, fingerprint string) {
	c.mu.Lock()
	c.replaced[name+" "+fingerprint] = true
	c.mu.Unlock()
	c.plans.Forget(c.path, name)
	c.plans.Forget(name, name)
}
