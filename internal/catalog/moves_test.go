package catalog_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	arn     = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
	profile = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop"
	project = "projects/shop/global/"
)

// blocks are a router of each kind with its backends, and another blue one.
var blocks = map[string]struct{ router, blue, green, other Values }{
	"aws_lb": {
		Values{"listener_arns": []string{arn + "listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"}},
		Values{"target_group_arns": []string{arn + "targetgroup/blue/73e2d6bc24d8a067"}},
		Values{"target_group_arns": []string{arn + "targetgroup/green/73e2d6bc24d8a068"}},
		Values{"target_group_arns": []string{arn + "targetgroup/other/73e2d6bc24d8a069"}},
	},
	"azure_traffic_manager": {
		Values{"profile_ids": []string{profile}},
		Values{"endpoint_ids": []string{profile + "/azureEndpoints/blue"}},
		Values{"endpoint_ids": []string{profile + "/azureEndpoints/green"}},
		Values{"endpoint_ids": []string{profile + "/azureEndpoints/other"}},
	},
	"gcp_lb": {
		Values{"url_maps": []string{project + "urlMaps/shop"}},
		Values{"backend_services": []string{project + "backendServices/blue"}},
		Values{"backend_services": []string{project + "backendServices/green"}},
		Values{"backend_services": []string{project + "backendServices/other"}},
	},
	"haproxy": {
		Values{"sockets": []string{"unix:///run/haproxy.sock"}},
		Values{"servers": []string{"app/blue"}},
		Values{"servers": []string{"app/green"}},
		Values{"servers": []string{"app/other"}},
	},
}

// TestMoves has each kind say of a router all that the configuration says of it:
// what was remembered of one with other backends must not be taken for its.
func TestMoves(t *testing.T) {
	all := catalog.New()
	sessions := session.NewSessions(all.Sessions, map[string]types.Object{})
	for _, k := range all.Routers {
		b, ok := blocks[k.Name()]
		if !ok {
			t.Errorf("%s is not tried", k.Name())
			continue
		}
		open := func(blue Values) traffic.Member {
			members, err := k.Open(t.Context(), sessions, router.Blocks{
				Router: Object(t, k.Router(), b.router), Blue: Object(t, k.Backend(), blue), Green: Object(t, k.Backend(), b.green),
			})
			if err != nil || len(members) != 1 {
				t.Fatal(k.Name(), members, err)
			}
			return members[0]
		}
		first, again, other := open(b.blue), open(b.blue), open(b.other)
		if first.Name != other.Name || first.Moves != again.Moves || first.Moves == other.Moves {
			t.Errorf("%s: %q, %q, and with another backend %q", k.Name(), first.Moves, again.Moves, other.Moves)
		}
	}
}
