// Package metrictest is what the tests of metrics have in common.
package metrictest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Block are the arguments of a block as a user writes them.
type Block = blocktest.Values

// Blue and Green are what is measured.
var (
	Blue  = metric.Subject{Color: traffic.Blue, Environment: "shop-blue", Version: "1.0.0"}
	Green = metric.Subject{Color: traffic.Green, Environment: "shop-green", Version: "2.0.0"}
)

// Open opens a block of a kind. What is left out is null.
func Open(tb testing.TB, kind block.Kind[metric.Metric], sessions *session.Sessions, b Block) (metric.Metric, error) {
	tb.Helper()
	return kind.Open(tb.Context(), sessions, blocktest.Object(tb, kind.Attribute(), b))
}

// MustOpen opens a block that is valid.
func MustOpen(tb testing.TB, kind block.Kind[metric.Metric], sessions *session.Sessions, b Block) metric.Metric {
	tb.Helper()
	m, err := Open(tb, kind, sessions, b)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// Sessions opens one cloud with the provider's block for it.
func Sessions(tb testing.TB, c session.Kind, values Block) *session.Sessions {
	tb.Helper()
	return session.NewSessions([]session.Kind{c}, map[string]types.Object{c.Name(): blocktest.Object(tb, c.Attribute(), values)})
}
