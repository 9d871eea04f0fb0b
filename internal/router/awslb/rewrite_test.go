package awslb

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// our are the target groups of the tests' environments.
var our = groups{blue: "tg/blue", green: "tg/green"}

// share is a target group with a weight; -1 leaves the weight out.
type share struct {
	group  string
	weight int32
}

func forwardTo(shares ...share) types.Action {
	config := &types.ForwardActionConfig{}
	for _, s := range shares {
		tuple := types.TargetGroupTuple{TargetGroupArn: aws.String(s.group)}
		if s.weight >= 0 {
			tuple.Weight = aws.Int32(s.weight)
		}
		config.TargetGroups = append(config.TargetGroups, tuple)
	}
	return types.Action{Type: types.ActionTypeEnumForward, ForwardConfig: config}
}

func blueGreen(blue, green int32) types.Action {
	return forwardTo(share{our.blue, blue}, share{our.green, green})
}

// oldForm is an action from before there were weights, as it is read today
// when both is set, and as it was read once when it is not.
func oldForm(group string, both bool) types.Action {
	a := types.Action{Type: types.ActionTypeEnumForward, TargetGroupArn: aws.String(group)}
	if both {
		a.ForwardConfig = forwardTo(share{group, 1}).ForwardConfig
	}
	return a
}

// show makes the shares of the forward action comparable.
func show(actions []types.Action) string {
	text := ""
	for _, a := range actions {
		if a.Type != types.ActionTypeEnumForward {
			continue
		}
		for _, t := range tuplesOf(a) {
			text += fmt.Sprintf("%s=%d ", aws.ToString(t.TargetGroupArn), weightOf(t))
		}
	}
	return text
}

func TestSet(t *testing.T) {
	half := traffic.Split(traffic.Green, 50)
	for name, test := range map[string]struct {
		action types.Action
		to     traffic.Weights
		want   string // empty: nothing to change
		err    error
	}{
		"percent":                             {blueGreen(100, 0), traffic.Split(traffic.Green, 10), "tg/blue=90 tg/green=10 ", nil},
		"all to green":                        {blueGreen(100, 0), traffic.All(traffic.Green), "tg/blue=0 tg/green=100 ", nil},
		"already there":                       {blueGreen(90, 10), traffic.Split(traffic.Green, 10), "", nil},
		"already there, other scale":          {blueGreen(1, 0), traffic.All(traffic.Blue), "", nil},
		"half in another scale":               {blueGreen(7, 7), half, "", nil},
		"a third is not 33 percent":           {blueGreen(2, 1), traffic.Split(traffic.Green, 33), "tg/blue=67 tg/green=33 ", nil},
		"weights left out":                    {forwardTo(share{our.blue, -1}, share{our.green, -1}), half, "", nil},
		"green not attached":                  {forwardTo(share{our.blue, 1}), traffic.All(traffic.Green), "tg/blue=0 tg/green=100 ", nil},
		"green not attached, stays blue":      {forwardTo(share{our.blue, 1}), traffic.All(traffic.Blue), "tg/blue=100 tg/green=0 ", nil},
		"only green attached":                 {forwardTo(share{our.green, 1}), half, "tg/green=50 tg/blue=50 ", nil},
		"old form":                            {oldForm(our.blue, true), traffic.All(traffic.Green), "tg/blue=0 tg/green=100 ", nil},
		"oldest form":                         {oldForm(our.blue, false), half, "tg/blue=50 tg/green=50 ", nil},
		"other group idle":                    {forwardTo(share{"tg/x", 0}, share{our.blue, 3}, share{our.green, 1}), half, "tg/x=0 tg/blue=50 tg/green=50 ", nil},
		"other group serves":                  {forwardTo(share{our.blue, 80}, share{"tg/x", 20}, share{our.green, 0}), half, "tg/blue=40 tg/x=20 tg/green=40 ", nil},
		"other group serves, all moves":       {forwardTo(share{our.blue, 3}, share{"tg/x", 20}), traffic.All(traffic.Green), "tg/blue=0 tg/x=20 tg/green=3 ", nil},
		"other group serves, not exact":       {forwardTo(share{our.blue, 3}, share{"tg/x", 1}), half, "", router.ErrInexact},
		"other group serves, as it was found": {forwardTo(share{our.blue, 0}, share{our.green, 3}, share{"tg/x", 1}), traffic.Split(traffic.Green, 67), "tg/blue=1 tg/green=2 tg/x=1 ", nil},
		"other group serves, as it is":        {forwardTo(share{our.blue, 1}, share{our.green, 2}, share{"tg/x", 1}), traffic.Split(traffic.Green, 67), "", nil},
		"other group serves, ours at 0":       {forwardTo(share{our.blue, 0}, share{our.green, 0}, share{"tg/x", 1}), half, "tg/blue=50 tg/green=50 tg/x=1 ", nil},
		"sum above the largest weight":        {forwardTo(share{our.blue, 999}, share{our.green, 1}, share{"tg/x", 1}), traffic.All(traffic.Green), "", router.ErrInexact},
		"sum at the largest weight":           {forwardTo(share{our.blue, 998}, share{our.green, 1}, share{"tg/x", 1}), traffic.All(traffic.Green), "tg/blue=0 tg/green=999 tg/x=1 ", nil},
		"five groups with both":               {forwardTo(share{our.blue, 1}, share{"tg/1", 0}, share{"tg/2", 0}, share{"tg/3", 0}), half, "tg/blue=50 tg/1=0 tg/2=0 tg/3=0 tg/green=50 ", nil},
		"six groups with both":                {forwardTo(share{our.blue, 1}, share{"tg/1", 0}, share{"tg/2", 0}, share{"tg/3", 0}, share{"tg/4", 0}), half, "", errTooMany},
		"both at 0 are not beyond rescue":     {blueGreen(0, 0), half, "tg/blue=50 tg/green=50 ", nil},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := splitOf([]types.Action{test.action}, our)
			if err != nil {
				t.Fatal(err)
			}
			before := dump(t, d.actions)
			got, changed, err := d.set(test.to)
			if !errors.Is(err, test.err) {
				t.Fatalf("set = %v, want %v", err, test.err)
			}
			if changed != (test.want != "") || changed && show(got) != test.want {
				t.Errorf("changed %t to %q, want %q", changed, show(got), test.want)
			}
			if after := dump(t, d.actions); after != before {
				t.Errorf("what was read changed\nfrom %s\nto   %s", before, after)
			}
			if changed && got[0].TargetGroupArn != nil {
				t.Error("TargetGroupArn stands beside several groups, which the API refuses")
			}
		})
	}
}

