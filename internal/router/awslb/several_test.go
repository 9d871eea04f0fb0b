package awslb_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// groupOf makes a target group with a version of HTTP and a port.
func (w *world) groupOf(t *testing.T, name, version string, port int32) string {
	t.Helper()
	made, err := w.Client.CreateTargetGroup(t.Context(), &elbv2.CreateTargetGroupInput{
		Name: &name, Protocol: types.ProtocolEnumHttp, ProtocolVersion: &version, Port: &port, TargetType: types.TargetTypeEnumIp,
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(made.TargetGroups[0].TargetGroupArn)
}

// two is an environment that serves HTTP and gRPC: a listener for one, and a
// rule for the other.
type two struct {
	*world
	ask
	blueRPC, greenRPC string
}

func onTwo(t *testing.T, version string, port int32) two {
	t.Helper()
	w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
	s := two{w, a, w.groupOf(t, "blue-rpc", version, port), w.groupOf(t, "green-rpc", version, port)}
	rule, err := w.AddRule(t.Context(), 1, "/shop.Orders/*", &awselb.Side{GroupARN: s.blueRPC}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.rules = []string{rule}
	s.blue, s.green = []string{s.blueRPC, w.Blue.GroupARN}, []string{w.Green.GroupARN, s.greenRPC}
	return s
}

// TestSeveralGroupsOfAColor pairs them by the action that names one of them, and
// the other color's by being alike.
func TestSeveralGroupsOfAColor(t *testing.T) {
	for name, test := range map[string]struct {
		version string
		port    int32
	}{
		"another version": {"GRPC", 80},
		"another port":    {"HTTP1", 8080},
	} {
		t.Run(name, func(t *testing.T) {
			w := onTwo(t, test.version, test.port)
			members, err := w.open(t.Context(), w.ask)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range members {
				if err := work(t.Context(), m.Router.(powers)); err != nil {
					t.Fatalf("%s: %v", m.Name, err)
				}
			}
			web, rpc := w.Lab.Weights(w.ListenerARN), w.Lab.Weights(w.rules[0])
			if len(web) != 2 || web[w.Blue.GroupARN] != 60 || web[w.Green.GroupARN] != 40 {
				t.Errorf("the listener has %v", web)
			}
			if len(rpc) != 2 || rpc[w.blueRPC] != 60 || rpc[w.greenRPC] != 40 {
				t.Errorf("the rule has %v", rpc)
			}
		})
	}
}

// TestHealthOfSeveralGroups: it may be asked for before any weights.
func TestHealthOfSeveralGroups(t *testing.T) {
	w := onTwo(t, "GRPC", 80)
	a := w.ask
	a.rules = nil
	h, err := w.powers(t, a).Health(t.Context(), traffic.Blue)
	if err != nil || h.Total != 1 {
		t.Errorf("Health = %+v, %v, of the group with one target", h, err)
	}
}

func TestSeveralGroupsThatCannotBeTold(t *testing.T) {
	groups := path.Root("target_group_arns")
	for name, test := range map[string]struct {
		prepare func(t *testing.T, w *two)
		in      router.Place
		at      path.Path
		summary string
		says    []string
	}{
		"two alike": {
			func(t *testing.T, w *two) {
				t.Helper()
				w.green = append(w.green, w.groupOf(t, "green-other", "HTTP1", 80))
			},
			router.InGreen, groups.AtListIndex(2), "Several Target Groups in One Region",
			[]string{"green-other", "shop-green", "with weight 0"},
		},
		"none alike": {
			func(t *testing.T, w *two) {
				t.Helper()
				w.green = []string{w.greenRPC, w.groupOf(t, "green-other", "HTTP2", 80)}
			},
			router.InGreen, groups.AtListIndex(1), "Several Target Groups in One Region",
			[]string{"green-other", "green-rpc", "the protocol, version, port and target type"},
		},
		"both in the action": {
			func(t *testing.T, w *two) {
				t.Helper()
				w.modify(t, w.forward(share{w.Blue.GroupARN, 1}, share{w.blueRPC, 1}))
			},
			router.InBlue, groups.AtListIndex(1), "Several Target Groups in One Region",
			[]string{"blue-rpc", "shop-blue", "take all but one out of the action"},
		},
		"neither color": {
			func(t *testing.T, w *two) {
				t.Helper()
				w.modify(t, w.forward(share{w.groupOf(t, "other", "HTTP1", 80), 1}))
			},
			router.InRouter, path.Root("listener_arns").AtListIndex(0), "Forwards to Neither Environment",
			[]string{"targetgroup/other/"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := onTwo(t, "GRPC", 80)
			w.rules = nil
			test.prepare(t, &w)
			r := w.powers(t, w.ask)
			_, err := r.Refresh(t.Context())
			wantAttribute(t, err, test.in, test.at, test.summary, test.says...)
			if _, again := r.Inspect(t.Context(), traffic.Green); again == nil || again.Error() != err.Error() {
				t.Errorf("Inspect = %v", again)
			}
			if err := r.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.All(traffic.Green)); err == nil {
				t.Error("moved what cannot be told")
			}
			if len(w.Lab.JournalOf(w.ListenerARN)) > 2 {
				t.Errorf("journal = %+v", w.Lab.JournalOf(w.ListenerARN))
			}
		})
	}
}
