package catalog_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
)

const sound = `{
	"name": "shop", "active_color": "blue", "haproxy": {"sockets": ["unix:///run/haproxy.sock"]}, %s,
	"blue": {"name": "shop-blue", "version": "1", "haproxy": {"servers": ["app/blue"]}, "fitness": %s},
	"green": {"name": "shop-green", "version": "1", "haproxy": {"servers": ["app/green"]}, "fitness": "{\"format\":1}"}
}`

// TestToldOnce has what an attribute refuses: it says what is wrong with which,
// in words of ours, and nobody says it again.
func TestToldOnce(t *testing.T) {
	const noDuration = `is not a duration. Write a number and a unit: "30s", "5m", "1h30m".`
	analysis := func(more, metric string) string {
		return `"bake": "5m", "analysis": {` + more + `"metrics": {"errors": {` + metric +
			`"haproxy": {"sockets": ["unix:///run/haproxy.sock"], "servers": ["app/{{color}}"], "window": "1s"}}}}`
	}
	none := `"bake": null`
	for _, test := range []struct{ of, ofBlue, at, want string }{
		{`"bake": "5m"`, "", "", ""},
		{`"bake": "10"`, "", "bake", `bake: "10" ` + noDuration},
		{`"steps": [{"weight": 10, "pause": "10"}]`, "", "steps", `steps[0].pause: "10" ` + noDuration},
		{`"steps": [{"weight": 10, "pause": "-5m"}]`, "", "steps", `steps[0].pause: "-5m" is not a duration of 0s or more.`},
		{`"timeouts": {"update": "7"}`, "", "timeouts", `timeouts.update: "7" ` + noDuration},
		{`"gates": {"web": {"http": {"url": "http://x", "timeout": "10"}}}`, "", "gates", `gates["web"].http.timeout: "10" ` + noDuration},
		{none, `, "health": {"timeout": "7"}`, "blue", `health.timeout: "7" ` + noDuration + "\n\nThe attribute is health.timeout of the environment that is blue."},
		{none, `, "prewarm": {"requests": 1, "urls": ["http://x"], "timeout": "7"}`, "blue", `prewarm.timeout: "7" ` + noDuration},
		{analysis("", `"max": 5, `), "", "", ""},
		{analysis(`"interval": "0s", `, `"max": 5, `), "", "analysis", `analysis.interval: "0s" is not a duration of 250ms or more.`},
		{analysis("", `"max": 5, "max_ratio_to_other": -1, `), "", "analysis", "max_ratio_to_other is above 0"},
		{`"steps": [{"weight": 2.5}]`, "", "steps", "A step's weight is a whole number from 1 to 99, not 2.5.\n\nThe attribute is steps[0].weight."},
		{`"steps": [{"weight": 2}, {"weight": 2.5}]`, "", "steps", "The attribute is steps[1].weight."},
		{
			`"gates": {"hours": {"window": {"timezone": "UTC", "allow": [{"days": ["monday"]}]}}}`, "", "gates",
			`"monday" is none of sun, mon, tue, wed, thu, fri, sat.` + "\n\n" + `The attribute is gates["hours"].window.allow[0].days[0].`,
		},
	} {
		t.Run(test.of+test.ofBlue, func(t *testing.T) {
			fitness, err := json.Marshal(`{"format": 1` + test.ofBlue + `}`)
			if err != nil {
				t.Fatal(err)
			}
			said := validate(t, fmt.Sprintf(sound, test.of, fitness))
			if test.want == "" && len(said) == 0 {
				return
			}
			if len(said) != 1 || !strings.Contains(said[0].Detail, test.want) || said[0].Attribute.String() != fmt.Sprintf("AttributeName(%q)", test.at) {
				for _, d := range said {
					t.Errorf("%s: %s: %s", d.Attribute, d.Summary, d.Detail)
				}
				t.Errorf("want only %q", test.want)
			}
		})
	}
}

// validate looks at a switch's configuration alone.
func validate(t *testing.T, config string) []*tfprotov6.Diagnostic {
	t.Helper()
	server := providerserver.NewProtocol6(provider.New("test", catalog.New)())()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.ResourceSchemas["bluegreen_switch"].ValueType()
	v, err := (&tfprotov6.DynamicValue{JSON: []byte(config)}).Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	d, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: "bluegreen_switch", Config: &d})
	if err != nil {
		t.Fatal(err)
	}
	return got.Diagnostics
}
