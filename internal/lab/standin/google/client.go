package google

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// errNotFound says that there is no such resource.
var errNotFound = errors.New("google: not found")

// get reads a resource.
func (a *account) get(ctx context.Context, id string) (map[string]any, error) {
	return a.call(ctx, http.MethodGet, id, nil)
}

// write makes a call that is an operation, and waits for its end.
func (a *account) write(ctx context.Context, method, id string, body any) error {
	operation, err := a.call(ctx, method, id, body)
	if err != nil {
		return err
	}
	for operation["status"] != "DONE" {
		self, _ := operation["selfLink"].(string)
		if operation, err = a.call(ctx, http.MethodPost, tail(self)+"/wait", nil); err != nil {
			return err
		}
	}
	if failed, ok := operation["error"]; ok {
		return fmt.Errorf("google: %s %s: %v", method, id, failed)
	}
	return nil
}

// insert makes a resource of a body that has its name.
func (a *account) insert(ctx context.Context, id string, body any) error {
	return a.write(ctx, http.MethodPost, path.Dir(id), body)
}

func (a *account) call(ctx context.Context, method, id string, body any) (map[string]any, error) {
	request, err := a.request(ctx, method, id, body)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("google: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("google: %w", err)
	}
	switch {
	case response.StatusCode == http.StatusNotFound && method == http.MethodGet:
		return nil, errNotFound
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("google: %s %s: %s: %s", method, id, response.Status, text)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("google: %w", err)
	}
	return answer, nil
}

func (a *account) request(ctx context.Context, method, id string, body any) (*http.Request, error) {
	if a.endpoint == "" {
		return nil, errors.New("google: no endpoint: set compute_custom_endpoint, or GOOGLE_COMPUTE_CUSTOM_ENDPOINT, " +
			"to a lab's address with /compute/v1/ behind it; this is a stand-in")
	}
	if err := plugin.OnLoopback(a.endpoint); err != nil {
		return nil, err
	}
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("google: %w", err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, a.endpoint+id, content)
	if err != nil {
		return nil, fmt.Errorf("google: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	return request, nil
}
