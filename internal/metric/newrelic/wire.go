package newrelic

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// Errors of answers.
var (
	// ErrAnswer reports an answer that is not in the form of the reference.
	ErrAnswer = errors.New("the answer is not New Relic's")
	// ErrQuery reports a query that New Relic refused.
	ErrQuery = errors.New("the query was refused")
)

// answer is NerdGraph's. Errors come with status 200 too, with data that is
// whole, partial or none.
type answer struct {
	Errors []struct {
		Message string `json:"message"`
	} `json:"errors"`
	Data *struct {
		Actor struct {
			Account *struct {
				NRQL *struct {
					Results  []map[string]any `json:"results"`
					Metadata struct {
						Messages []string `json:"messages"`
					} `json:"metadata"`
				} `json:"nrql"`
			} `json:"account"`
		} `json:"actor"`
	} `json:"data"`
}

func (a answer) said() string {
	messages := make([]string, len(a.Errors))
	for i, e := range a.Errors {
		messages[i] = e.Message
	}
	return strings.Join(messages, "; ")
}

// explain finds what is wrong in the body of an error.
func explain(body []byte) string {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return ""
	}
	return a.said()
}

// number is the one number of the one row.
func (m *nrql) number(body []byte) (float64, error) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return 0, ErrAnswer
	}
	if len(a.Errors) > 0 {
		return 0, fmt.Errorf("%w: %s", ErrQuery, remotetext.Clean(a.said()))
	}
	if a.Data == nil || a.Data.Actor.Account == nil || a.Data.Actor.Account.NRQL == nil {
		return 0, fmt.Errorf("%w: it has no account %d", ErrAnswer, m.account)
	}
	got := a.Data.Actor.Account.NRQL
	if messages := got.Metadata.Messages; len(messages) > 0 {
		return 0, fmt.Errorf("%w: %s", metric.ErrPartial, remotetext.Clean(strings.Join(messages, "; ")))
	}
	switch len(got.Results) {
	case 0:
		return 0, fmt.Errorf("%w: the query gave no row", metric.ErrNoData)
	case 1:
		return single(leaves(got.Results[0]))
	default:
		return 0, fmt.Errorf("%w: the query gave %d rows; leave FACET and TIMESERIES out", metric.ErrSeveral, len(got.Results))
	}
}

func single(values []any) (float64, error) {
	if len(values) > 1 {
		return 0, fmt.Errorf("%w: the row has %d; select one", metric.ErrSeveral, len(values))
	}
	if len(values) == 0 || values[0] == nil {
		return 0, fmt.Errorf("%w: the row has no number", metric.ErrNoData)
	}
	value, ok := values[0].(float64)
	if !ok {
		return 0, fmt.Errorf("%w: the row has a %T, not a number", ErrAnswer, values[0])
	}
	return value, nil
}

// leaves are the values of a row, those of percentiles included, which stand a
// level deeper.
func leaves(row map[string]any) []any {
	var values []any
	for _, v := range row {
		if deeper, ok := v.(map[string]any); ok {
			values = append(values, leaves(deeper)...)
			continue
		}
		values = append(values, v)
	}
	return values
}