func TestSplitFails(t *testing.T) {
	redirect := types.Action{Type: types.ActionTypeEnumRedirect}
	for name, test := range map[string]struct {
		actions []types.Action
		want    error
		says    string
	}{
		"redirect":       {[]types.Action{oidc(""), redirect}, errNoForward, "no forward action: the action is authenticate-oidc, redirect"},
		"nothing":        {nil, errNoForward, "no forward action: the action is none"},
		"others":         {[]types.Action{forwardTo(share{"tg/x", 1}, share{"tg/y", 1})}, errNotOurs, "forwards to neither environment: it forwards to tg/x, tg/y"},
		"other, oldest":  {[]types.Action{oldForm("tg/x", false)}, errNotOurs, "forwards to neither environment: it forwards to tg/x"},
		"forward, empty": {[]types.Action{{Type: types.ActionTypeEnumForward}}, errNotOurs, "forwards to neither environment: it forwards to nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := splitOf(test.actions, our)
			if !errors.Is(err, test.want) || err.Error() != test.says {
				t.Errorf("divide = %v, want %q", err, test.says)
			}
		})
	}
}

func TestAttachMovesNothing(t *testing.T) {
	for name, test := range map[string]struct {
		action types.Action
		want   string
	}{
		"old form":      {oldForm(our.blue, true), "tg/blue=1 tg/green=0 "},
		"oldest form":   {oldForm(our.green, false), "tg/green=1 tg/blue=0 "},
		"one of others": {forwardTo(share{"tg/x", 9}, share{our.blue, 7}), "tg/x=9 tg/blue=7 tg/green=0 "},
		"both":          {blueGreen(30, 70), "tg/blue=30 tg/green=70 "},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := splitOf([]types.Action{test.action}, our)
			if err != nil {
				t.Fatal(err)
			}
			next, err := d.attach()
			if err != nil {
				t.Fatal(err)
			}
			if got := show(next.rewritten()); got != test.want {
				t.Errorf("attach = %q, want %q", got, test.want)
			}
		})
	}
}

