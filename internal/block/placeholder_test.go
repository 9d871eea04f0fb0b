package block_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// TestPlaceholdersWhereNothingIsPutIn are refused on their argument, deep or not.
func TestPlaceholdersWhereNothingIsPutIn(t *testing.T) {
	t.Parallel()
	type config struct {
		Query   types.String      `tfsdk:"query"`
		Tenant  types.String      `tfsdk:"tenant"`
		Headers map[string]string `tfsdk:"headers"`
	}
	kind := block.New("some", schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{
		"query":   schema.StringAttribute{Optional: true},
		"tenant":  schema.StringAttribute{Optional: true},
		"headers": schema.MapAttribute{Optional: true, ElementType: types.StringType},
	}}, func(context.Context, *session.Sessions, config) (bool, error) { return true, nil }, "query")
	for _, test := range []struct {
		values blocktest.Values
		at     string // empty: taken
	}{
		{blocktest.Values{"query": "{{color}}"}, ""},
		{blocktest.Values{"tenant": "{{status}} 100% {color}"}, ""},
		{blocktest.Values{"tenant": "shop-{{color}}"}, "tenant"},
		{blocktest.Values{"tenant": "%257B%257Bcolor%257D%257D"}, "tenant"},
		{blocktest.Values{"headers": map[string]string{"X-Color": "{{ color }}"}}, `headers["X-Color"]`},
		{blocktest.Values{"headers": map[string]string{"X-{{color}}": "a"}}, "headers"},
	} {
		_, err := blocktest.Open(t, kind, test.values)
		var at *block.AttributeError
		switch {
		case test.at == "" && err == nil:
		case !errors.Is(err, block.ErrPlaceholder), !errors.As(err, &at), at.Path.String() != test.at, !strings.Contains(err.Error(), "only in query"):
			t.Errorf("%v: %v", test.values, err)
		}
	}
}
