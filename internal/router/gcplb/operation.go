package gcplb

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// waitBlocks is how long Google holds the answer to a wait back at most, when
// the operation takes longer:
// https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations/wait
const waitBlocks = 2 * time.Minute

// operation is what a write becomes.
type operation struct {
	Name  string `json:"name"`
	State string `json:"status"`
	Code  int    `json:"httpErrorStatusCode"`
	Error *struct {
		Errors []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
	} `json:"error"`
}

// operationError is an operation that ended without doing what was asked.
type operationError struct {
	status int // as an HTTP status, or zero
	codes  []string
	text   string
}

// Error implements error.
func (e *operationError) Error() string { return "the operation failed: " + e.text }

// has tells whether the operation failed for the reason.
func (e *operationError) has(code string) bool {
	for _, c := range e.codes {
		if strings.EqualFold(c, code) {
			return true
		}
	}
	return false
}

// passing tells whether the operation may succeed when it is tried again.
func (e *operationError) passing() bool {
	return e.status >= http.StatusInternalServerError || e.status == http.StatusTooManyRequests ||
		e.has("RESOURCE_NOT_READY") || e.has("RATE_LIMIT_EXCEEDED") || e.has("INTERNAL_ERROR")
}

// caller makes calls of the API.
type caller interface {
	Do(ctx context.Context, r gcpcloud.Request) ([]byte, error)
}

// finish waits until an operation is done. Google answers the call as soon as
// it is, so that nothing is lost to polling. When it is overloaded it may answer
// at once that the operation goes on; asking again without a pause would add to
// the load.
func finish(ctx context.Context, session caller, parent string, answered []byte) error {
	for asked := 0; ; asked++ {
		var op operation
		if err := json.Unmarshal(answered, &op); err != nil || op.Name == "" {
			return pkg.Errorf("a write was answered with no operation: %.200q", answered)
		}
		if op.State == "DONE" {
			return op.err()
		}
		if asked > 0 {
			if err := wait(ctx, rewrites.Delay(asked)); err != nil {
				return pkg.Errorf("waiting for operation %s: %w", op.Name, err)
			}
		}
		var err error
		answered, err = session.Do(ctx, gcpcloud.Request{
			Method: http.MethodPost, Path: parent + "/operations/" + op.Name + "/wait", Blocks: waitBlocks,
		})
		if err != nil {
			return pkg.Errorf("waiting for operation %s: %w", op.Name, err)
		}
	}
}

// err is what an operation that is done has to say.
func (o operation) err() error {
	if o.Error == nil || len(o.Error.Errors) == 0 {
		return nil
	}
	e := &operationError{status: o.Code}
	var texts []string
	for _, one := range o.Error.Errors {
		e.codes = append(e.codes, one.Code)
		texts = append(texts, remotetext.Clean(strings.TrimSpace(one.Code+" "+one.Message)))
	}
	e.text = strings.Join(texts, "; ")
	return e
}

// wait returns after d, or with the cause of ctx when that ends before.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
