package gcplb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cloud/gcpcloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	// fresh is how old a shared answer may be.
	fresh = 5 * time.Second
	// pageSize is the API's most for one page of a list.
	pageSize = "500"
	// sideBySide is how many single reads go on at once.
	sideBySide = 10
)

// collection reads the resources of one kind in one scope, for all who need
// them. Reads that are asked for while one is under way are gathered into the
// next: one call then answers many, since a list has its resources whole. It
// is safe for use by several goroutines.
type collection struct {
	session *gcpcloud.Session
	path    string // "projects/p/global/urlMaps"

	mu      sync.Mutex
	next    *batch // not begun: whoever asks now joins it
	current *batch // under way
	kept    map[string]answer
	// wrote is when a resource was last written through this process.
	wrote map[string]time.Time
	// replaced are fingerprints that a write of ours ended. A list that still
	// has one is behind.
	replaced map[string]map[string]bool
	// pages is how many pages the last list had, at least 1.
	pages int
	// noList is set when the credentials may read, but not list.
	noList bool
}

// answer is what came of a read.
type answer struct {
	doc   document
	err   error
	asked time.Time
}

// batch are reads that are made together.
type batch struct {
	names   map[string]bool
	answers map[string]answer
	done    chan struct{}
	ctx     context.Context //nolint:containedctx // of all who wait together
	cancel  context.CancelFunc
	waiting int
}

func newCollection(session *gcpcloud.Session, path string) *collection {
	return &collection{
		session: session, path: path, pages: 1, kept: make(map[string]answer),
		wrote: make(map[string]time.Time), replaced: make(map[string]map[string]bool),
	}
}

// read reads a resource, by a call that begins after it was asked for.
func (c *collection) read(ctx context.Context, name string) (document, error) {
	c.mu.Lock()
	b := c.join(ctx, name)
	c.mu.Unlock()
	return c.await(ctx, b, name)
}

// recent returns an answer that is kept, or is on its way, or is asked for now.
func (c *collection) recent(ctx context.Context, name string) (document, error) {
	c.mu.Lock()
	if kept, ok := c.kept[name]; ok && time.Since(kept.asked) < fresh {
		c.mu.Unlock()
		return kept.doc, nil
	}
	b := c.current
	if b != nil && b.names[name] && b.waiting > 0 {
		b.waiting++
	} else {
		b = c.join(ctx, name)
	}
	c.mu.Unlock()
	return c.await(ctx, b, name)
}

// last returns the latest answer whatever its age, unless a write of ours has
// come after it.
func (c *collection) last(name string) (document, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.kept[name]
	return kept.doc, ok
}

// written forgets what a write has made old.
func (c *collection) written(name, fingerprint string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, name)
	c.wrote[name] = time.Now()
	if c.replaced[name] == nil {
		c.replaced[name] = make(map[string]bool)
	}
	c.replaced[name][fingerprint] = true
}

// join adds a name to the next batch. The caller holds c.mu.
func (c *collection) join(ctx context.Context, name string) *batch {
	if c.next == nil {
		c.next = &batch{names: make(map[string]bool), done: make(chan struct{})}
		// The calls belong to all who wait, and end when nobody does any more.
		c.next.ctx, c.next.cancel = context.WithCancel(context.WithoutCancel(ctx))
	}
	b := c.next
	b.names[name] = true
	b.waiting++
	if c.current == nil {
		c.begin()
	}
	return b
}

// begin starts the next batch, if there is one. The caller holds c.mu.
func (c *collection) begin() {
	b := c.next
	c.next, c.current = nil, b
	if b == nil {
		return
	}
	go func() {
		asked := time.Now()
		answers := c.fetch(b)
		c.mu.Lock()
		defer c.mu.Unlock()
		b.answers = answers
		c.keep(answers, asked)
		close(b.done)
		b.cancel()
		c.begin()
	}()
}