func TestSecretIsKept(t *testing.T) {
	for name, test := range map[string]struct {
		secret string
		keep   *bool
	}{
		"as it is read":        {"", aws.Bool(true)},
		"if it were ever read": {"secret", nil},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := splitOf([]types.Action{oidc(test.secret), blueGreen(100, 0)}, our)
			if err != nil {
				t.Fatal(err)
			}
			actions, _, err := d.set(traffic.All(traffic.Green))
			if err != nil {
				t.Fatal(err)
			}
			got := actions[0].AuthenticateOidcConfig
			if !reflect.DeepEqual(got.UseExistingClientSecret, test.keep) || aws.ToString(got.ClientSecret) != test.secret {
				t.Errorf("secret %q, UseExistingClientSecret %v", aws.ToString(got.ClientSecret), got.UseExistingClientSecret)
			}
			if d.actions[0].AuthenticateOidcConfig.UseExistingClientSecret != nil {
				t.Error("what was read changed")
			}
		})
	}
}

func TestWhole(t *testing.T) {
	for name, test := range map[string]struct {
		action types.Action
		want   bool
	}{
		"alone":            {blueGreen(1, 0), false},
		"one beside other": {forwardTo(share{our.blue, 1}, share{"tg/x", 1}), true},
		"two beside other": {forwardTo(share{our.blue, 2}, share{"tg/x", 1}), false},
		"99 beside other":  {forwardTo(share{our.blue, 99}, share{"tg/x", 1}), true},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := splitOf([]types.Action{test.action}, our)
			if err != nil {
				t.Fatal(err)
			}
			if (d.shares().Step() == 100) != test.want {
				t.Errorf("whole = %t", (d.shares().Step() == 100))
			}
		})
	}
}

// TestFoundCanBeSet: whatever weights a listener is found with, beside another
// group too, a rollback can bring it back to them once all has moved.
func TestFoundCanBeSet(t *testing.T) {
	for _, sum := range []int32{1, 2, 3, 7, 10, 64, 100, 101, 255, 512, 998, 999} {
		for blue := range sum + 1 {
			found, err := splitOf([]types.Action{forwardTo(share{our.blue, blue}, share{our.green, sum - blue}, share{"tg/x", 1})}, our)
			if err != nil {
				t.Fatal(err)
			}
			weights, err := found.shares().Weights()
			if err != nil {
				t.Fatal(err)
			}
			moved, err := splitOf([]types.Action{forwardTo(share{our.blue, 0}, share{our.green, sum}, share{"tg/x", 1})}, our)
			if err != nil {
				t.Fatal(err)
			}
			actions, changed, err := moved.set(weights)
			if err != nil || changed != (blue > 0) {
				t.Fatalf("from %d of %d, which reads %s: changed %t, %v", blue, sum, weights, changed, err)
			}
			if back, err := splitOf(actions, our); err != nil || (back.shares().Blue+back.shares().Green) != int64(sum) {
				t.Fatalf("back to %d of %d: %s, %v", blue, sum, show(actions), err)
			}
		}
	}
}

// FuzzSet sets weights in arbitrary lists of actions, and compares all but our
// weights.
func FuzzSet(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, uint8(seed%101)) //nolint:gosec // at most 100
	}
	f.Fuzz(func(t *testing.T, seed uint64, percent uint8) {
		actions := randomActions(rand.New(rand.NewPCG(seed, 1))) //nolint:gosec // no secret
		d, err := splitOf(actions, our)
		if err != nil {
			t.Fatal(err)
		}
		to := traffic.Split(traffic.Green, int(percent%101))
		got, changed, err := d.set(to)
		if err != nil || !changed {
			return
		}
		if before, after := dump(t, without(actions)), dump(t, without(got)); before != after {
			t.Fatalf("the rest changed\nfrom %s\nto   %s", before, after)
		}
		set, err := splitOf(got, our)
		if err != nil {
			t.Fatal(err)
		}
		if w, err := set.shares().Weights(); err != nil || w != to || !set.attached() || len(set.tuples) > maxGroups {
			t.Fatalf("set to %s, reads %s, %v: %s", to, w, err, show(got))
		}
		if _, again, err := set.set(to); err != nil || again {
			t.Fatalf("set again changes %t, %v", again, err)
		}
	})
}

