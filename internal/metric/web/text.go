package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
)

// stand stands in for the subject while only the block is known.
var stand = metric.Subject{Color: "green", Environment: "environment", Version: "version"}

// asJSON is a text as it stands between the quotes of a JSON string.
func asJSON(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil { // a string always has a form in JSON
		return text
	}
	return string(quoted[1 : len(quoted)-1])
}

// inQuotes is a text as it stands between quotes of a JSONPath.
func inQuotes(text string) string { return quotes.Replace(text) }

var quotes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`)

// classify adds to an error of a path the one that metrics tell apart.
func classify(err error) error {
	switch {
	case errors.Is(err, httpclient.ErrNoValue):
		return fmt.Errorf("%w: %w", metric.ErrNoData, err)
	case errors.Is(err, httpclient.ErrSeveralValues):
		return fmt.Errorf("%w: %w", metric.ErrSeveral, err)
	default:
		return err
	}
}
