package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// exampleCheck is the data source of the example with its check, for a router.
func exampleCheck(t *testing.T, s fixture) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "traffic-check", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	_, check, found := strings.Cut(string(text), "\ndata ")
	if !found {
		t.Fatal("the example has no data source")
	}
	const router = "aws_lb = { listener_arns = [var.listener_arn] }"
	return strings.Replace("data "+check, router, s.kind()+" = "+s.router(), 1)
}

// TestCheckOfTraffic has somebody's shell turn the refresh off. The plan has no
// changes, and says where traffic is all the same.
func TestCheckOfTraffic(t *testing.T) {
	const failing = "Check block assertion failed"
	withCLIs(t, func(t *testing.T, binary string) {
		s := openAWS(t)
		e := adopted(t, cli.Options{Binary: binary, Env: []string{"TF_CLI_ARGS_plan=-refresh=false"}},
			func(c *projectConfig) { c.rest = exampleCheck(t, s) }, s)
		text, _, err := e.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wantText(t, text, "No changes.")
		wantNoText(t, text, failing)
		wantNoText(t, e.plan(t, to(traffic.Green)...), failing) // a cutover is no difference
		e.setWeights(t, traffic.Split(traffic.Blue, 70))
		text, changes, err := e.Plan(t.Context())
		if err != nil || changes {
			t.Errorf("changes: %t, %v", changes, err)
		}
		wantText(t, text, failing, fmt.Sprintf("Traffic is not all on blue: blue 70, green 30 in %s.", s.id()))
		wantNoText(t, e.apply(t), failing) // which refreshes, and puts traffic right
		e.wantWeights(t, traffic.All(traffic.Blue))
	})
}