func randomActions(r *rand.Rand) []types.Action {
	shares := []share{{our.blue, r.Int32N(1000)}, {our.green, r.Int32N(1000)}}
	if r.IntN(3) == 0 {
		shares = shares[:1]
	}
	for i := range r.IntN(5) {
		shares = append(shares, share{fmt.Sprintf("tg/%d", i), r.Int32N(3)})
	}
	r.Shuffle(len(shares), func(i, j int) { shares[i], shares[j] = shares[j], shares[i] })
	forward := forwardTo(shares...)
	if r.IntN(4) == 0 {
		forward = oldForm(our.blue, r.IntN(2) == 0)
	}
	forward.Order = aws.Int32(r.Int32N(50000) + 1)
	if r.IntN(2) == 0 && forward.ForwardConfig != nil {
		forward.ForwardConfig.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{
			Enabled: aws.Bool(r.IntN(2) == 0), DurationSeconds: aws.Int32(r.Int32N(604800) + 1),
		}
	}
	others := []types.Action{
		oidc(""),
		{Type: types.ActionTypeEnumAuthenticateCognito, Order: aws.Int32(1), AuthenticateCognitoConfig: &types.AuthenticateCognitoActionConfig{
			UserPoolArn: aws.String("pool"), UserPoolClientId: aws.String("client"), UserPoolDomain: aws.String("domain"),
			SessionTimeout: aws.Int64(r.Int64N(604800)),
		}},
		{Type: types.ActionTypeEnumJwtValidation, Order: aws.Int32(2), JwtValidationConfig: &types.JwtValidationActionConfig{
			Issuer: aws.String("https://id.example.com"), JwksEndpoint: aws.String("https://id.example.com/keys"),
		}},
	}
	return append(others[:r.IntN(len(others)+1)], forward)
}

func oidc(secret string) types.Action {
	config := &types.AuthenticateOidcActionConfig{
		Issuer: aws.String("https://id.example.com"), ClientId: aws.String("shop"),
		AuthenticationRequestExtraParams: map[string]string{"prompt": "login"},
	}
	if secret != "" {
		config.ClientSecret = aws.String(secret)
	}
	return types.Action{Type: types.ActionTypeEnumAuthenticateOidc, Order: aws.Int32(1), AuthenticateOidcConfig: config}
}

// without takes our groups and the form of the action away: what is left must
// never change.
func without(actions []types.Action) []types.Action {
	left := make([]types.Action, len(actions))
	copy(left, actions)
	for i, a := range left {
		if a.Type == types.ActionTypeEnumForward {
			config := types.ForwardActionConfig{}
			if a.ForwardConfig != nil {
				config = *a.ForwardConfig
			}
			config.TargetGroups = nil
			for _, tuple := range tuplesOf(a) {
				if arn := aws.ToString(tuple.TargetGroupArn); arn != our.blue && arn != our.green {
					config.TargetGroups = append(config.TargetGroups, tuple)
				}
			}
			left[i].ForwardConfig, left[i].TargetGroupArn = &config, nil
		}
		if a.AuthenticateOidcConfig != nil {
			config := *a.AuthenticateOidcConfig
			config.UseExistingClientSecret = nil
			left[i].AuthenticateOidcConfig = &config
		}
	}
	return left
}

func dump(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStickinessThatIsOff: a duration of 0 beside it, which other tools have
// written, is refused when it is sent back.
func TestStickinessThatIsOff(t *testing.T) {
	for _, off := range []*types.TargetGroupStickinessConfig{{}, {Enabled: aws.Bool(false), DurationSeconds: aws.Int32(0)}} {
		a := blueGreen(100, 0)
		a.ForwardConfig.TargetGroupStickinessConfig = off
		s, err := splitOf([]types.Action{a}, our)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := s.set(traffic.All(traffic.Green))
		if err != nil {
			t.Fatal(err)
		}
		if c := got[0].ForwardConfig.TargetGroupStickinessConfig; aws.ToBool(c.Enabled) || c.DurationSeconds != nil {
			t.Errorf("sent back %+v", c)
		}
	}
}

// TestActionsToComeAreNotLost: what this version does not know of an action it
// cannot write back.
func TestActionsToComeAreNotLost(t *testing.T) {
	jwt := types.Action{Type: types.ActionTypeEnumJwtValidation, JwtValidationConfig: &types.JwtValidationActionConfig{
		Issuer: aws.String("https://id.example.com"), JwksEndpoint: aws.String("https://id.example.com/keys"),
	}}
	s, err := splitOf([]types.Action{jwt, blueGreen(100, 0)}, our)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := s.set(traffic.All(traffic.Green))
	if err != nil || !reflect.DeepEqual(got[0], jwt) {
		t.Errorf("set = %+v, %v", got, err)
	}
	if _, err := splitOf([]types.Action{{Type: "rate-limit"}, blueGreen(100, 0)}, our); !errors.Is(err, errNewAction) {
		t.Errorf("error = %v, want errNewAction", err)
	}
}
