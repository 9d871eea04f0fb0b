package awslb_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	tftypes "github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/awslb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestMain keeps what the shell says about AWS out of the tests: a profile
// would change what they mean, and a bundle of certificates, which each session
// reads whole, what they cost.
func TestMain(m *testing.M) {
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") {
			if err := os.Unsetenv(name); err != nil {
				panic(err)
			}
		}
	}
	os.Exit(m.Run())
}

// world is a lab with one scenario, and one provider that looks at it.
type world struct {
	*awselb.Scenario
	kind     router.Kind
	sessions *session.Sessions
}

func newWorld(t *testing.T, opts awselb.Options, scenario awselb.ScenarioOptions) *world {
	t.Helper()
	lab := awselb.StartT(t, opts)
	w := &world{Scenario: lab.ScenarioT(t, scenario)}
	w.configure(awselb.AccessKey)
	return w
}

// configure makes a new provider, whose caches are empty, with an access key.
func (w *world) configure(key string) {
	w.kind = awslb.New()
	w.sessions = sessionsWith(map[string]attr.Value{
		"access_key": tftypes.StringValue(key),
		"secret_key": tftypes.StringValue(awselb.SecretKey),
	}, w.Lab.URL())
}

// ask is what a test has configured.
type ask struct {
	listeners, rules, blue, green []string
}

// asked is a switch over the scenario's listener.
func (w *world) asked() ask {
	return ask{
		listeners: []string{w.ListenerARN},
		blue:      []string{w.Blue.GroupARN}, green: []string{w.Green.GroupARN},
	}
}

func (w *world) open(ctx context.Context, a ask) ([]traffic.Member, error) {
	group := func(arns []string) tftypes.Object {
		return object(w.kind.Backend().GetType(), map[string][]string{"target_group_arns": arns})
	}
	return w.kind.Open(ctx, w.sessions, router.Blocks{
		Router: object(w.kind.Router().GetType(), map[string][]string{"listener_arns": a.listeners, "rule_arns": a.rules}),
		Blue:   group(a.blue), Green: group(a.green),
	})
}

// one opens a switch with one member.
func (w *world) one(t *testing.T, a ask) traffic.Member {
	t.Helper()
	members, err := w.open(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if len(members) != 1 {
		t.Fatalf("%d members, want 1", len(members))
	}
	return members[0]
}

// live reads weights past the API.
func (w *world) live(t *testing.T, arn string) traffic.Weights {
	t.Helper()
	weights := w.Lab.Weights(arn)
	live, err := traffic.Shares(uint64(weights[w.Blue.GroupARN]), uint64(weights[w.Green.GroupARN])) //nolint:gosec // 0 to 999
	if err != nil {
		t.Fatalf("weights of %s: %v", arn, err)
	}
	return live
}

// interfere sets weights past the API.
func (w *world) interfere(t *testing.T, arn string, to traffic.Weights) {
	t.Helper()
	w.setRaw(t, arn, to.Blue, to.Green)
}

// setRaw sets weights of 0 to 999 past the API.
func (w *world) setRaw(t *testing.T, arn string, blue, green int) {
	t.Helper()
	if err := w.Lab.SetWeights(arn, map[string]int{w.Blue.GroupARN: blue, w.Green.GroupARN: green}); err != nil {
		t.Fatal(err)
	}
}

// setHealthy turns a color's targets, and waits until the lab's checks saw it.
func (w *world) setHealthy(t *testing.T, c traffic.Color, healthy bool) {
	t.Helper()
	side := map[traffic.Color]*awselb.Side{traffic.Blue: w.Blue, traffic.Green: w.Green}[c]
	side.SetHealthy(healthy)
	want := func(h awselb.HealthCounts) bool { return h.Unhealthy == h.Total }
	if healthy {
		want = awselb.Healthy(1)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := w.Lab.WaitHealth(ctx, side.GroupARN, want); err != nil {
		t.Fatal(err)
	}
}

// rest is all that the lab's listeners and rules hold, but for our weights.
func (w *world) rest(t *testing.T) string {
	t.Helper()
	listeners, err := w.Client.DescribeListeners(t.Context(), &elbv2.DescribeListenersInput{LoadBalancerArn: &w.LoadBalancerARN})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	for _, l := range listeners.Listeners {
		w.mask(l.DefaultActions)
		rules, err := w.Client.DescribeRules(t.Context(), &elbv2.DescribeRulesInput{ListenerArn: l.ListenerArn})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rules.Rules {
			w.mask(r.Actions)
		}
		arn := aws.ToString(l.ListenerArn)
		all[arn] = []any{l, rules.Rules, w.Lab.ClientSecrets(arn)}
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (w *world) mask(actions []types.Action) {
	for _, a := range actions {
		if a.ForwardConfig == nil {
			continue
		}
		for i, tuple := range a.ForwardConfig.TargetGroups {
			if arn := aws.ToString(tuple.TargetGroupArn); arn == w.Blue.GroupARN || arn == w.Green.GroupARN {
				a.ForwardConfig.TargetGroups[i].Weight = nil
			}
		}
	}
}
