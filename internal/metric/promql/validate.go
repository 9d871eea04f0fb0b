package promql

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "promql"

// ErrQuery reports a query that could never be answered by one number.
var ErrQuery = pkg.New("invalid query")

// lenient parses what a server may have switched on.
var lenient = parser.Options{EnableExperimentalFunctions: true, EnableBinopFillModifiers: true, EnableUnquotedUTF8Names: true}

// Validate refuses, as an *block.AttributeError on the named argument, a query that does not parse, or whose answer is not one
// number for each of its series. The subject's names are stood in for.
func Validate(name string, text types.String) error {
	if text.IsNull() {
		return nil
	}
	stand := metric.Subject{Color: traffic.Green, Environment: "environment", Version: "version"}
	expression, err := parser.NewParser(lenient).ParseExpr(stand.Expand(text.ValueString()))
	if err != nil {
		return queryError(name, "Query Does Not Parse", err)
	}
	switch kind := expression.Type(); kind {
	case parser.ValueTypeVector, parser.ValueTypeScalar:
		return nil
	default:
		return queryError(name, "Query Gives No Number", fmt.Errorf(
			"its answer is a %s; wrap it, as in sum(rate(…[1m])), so that it gives one number", parser.DocumentedType(kind)))
	}
}

func queryError(name, summary string, err error) error {
	return &block.AttributeError{Path: path.Root(name), Summary: summary, Err: fmt.Errorf("%w: %w", ErrQuery, err)}
}
