package promql_test

import (
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/promql"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// answering is a transport that gives one answer.
type answering struct {
	status int
	body   string
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// FuzzAnswer reads whatever a server may say: no panic, no secret in an error,
// and no value of an answer that calls itself an error or partial.
func FuzzAnswer(f *testing.F) {
	const secret = "fuzz-s3cret-answer"
	remotetext.Hide(secret)
	for _, body := range []string{
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"5"]}]}}`,
		`{"status":"success","isPartial":true,"data":{"resultType":"scalar","result":[1,"5"]}}`,
		`{"status":"error","errorType":"bad_data","error":"fuzz-s3cret-answer"}`, `{"message":"fuzz-s3cret-answer"}`, `null`, `[]`, `{"status":"success","data":null}`,
		`{"status":"success","data":{"resultType":"vector","result":[null]}}`, `{"status":"success","data":{"resultType":"vector","result":[{"metric":null,"histogram":[1,null]}]}}`,
		`{"status":"success","warnings":["\u001b[2Jfuzz-s3cret-answer"],"data":{"resultType":"scalar","result":[1,"NaN"]}}`, "\xef\xbb\xbf{}", "<html>",
	} {
		for _, status := range []int{200, 400, 403, 422, 500, 503} {
			f.Add(status, body)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 || status >= 300 && status < 400 {
			return
		}
		client, err := promql.New("http://prometheus.invalid", &http.Client{Transport: answering{status, body}})
		if err != nil {
			t.Fatal(err)
		}
		value, err := client.One(t.Context(), "vector(1)")
		switch {
		case err != nil && (strings.Contains(err.Error(), secret) || strings.ContainsRune(err.Error(), 0x1b)):
			t.Errorf("%d %q: %v", status, body, err)
		case err == nil && (status == 204 || status/100 != 2) && !math.IsNaN(value):
			t.Errorf("%d %q: %v", status, body, value)
		}
	})
}
