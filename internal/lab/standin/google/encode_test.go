package google

import (
	"encoding/json"
	"reflect"
	"testing"

	"cloud.google.com/go/compute/apiv1/computepb"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// messages are what Google's own client takes the wired types for.
var messages = map[string]proto.Message{
	"google_compute_backend_service":               &computepb.BackendService{},
	"google_compute_health_check":                  &computepb.HealthCheck{},
	"google_compute_region_backend_service":        &computepb.BackendService{},
	"google_compute_region_health_check":           &computepb.HealthCheck{},
	"google_compute_region_network_endpoint_group": &computepb.NetworkEndpointGroup{},
	"google_compute_region_url_map":                &computepb.UrlMap{},
	"google_compute_url_map":                       &computepb.UrlMap{},
}

// full is a block with a value for each argument, and one block of each kind.
func full(b *standin.Block) plugin.Object {
	o := plugin.Object{}
	for name, a := range b.Attributes {
		if !a.Required && !a.Optional {
			continue
		}
		switch of := a.Type.Type; {
		case of.Is(tftypes.String):
			o[name] = "1" // a number too, since the seconds of a duration are text
		case of.Is(tftypes.Number):
			o[name] = 1.0
		case of.Is(tftypes.Bool):
			o[name] = true
		case of.Is(tftypes.Map{}):
			o[name] = plugin.Object{"a": "1"}
		default:
			o[name] = []any{"1"}
		}
	}
	for name, nested := range b.Blocks {
		if name != "timeouts" {
			o[name] = []plugin.Object{full(nested.Block)}
		}
	}
	return o
}

// Google's client knows every name under which an argument is sent, in every
// block, and the provider's other names for it come back.
func TestNamesAreGoogles(t *testing.T) {
	facts, err := standin.Load("google")
	if err != nil {
		t.Fatal(err)
	}
	for kind, place := range places {
		message := messages[kind]
		if (message != nil) != place.wired {
			t.Errorf("%s is wired, or is not", kind)
		}
		if message == nil {
			continue
		}
		b := facts.Resources[kind].Block
		sent := full(b)
		text, err := json.Marshal(encode(b, sent))
		if err != nil {
			t.Fatal(err)
		}
		if err := protojson.Unmarshal(text, message); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		var body map[string]any
		if err := json.Unmarshal(text, &body); err != nil {
			t.Fatal(err)
		}
		got := decode(b, body, nil)
		compare(t, kind, b, sent, got)
	}
}

func compare(t *testing.T, path string, b *standin.Block, want, got plugin.Object) {
	t.Helper()
	for name, a := range b.Attributes {
		if outside[name] || (!a.Required && !a.Optional) {
			continue
		}
		if !reflect.DeepEqual(want[name], got[name]) && !reflect.DeepEqual(want[name], plain(got[name])) {
			t.Errorf("%s.%s is %#v, not %#v", path, name, got[name], want[name])
		}
	}
	for name, nested := range b.Blocks {
		if outside[name] {
			continue
		}
		blocks := got.Blocks(name)
		if len(blocks) != 1 {
			t.Errorf("%s has %d blocks %s", path, len(blocks), name)
			continue
		}
		compare(t, path+"."+name, nested.Block, want.Block(name), blocks[0])
	}
}

// plain is a map of JSON as an object has it.
func plain(v any) any {
	if m, ok := v.(map[string]any); ok {
		return plugin.Object(m)
	}
	return v
}

// Every resource has its place, and every data source.
func TestPlaces(t *testing.T) {
	facts, err := standin.Load("google")
	if err != nil {
		t.Fatal(err)
	}
	for kind := range facts.Resources {
		if _, ok := places[kind]; !ok {
			t.Errorf("%s has no place", kind)
		}
	}
	for kind := range facts.DataSources {
		if _, ok := sources["data."+kind]; !ok {
			t.Errorf("data source %s has no place", kind)
		}
	}
	a := &account{project: "lab", region: "europe-west1", zone: "europe-west1-b"}
	for kind, want := range map[string]string{
		"google_compute_autoscaler":   "projects/lab/zones/europe-west1-b/autoscalers/shop",
		"google_dns_record_set":       "projects/lab/managedZones/example/rrsets/shop/A",
		"data.google_project":         "projects/lab",
		"data.google_client_config":   "projects/lab/regions/europe-west1/zones/europe-west1-b",
		"data.google_compute_network": "projects/lab/global/networks/shop",
	} {
		if got := a.id(kind, plugin.Object{"name": "shop", "managed_zone": "example", "type": "A"}); got != want {
			t.Errorf("%s is %s, not %s", kind, got, want)
		}
	}
}

// A link stays in the form that state has while it says the same.
func TestLinks(t *testing.T) {
	const id = "projects/lab/global/backendServices/blue"
	for _, test := range []struct{ found, state, want string }{
		{link + id, id, id},
		{id, link + id, link + id},
		{link + id, "projects/lab/global/backendServices/green", link + id},
		{link + id, "", link + id},
		{"text", "other", "text"},
	} {
		if got := sameLink(test.found, test.state); got != test.want {
			t.Errorf("%s beside %s is %s", test.found, test.state, got)
		}
	}
	if got := list([]any{link + id, "x"}, []any{id}); !reflect.DeepEqual(got, []any{id, "x"}) {
		t.Errorf("a list is %v", got)
	}
}
