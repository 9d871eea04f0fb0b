package azurerm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// errNotFound says that there is no such resource.
var errNotFound = errors.New("azurerm: not found")

// version is that of the API that the provider calls.
const version = "2022-04-01"

// call asks Resource Manager for something about a resource. A body and an
// answer are JSON objects; either may be nil.
func (a *account) call(ctx context.Context, method, id string, body plugin.Object) (plugin.Object, error) {
	request, err := a.request(ctx, method, id, body)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("azurerm: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("azurerm: %w", err)
	}
	switch {
	case response.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%w: %s", errNotFound, text)
	case response.StatusCode >= http.StatusMultipleChoices:
		return nil, fmt.Errorf("azurerm: %s %s: %s: %s", method, id, response.Status, text)
	case len(text) == 0:
		return nil, nil
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("azurerm: %w", err)
	}
	return plugin.FromJSON(answer), nil
}

func (a *account) request(ctx context.Context, method, id string, body plugin.Object) (*http.Request, error) {
	if a.endpoint == "" {
		return nil, errors.New("azurerm: no endpoint: set " + EndpointVariable + " to a lab's address; this is a stand-in")
	}
	if err := plugin.OnLoopback(a.endpoint); err != nil {
		return nil, err
	}
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("azurerm: %w", err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, a.endpoint+id+"?api-version="+version, content)
	if err != nil {
		return nil, fmt.Errorf("azurerm: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	request.Header.Set("Content-Type", "application/json")
	return request, nil
}

// remove deletes a resource. One that has gone already is no error.
func (a *account) remove(ctx context.Context, id string) error {
	_, err := a.call(ctx, http.MethodDelete, id, nil)
	if errors.Is(err, errNotFound) {
		return nil
	}
	return err
}

// segment is what follows a name in an ID, whatever the case of its letters.
func segment(id, name string) string {
	parts := strings.Split(id, "/")
	for i := 0; i+1 < len(parts); i++ {
		if strings.EqualFold(parts[i], name) {
			return parts[i+1]
		}
	}
	return ""
}
