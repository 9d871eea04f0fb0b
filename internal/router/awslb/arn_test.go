package awslb

import (
	"errors"
	"strings"
	"testing"
)

const (
	arnPrefix    = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
	albListener  = arnPrefix + "listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
	nlbListener  = arnPrefix + "listener/net/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
	gwyListener  = arnPrefix + "listener/gwy/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
	albRule      = arnPrefix + "listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
	blueGroup    = arnPrefix + "targetgroup/shop-blue/73e2d6bc24d8a067"
	greenGroup   = arnPrefix + "targetgroup/shop-green/73e2d6bc24d8a068"
	loadBalancer = arnPrefix + "loadbalancer/app/shop/50dc6c495c0c9188"
)

func TestParse(t *testing.T) {
	for name, test := range map[string]struct{ kind, text string }{
		"ALB listener":  {kindListener, albListener},
		"NLB listener":  {kindListener, nlbListener},
		"rule":          {kindRule, albRule},
		"target group":  {kindTargetGroup, blueGroup},
		"China":         {kindListener, strings.Replace(albListener, "arn:aws:", "arn:aws-cn:", 1)},
		"US government": {kindRule, strings.Replace(albRule, "arn:aws:", "arn:aws-us-gov:", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := parse(test.text, test.kind)
			if err != nil || r.String() != test.text {
				t.Errorf("parse = %v, %v", r, err)
			}
		})
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ kind, text, says string }{
		"no ARN":                {kindListener, "shop", `"shop" is no ARN, and that of a listener is wanted`},
		"empty":                 {kindTargetGroup, "", `"" is no ARN, and that of a target group is wanted`},
		"other service":         {kindListener, "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", `belongs to the service "ec2"`},
		"listener as rule":      {kindRule, albListener, "is a listener, and a rule is wanted: listeners go into listener_arns of the switch"},
		"rule as listener":      {kindListener, albRule, "is a rule, and a listener is wanted: rules go into rule_arns of the switch"},
		"group as listener":     {kindListener, blueGroup, "is a target group, and a listener is wanted: target groups go into target_group_arns"},
		"listener as group":     {kindTargetGroup, albListener, "is a listener, and a target group is wanted"},
		"balancer as listener":  {kindListener, loadBalancer, "is a load balancer, and a listener is wanted"},
		"unknown resource":      {kindListener, arnPrefix + "truststore/shop/1", "is not the ARN of a listener, which looks like arn:aws:"},
		"too short":             {kindListener, arnPrefix + "listener/app/shop/1", "is not the ARN of a listener"},
		"no region":             {kindListener, strings.Replace(albListener, "eu-west-1", "", 1), "is not the ARN of a listener"},
		"gateway":               {kindListener, gwyListener, `belongs to a load balancer of type "gwy", which does not divide traffic by weight`},
		"rule of NLB":           {kindRule, strings.Replace(albRule, "/app/", "/net/", 1), "name its listener in listener_arns"},
		"classic load balancer": {kindListener, arnPrefix + "loadbalancer/shop", "is a load balancer, and a listener is wanted"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(test.text, test.kind)
			if !errors.Is(err, errARN) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("parse = %v, want one that says %q", err, test.says)
			}
		})
	}
}

func TestAncestors(t *testing.T) {
	for name, text := range map[string]string{kindListener: albListener, kindRule: albRule} {
		r, err := parse(text, name)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.loadBalancer(); got != loadBalancer {
			t.Errorf("load balancer of %s = %s", text, got)
		}
		if got := r.listener(); got != albListener {
			t.Errorf("listener of %s = %s", text, got)
		}
	}
}
