package datadog

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// ErrAnswer reports an answer that is not in the form of the reference.
var ErrAnswer = errors.New("the answer is not Datadog's")

type request struct {
	Data struct {
		Type       string     `json:"type"`
		Attributes attributes `json:"attributes"`
	} `json:"data"`
}

type attributes struct {
	From     int64     `json:"from"` // milliseconds
	To       int64     `json:"to"`
	Queries  []query   `json:"queries"`
	Formulas []formula `json:"formulas"`
}

type query struct {
	DataSource string `json:"data_source"`
	Name       string `json:"name"`
	Query      string `json:"query"`
	Aggregator string `json:"aggregator"`
}

type formula struct {
	Formula string `json:"formula"`
}

func (m *scalar) request(s metric.Subject, text string, now time.Time) (string, error) {
	r := request{}
	r.Data.Type = "scalar_request"
	r.Data.Attributes = attributes{From: now.Add(-m.window).UnixMilli(), To: now.UnixMilli(), Formulas: []formula{{text}}}
	for _, name := range slices.Sorted(maps.Keys(m.queries)) {
		r.Data.Attributes.Queries = append(r.Data.Attributes.Queries,
			query{DataSource: "metrics", Name: name, Query: s.Expand(m.queries[name]), Aggregator: m.aggregator})
	}
	body, err := json.Marshal(r)
	return string(body), err
}

// number is the one value of the one column of numbers. Groups are columns of
// texts beside it.
func (m *scalar) number(body []byte) (float64, error) {
	var answer struct {
		Errors string `json:"errors"`
		Data   *struct {
			Attributes struct {
				Columns []struct {
					Type   string            `json:"type"`
					Values []json.RawMessage `json:"values"`
				} `json:"columns"`
			} `json:"attributes"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return 0, ErrAnswer
	}
	if answer.Errors != "" {
		return 0, fmt.Errorf("%w: %s", metric.ErrPartial, remotetext.Clean(answer.Errors))
	}
	if answer.Data == nil {
		return 0, ErrAnswer
	}
	var values []json.RawMessage
	for _, column := range answer.Data.Attributes.Columns {
		if column.Type == "number" {
			values = append(values, column.Values...)
		}
	}
	return single(values)
}

func single(values []json.RawMessage) (float64, error) {
	switch {
	case len(values) == 0 || (len(values) == 1 && string(values[0]) == "null"):
		return 0, fmt.Errorf("%w: the queries gave no value", metric.ErrNoData)
	case len(values) > 1:
		return 0, fmt.Errorf("%w: the queries gave %d; group by nothing", metric.ErrSeveral, len(values))
	}
	var value float64
	if err := json.Unmarshal(values[0], &value); err != nil {
		return 0, ErrAnswer
	}
	return value, nil
}

// explain finds what is wrong in the body of an error: a list of texts, or of
// JSON:API's objects with a title and a detail.
func explain(body []byte) string { return httpclient.Words(nil, body) }
