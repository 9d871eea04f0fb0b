package httpcheck_test

import (
	"net/http"
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
)

// TestReports has answers of health endpoints that users of such checks report.
func TestReports(t *testing.T) {
	t.Parallel()
	up := Values{"json_path": "$.status", "json_equals": "UP"}
	for name, test := range map[string]struct {
		status int
		body   string
		values Values
		holds  bool
	}{
		"Spring: up":                               {200, `{"status":"UP","groups":["liveness"]}`, up, true},
		"Spring: out of service, with 200":         {200, `{"status":"OUT_OF_SERVICE"}`, up, false},
		"Spring: down":                             {503, `{"status":"DOWN"}`, up, false},
		"Spring: the case of letters counts":       {200, `{"status":"up"}`, up, false},
		"a page to sign in, with 200":              {200, "<html>sign in</html>", up, false},
		"a page of one's own for what is gone":     {200, "<html>404 not found</html>", Values{"body_matches": "^ok"}, false},
		"no content":                               {204, "", Values{}, true},
		"no content, where text is wanted":         {204, "", Values{"body_contains": "ok"}, false},
		"a part":                                   {206, "ok", Values{"status": []string{"200"}}, false},
		"ASP.NET: text":                            {200, "Degraded", Values{"body_contains": "Healthy"}, false},
		"ASP.NET: a word within another":           {200, "Unhealthy", Values{"body_matches": "^Healthy$"}, false},
		"each of several":                          {200, `{"parts":{"db":{"status":"UP"},"mq":{"status":"DOWN"}}}`, Values{"json_path": "$.parts.*.status", "json_equals": "UP", "json_all": true}, false},
		"Kubernetes: a line break at the end":      {200, "ok\n", Values{"body_matches": `^ok\s*$`}, true},
		"a number that is large, as it is written": {200, `{"build":12345678901234567890}`, Values{"json_path": "$.build", "json_equals": "12345678901234567890"}, true},
		"unauthorized":                             {401, "", Values{}, false},
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			_, _ = w.Write([]byte(test.body))
		})
		if err := run(t, server.URL, test.values); (err == nil) != test.holds {
			t.Errorf("%s: %v", name, err)
		}
	}
}
