package gcplb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// urlMap is one URL map, shared by all members that divide its traffic. It is
// safe for use by several goroutines.
type urlMap struct {
	session *gcpcloud.Session
	link    link
	all     *collection

	mu sync.Mutex
	// queue are edits that the next write takes along.
	queue   []*edit
	writing bool
	// left is what Google answered to a write whose end nobody waited for.
	left []byte
}

// read is the map as it is now, to be looked at and not changed.
func (u *urlMap) read(ctx context.Context) (object, error) {
	doc, err := u.current(ctx)
	if err != nil {
		return nil, err
	}
	return doc.shown()
}

// current is the map as it is now. While a write that was left alone is under
// way, the map does not say where traffic is about to be: that is waited for.
func (u *urlMap) current(ctx context.Context) (document, error) {
	u.mu.Lock()
	left := u.left
	u.mu.Unlock()
	if left != nil {
		// What Google itself refuses to tell would not be told later either.
		if err := u.finish(ctx, left); err != nil && ctx.Err() != nil {
			return document{}, err
		}
		u.mu.Lock()
		if bytes.Equal(u.left, left) { // and not one that was left meanwhile
			u.left = nil
		}
		u.mu.Unlock()
	}
	return u.all.read(ctx, u.link.name)
}

// recent is the map as it was a few seconds ago, to be looked at.
func (u *urlMap) recent(ctx context.Context) (object, error) {
	doc, err := u.all.recent(ctx, u.link.name)
	if err != nil {
		return nil, err
	}
	return doc.shown()
}

// last is the map as it was last read, if nothing was written since, to be
// looked at.
func (u *urlMap) last() (object, bool) {
	doc, ok := u.all.last(u.link.name)
	if !ok {
		return nil, false
	}
	root, err := doc.shown()
	return root, err == nil
}

// draft is a copy of the map as it was a few seconds ago, to be changed.
func (u *urlMap) draft(ctx context.Context) (object, error) {
	doc, err := u.all.recent(ctx, u.link.name)
	if err != nil {
		return nil, err
	}
	return doc.tree()
}

// errInvalid reports a URL map that Google would not take, or whose own tests
// would fail.
var errInvalid = errors.New("the URL map would not be valid")

// validate asks Google what it thinks of a map, tests included:
// https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps/validate
func (u *urlMap) validate(ctx context.Context, root object) error {
	body, err := encode(object{"resource": root})
	if err != nil {
		return err
	}
	answered, err := u.session.Do(ctx, gcpcloud.Request{Method: http.MethodPost, Path: u.link.String() + "/validate", Body: body})
	if err != nil {
		return notFound(err)
	}
	var verdict struct {
		Result struct {
			LoadErrors   []string          `json:"loadErrors"`
			TestFailures []json.RawMessage `json:"testFailures"`
		} `json:"result"`
	}
	if err := json.Unmarshal(answered, &verdict); err != nil {
		return fmt.Errorf("gcplb: the answer to a validation: %w", err)
	}
	found := verdict.Result.LoadErrors
	for _, failure := range verdict.Result.TestFailures {
		found = append(found, "its test fails: "+string(failure))
	}
	if len(found) > 0 {
		return fmt.Errorf("%w: %s", errInvalid, strings.Join(found, "; "))
	}
	return nil
}

// put replaces the map by one that was made of doc, and waits until that is
// done. Whatever comes of it, what is kept of the map is old then.
func (u *urlMap) put(ctx context.Context, doc document, root object) error {
	defer u.all.written(u.link.name, doc.fingerprint)
	body, err := encode(root)
	if err != nil {
		return err
	}
	answered, err := u.session.Do(ctx, gcpcloud.Request{
		// A request that got lost on its way back is not carried out twice.
		Method: http.MethodPut, Path: u.link.String(), Query: url.Values{"requestId": {uuid.NewString()}}, Body: body,
	})
	if err != nil {
		return notFound(err)
	}
	err = u.finish(ctx, answered)
	if err != nil && ctx.Err() != nil {
		u.mu.Lock()
		u.left = answered
		u.mu.Unlock()
	}
	return err
}

// finish waits until the operation of a write is done.
func (u *urlMap) finish(ctx context.Context, answered []byte) error {
	return finish(ctx, u.session, "projects/"+u.link.project+"/"+u.link.scope(), answered)
}
