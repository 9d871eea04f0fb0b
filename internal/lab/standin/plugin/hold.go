package plugin

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// HoldVariable is the environment variable that makes applies wait: TYPE=URL,
// several with a comma between them. Before a resource of the type is created
// or changed the URL is asked, with action (create or update) and name in its
// query, and the apply goes on when it is answered. An answer that is not 200
// is why the apply fails.
const HoldVariable = "BLUEGREEN_STANDIN_HOLD"

func parseHold(text string) (map[string]string, error) {
	urls := map[string]string{}
	for one := range strings.SplitSeq(text, ",") {
		if one == "" {
			continue
		}
		kind, address, ok := strings.Cut(one, "=")
		if u, err := url.Parse(address); !ok || err != nil || u.Host == "" {
			return nil, fmt.Errorf("standin: %s is TYPE=URL, not %q", HoldVariable, one)
		}
		urls[kind] = address
	}
	return urls, nil
}

// wait returns when the test that runs Terraform lets the change go on.
func (s *Server) wait(ctx context.Context, kind, action string, planned Object) error {
	address, ok := s.hold[kind]
	if !ok {
		return nil
	}
	query := url.Values{"action": {action}, "name": {planned.Text("name")}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return fmt.Errorf("standin: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("standin: waiting with %s: %w", kind, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return fmt.Errorf("standin: %s of %s was refused: %s %s", action, kind, response.Status, text)
	}
	return nil
}
