package awslb

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestWrapFindsTheAttribute(t *testing.T) {
	here, there := path.Root(attrRules).AtListIndex(2), path.Root(attrGroups).AtListIndex(1)
	self, err := parse(albRule, kindRule)
	if err != nil {
		t.Fatal(err)
	}
	backends, err := router.ParseBackends(words, parser(kindTargetGroup), []string{blueGroup}, []string{"arn:aws:elasticloadbalancing:eu-north-1:1:targetgroup/x/1", greenGroup})
	if err != nil {
		t.Fatal(err)
	}
	m, err := newMember(named{ID: self, At: here}, newRegion(nil), backends, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		err     error
		in      router.Place
		at      path.Path
		summary string
	}{
		"rule":        {notFound(&types.RuleNotFoundException{}), router.InRouter, here, summaryGone},
		"nothing":     {traffic.ErrNotFound, router.InRouter, here, summaryGone},
		"a group":     {notFound(&types.TargetGroupNotFoundException{}), router.InRouter, here, summaryGroupGone},
		"green":       {notFound(&types.TargetGroupNotFoundException{Message: aws.String("Target groups '" + greenGroup + "' not found")}), router.InGreen, there, summaryGroupGone},
		"not forward": {errNoForward, router.InRouter, here, summaryNoForward},
	} {
		t.Run(name, func(t *testing.T) {
			err := m.wrap("changing", test.err)
			var attribute *router.AttributeError
			if !errors.As(err, &attribute) || !errors.Is(err, test.err) {
				t.Fatalf("wrap = %v", err)
			}
			if attribute.In != test.in || !attribute.Path.Equal(test.at) || attribute.Summary != test.summary {
				t.Errorf("error in %s at %s: %s", attribute.In, attribute.Path, attribute.Summary)
			}
			if text := attribute.Err.Error(); !strings.HasPrefix(text, "awslb: changing rule "+albRule) {
				t.Errorf("error %q", text)
			}
		})
	}
	if err := m.wrap("changing", nil); err != nil {
		t.Error(err)
	}
	var attribute *router.AttributeError
	if err := m.wrap("changing", errors.New("refused")); errors.As(err, &attribute) {
		t.Errorf("wrap = %v: no attribute is at fault", err)
	}
}
