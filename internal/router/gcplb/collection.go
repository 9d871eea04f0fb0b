package gcplb

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// pageSize is the API's most for one page of a list.
const pageSize = "500"

// collection reads the resources of one kind in one scope. A list has its
// resources whole, so that one call can answer many reads.
type collection struct {
	*reads
	session *gcpcloud.Session
	path    string // "projects/p/global/urlMaps"

	mu sync.Mutex
	// replaced are fingerprints that a write of ours ended. A list that still
	// has one is behind.
	replaced map[string]map[string]bool
	// pages is how many pages the last list had, at least 1.
	pages int
	// noList is set when the credentials may read, but not list.
	noList bool
}

func newCollection(session *gcpcloud.Session, path string) *collection {
	c := &collection{session: session, path: path, pages: 1, replaced: make(map[string]map[string]bool)}
	c.reads = newReads(c.fetch)
	return c
}

// written forgets what a write has made old.
func (c *collection) written(name, fingerprint string) {
	c.mu.Lock()
	if c.replaced[name] == nil {
		c.replaced[name] = make(map[string]bool)
	}
	c.replaced[name][fingerprint] = true
	c.mu.Unlock()
	c.forget(name)
}

// fetch reads all names: by a list when that needs fewer calls.
func (c *collection) fetch(ctx context.Context, names []string) map[string]answer {
	c.mu.Lock()
	list := !c.noList && len(names) > c.pages
	c.mu.Unlock()
	if !list {
		return oneByOne(ctx, names, c.get)
	}
	answers := c.list(ctx, names)
	missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, have := answers[name]
		return have
	})
	maps.Copy(answers, oneByOne(ctx, missing, c.get))
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
func (c *collection) list(ctx context.Context, names []string) map[string]answer {
	answers, pages, query := make(map[string]answer, len(names)), 0, url.Values{"maxResults": {pageSize}}
	for {
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
		c.pick(page.Items, answers)
		pages++
		if page.Next == "" {
			c.listed(pages, false)
			return answers
		}
		query.Set("pageToken", page.Next)
	}
}

// listed notes how a list went.
func (c *collection) listed(pages int, denied bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages, c.noList = max(pages, 1), c.noList || denied
}

// pick takes the resources of a page: those that nobody asked for yet too,
// since whoever does within a few seconds needs no call then.
func (c *collection) pick(items []json.RawMessage, answers map[string]answer) {
	for _, item := range items {
		var head struct {
			Name string `json:"name"`
		}
		if json.Unmarshal(item, &head) != nil || head.Name == "" {
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