// keep keeps good answers that no write has overtaken, and nothing of what does
// not exist. The caller holds c.mu.
func (c *collection) keep(answers map[string]answer, asked time.Time) {
	for name, a := range answers {
		if errors.Is(a.err, traffic.ErrNotFound) {
			delete(c.kept, name)
		}
		if a.err == nil && asked.After(c.wrote[name]) {
			a.asked = asked
			c.kept[name] = a
		}
	}
}

// await returns the answer of a batch.
func (c *collection) await(ctx context.Context, b *batch, name string) (document, error) {
	select {
	case <-b.done:
	case <-ctx.Done():
		if !c.leave(b) {
			return document{}, fmt.Errorf("gcplb: waiting for a shared read: %w", context.Cause(ctx))
		}
		<-b.done // canceled now: soon over, and tells what it waited for
	}
	a := b.answers[name]
	if a.err != nil && ctx.Err() != nil {
		return document{}, errors.Join(context.Cause(ctx), a.err)
	}
	return a.doc, a.err
}

// leave ends a batch that nobody waits for any more, and tells whether it did.
func (c *collection) leave(b *batch) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	b.waiting--
	if b.waiting > 0 || c.next == b {
		if b.waiting == 0 {
			c.next = nil
			b.cancel()
		}
		return false
	}
	b.cancel()
	return true
}

// fetch reads all names of a batch: by a list when that needs fewer calls.
func (c *collection) fetch(b *batch) map[string]answer {
	c.mu.Lock()
	names, list := make([]string, 0, len(b.names)), !c.noList && len(b.names) > c.pages
	for name := range b.names {
		names = append(names, name)
	}
	c.mu.Unlock()
	answers := make(map[string]answer, len(names))
	if list {
		answers = c.list(b.ctx, b.names)
	}
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for _, name := range names {
		mu.Lock()
		_, have := answers[name]
		mu.Unlock()
		if have {
			continue
		}
		group.Go(func() error {
			a := c.get(b.ctx, name)
			mu.Lock()
			defer mu.Unlock()
			answers[name] = a
			return nil
		})
	}
	_ = group.Wait() // errors are part of the answers
	return answers
}

func (c *collection) get(ctx context.Context, name string) answer {
	body, err := c.session.Do(ctx, gcpcloud.Request{Method: http.MethodGet, Path: c.path + "/" + name})
	if err != nil {
		return answer{err: notFound(err)}
	}
	doc, err := newDocument(body)
	return answer{doc: doc, err: err}
}

// list returns those of the names that a list has. Whatever is wrong with it,
// single reads can tell better.
func (c *collection) list(ctx context.Context, names map[string]bool) map[string]answer {
	answers, pages, token := make(map[string]answer, len(names)), 0, ""
	for {
		query := url.Values{"maxResults": {pageSize}}
		if token != "" {
			query.Set("pageToken", token)
		}
		var page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"nextPageToken"`
		}
		body, err := c.session.Do(ctx, gcpcloud.Request{Method: http.MethodGet, Path: c.path, Query: query})
		if err == nil {
			err = json.Unmarshal(body, &page)
		}
		if err != nil {
			c.listed(pages, errors.Is(err, gcpcloud.ErrAccessDenied))
			return answers
		}
		c.pick(page.Items, names, answers)
		if pages, token = pages+1, page.Next; token == "" {
			c.listed(pages, false)
			return answers
		}
	}
}

// listed notes how a list went.
func (c *collection) listed(pages int, denied bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages, c.noList = max(pages, 1), c.noList || denied
}

// pick takes the resources that are asked for from a page.
func (c *collection) pick(items []json.RawMessage, names map[string]bool, answers map[string]answer) {
	for _, item := range items {
		var head struct {
			Name string `json:"name"`
		}
		if json.Unmarshal(item, &head) != nil || !names[head.Name] {
			continue
		}
		doc, err := newDocument(item)
		if err == nil && !c.isReplaced(head.Name, doc.fingerprint) {
			answers[head.Name] = answer{doc: doc}
		}
	}
}

func (c *collection) isReplaced(name, fingerprint string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.replaced[name][fingerprint]
}
