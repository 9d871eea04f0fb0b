package awslb_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	tftypes "github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/awslb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

const (
	ireland   = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
	frankfurt = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:"
	tenant    = "arn:aws:elasticloadbalancing:eu-west-1:210987654321:"

	listener = "listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
	rule     = "listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
	blue     = "targetgroup/shop-blue/73e2d6bc24d8a067"
	green    = "targetgroup/shop-green/73e2d6bc24d8a068"
	spare    = "targetgroup/shop-spare/73e2d6bc24d8a069"
)

// offline is a provider whose API nobody may call.
func offline(t *testing.T) *world {
	t.Helper()
	return &world{kind: awslb.New(), sessions: sessionsWith(map[string]attr.Value{}, "http://127.0.0.1:1")}
}

func TestOpenPairsByRegion(t *testing.T) {
	members, err := offline(t).open(t.Context(), ask{
		listeners: []string{ireland + listener, frankfurt + listener}, rules: []string{ireland + rule},
		blue:  []string{frankfurt + blue, ireland + blue, strings.Replace(ireland, "eu-west-1", "us-east-1", 1) + blue},
		green: []string{ireland + green, frankfurt + green},
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range members {
		if m.Kind != "aws_lb" {
			t.Errorf("kind = %s", m.Kind)
		}
		names = append(names, m.Name)
	}
	if want := []string{ireland + listener, frankfurt + listener, ireland + rule}; !slices.Equal(names, want) {
		t.Errorf("members = %v, want %v", names, want)
	}
}

func TestOpenPairsByAccount(t *testing.T) {
	_, err := offline(t).open(t.Context(), ask{
		listeners: []string{ireland + listener, tenant + listener},
		blue:      []string{ireland + blue, tenant + blue}, green: []string{ireland + green, tenant + green},
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	good := func() ask {
		return ask{listeners: []string{ireland + listener}, blue: []string{ireland + blue}, green: []string{ireland + green}}
	}
	groups := path.Root("target_group_arns")
	for name, test := range map[string]struct {
		change  func(*ask)
		in      router.Place
		at      path.Path
		summary string
		says    []string
	}{
		"nothing": {
			func(a *ask) { a.listeners = nil },
			router.InRouter, path.Empty(), "No Listener and No Rule",
			[]string{"listener_arns or rule_arns"},
		},
		"empty lists": {
			func(a *ask) { a.listeners, a.rules = []string{}, []string{} },
			router.InRouter, path.Empty(), "No Listener and No Rule", nil,
		},
		"no ARN": {
			func(a *ask) { a.listeners = append(a.listeners, "shop") },
			router.InRouter, path.Root("listener_arns").AtListIndex(1), "Not the Right ARN",
			[]string{`"shop"`},
		},
		"rule among listeners": {
			func(a *ask) { a.listeners = []string{ireland + rule} },
			router.InRouter, path.Root("listener_arns").AtListIndex(0), "Not the Right ARN",
			[]string{"rule_arns"},
		},
		"listener twice": {
			func(a *ask) { a.listeners = append(a.listeners, a.listeners[0]) },
			router.InRouter, path.Root("listener_arns").AtListIndex(1), "Named Twice",
			[]string{ireland + listener},
		},
		"listener as group": {
			func(a *ask) { a.green = []string{ireland + listener} },
			router.InGreen, groups.AtListIndex(0), "Not the Right ARN",
			[]string{"is a listener"},
		},
		"same group": {
			func(a *ask) { a.green = append(a.green, ireland+blue) },
			router.InGreen, groups.AtListIndex(1), "Same Target Group in Both Environments",
			[]string{ireland + blue},
		},
		"no group in the region": {
			func(a *ask) { a.green = []string{frankfurt + green} },
			router.InGreen, groups, "No Target Group in the Region",
			[]string{"eu-west-1", ireland + listener},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := good()
			test.change(&a)
			_, err := offline(t).open(t.Context(), a)
			wantAttribute(t, err, test.in, test.at, test.summary, test.says...)
		})
	}
}

// wantAttribute fails the test unless err is an error of the attribute.
func wantAttribute(t *testing.T, err error, in router.Place, at path.Path, summary string, says ...string) {
	t.Helper()
	var attribute *router.AttributeError
	if !errors.As(err, &attribute) {
		t.Fatalf("error = %v, want an AttributeError", err)
	}
	if attribute.In != in || attribute.Path.String() != at.String() || attribute.Summary != summary {
		t.Errorf("error in %s at %s with summary %q, want %s, %s, %q", attribute.In, attribute.Path, attribute.Summary, in, at, summary)
	}
	for _, text := range says {
		if !strings.Contains(attribute.Err.Error(), text) {
			t.Errorf("error %q does not say %q", attribute.Err, text)
		}
	}
}

func TestOpenNeedsTheProvidersBlock(t *testing.T) {
	w := offline(t)
	a := ask{listeners: []string{ireland + listener}, blue: []string{ireland + blue}, green: []string{ireland + green}}

	c := awscloud.New()
	unknown := tftypes.ObjectUnknown(c.Attribute().GetType().(tftypes.ObjectType).AttrTypes)
	w.sessions = session.NewSessions([]session.Kind{c}, map[string]tftypes.Object{"aws": unknown})
	if _, err := w.open(t.Context(), a); !errors.Is(err, session.ErrUnknown) {
		t.Errorf("error = %v, want ErrUnknown", err)
	}
	w.sessions = sessionsWith(map[string]attr.Value{"access_key": tftypes.StringValue("AKIA")}, "http://127.0.0.1:1")
	if _, err := w.open(t.Context(), a); !errors.Is(err, session.ErrConfig) {
		t.Errorf("error = %v, want ErrConfig", err)
	}
}

func TestImport(t *testing.T) {
	kind := awslb.New()
	for name, test := range map[string]struct {
		id               string
		listeners, rules []string
	}{
		"listener": {ireland + listener, []string{ireland + listener}, nil},
		"rule":     {ireland + rule, nil, []string{ireland + rule}},
		"both":     {ireland + rule + ", " + frankfurt + listener, []string{frankfurt + listener}, []string{ireland + rule}},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := kind.Import(t.Context(), test.id)
			want := object(kind.Router().GetType(), map[string][]string{"listener_arns": test.listeners, "rule_arns": test.rules})
			if !ok || !got.Equal(want) {
				t.Errorf("Import = %v, %t, want %v", got, ok, want)
			}
		})
	}
	for _, id := range []string{"", "shop", "unix:///run/haproxy.sock", ireland + blue, ireland + listener + ","} {
		if got, ok := kind.Import(t.Context(), id); ok {
			t.Errorf("Import(%q) = %v", id, got)
		}
	}
}
