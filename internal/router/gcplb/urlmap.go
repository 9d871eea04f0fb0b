package gcplb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// operationLimit is how long the end of a write that nobody waits for any more
// is waited for.
const operationLimit = 10 * time.Minute

// urlMap is one URL map, shared by all members that divide its traffic. It is
// safe for use by several goroutines.
type urlMap struct {
	session *gcpcloud.Session
	link    link
	all     *collection

	mu      sync.Mutex
	queue   []*edit // the next write takes them along
	writing bool
	// current is closed when the write that is under way is done; unsettled is
	// that of the latest write that somebody left.
	current, unsettled chan struct{}
	// kept is the map as it was last read, unless a write came after that.
	kept *document
	// seen is the map as it was last read, whatever came after that.
	seen *document
}

// read is the map as it is now. While a write that somebody left is under way,
// the map does not say where traffic is about to be: that is waited for.
func (u *urlMap) read(ctx context.Context) (document, error) {
	u.mu.Lock()
	unsettled := u.unsettled
	u.mu.Unlock()
	if unsettled != nil {
		select {
		case <-unsettled:
		case <-ctx.Done():
			return document{}, pkg.Errorf("waiting for the end of a write: %w", context.Cause(ctx))
		}
	}
	return u.get(ctx)
}

// get is the map as it is now, whatever is about to be.
func (u *urlMap) get(ctx context.Context) (document, error) {
	doc, err := u.all.read(ctx, u.link.name)
	if err != nil {
		return document{}, err
	}
	u.mu.Lock()
	u.kept, u.seen = &doc, &doc
	u.mu.Unlock()
	return doc, nil
}

// recent is the map as it was when the plan of whoever asks began.
func (u *urlMap) recent(ctx context.Context, whom string) (document, error) {
	doc, err := u.all.recent(ctx, u.link.name, whom)
	if err == nil {
		u.note(&doc)
	}
	return doc, err
}

// last is the map as it was last read, if nothing was written since.
func (u *urlMap) last() (document, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.kept == nil {
		return document{}, false
	}
	return *u.kept, true
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
		return pkg.Errorf("the answer to a validation: %w", err)
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
// done, whoever leaves meanwhile. Whatever comes of it, what is kept of the map
// is old then.
func (u *urlMap) put(ctx context.Context, doc document, root object) error {
	defer func() {
		u.mu.Lock()
		u.kept = nil
		u.mu.Unlock()
		u.all.written(u.link.name, doc.fingerprint)
	}()
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
	apart, cancel := context.WithTimeout(context.WithoutCancel(ctx), operationLimit)
	defer cancel()
	return finish(apart, u.session, "projects/"+u.link.project+"/"+u.link.scope(), answered)
}
