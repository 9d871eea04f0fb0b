package awslb

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "awslb"

// service is the service of all our ARNs.
const service = "elasticloadbalancing"

// The kinds of resource, as the first part of an ARN's resource names them.
const (
	kindListener     = "listener"
	kindRule         = "listener-rule"
	kindTargetGroup  = "targetgroup"
	kindLoadBalancer = "loadbalancer"
)

// The kinds of load balancer, as the ARNs of their listeners name them.
const (
	application = "app"
	network     = "net"
)

// shapes are how many parts the resource of an ARN has, the kind included:
// listener/app/NAME/LOAD-BALANCER/LISTENER.
var shapes = map[string]int{kindListener: 5, kindRule: 6, kindTargetGroup: 3, kindLoadBalancer: 4}

// said is how messages call each kind of resource.
var said = map[string]string{
	kindListener:     "a listener",
	kindRule:         "a rule",
	kindTargetGroup:  "a target group",
	kindLoadBalancer: "a load balancer",
}

// errARN reports text that is not an ARN of the kind that is wanted.
var errARN = pkg.New("not the right ARN")

// resource is a parsed ARN of Elastic Load Balancing.
type resource struct {
	arn.ARN
	// parts are the parts of the ARN's resource, the kind first.
	parts []string
}

// parse returns the resource that text names if it is one of kind. Its error
// wraps errARN and says what was found instead.
func parse(text, kind string) (resource, error) {
	parsed, err := arn.Parse(text)
	if err != nil {
		return resource{}, fmt.Errorf("%w: %q is no ARN, and that of %s is wanted, such as %s", errARN, text, said[kind], example(kind))
	}
	r := resource{ARN: parsed, parts: strings.Split(parsed.Resource, "/")}
	switch {
	case parsed.Service != service:
		return r, fmt.Errorf("%w: %q belongs to the service %q, and %s of %s is wanted", errARN, text, parsed.Service, said[kind], service)
	case r.parts[0] != kind && said[r.parts[0]] != "":
		return r, fmt.Errorf("%w: %q is %s, and %s is wanted%s", errARN, text, said[r.parts[0]], said[kind], elsewhere(r.parts[0]))
	case r.parts[0] != kind || len(r.parts) != shapes[kind] || parsed.Region == "" || parsed.AccountID == "":
		return r, fmt.Errorf("%w: %q is not the ARN of %s, which looks like %s", errARN, text, said[kind], example(kind))
	}
	return r, r.checkBalancer(text)
}

// parser returns parse for one kind.
func parser(kind string) func(string) (resource, error) {
	return func(text string) (resource, error) { return parse(text, kind) }
}

// Key implements router.ID: an ARN has one spelling.
func (r resource) Key() string { return r.String() }

// checkBalancer refuses listeners of load balancers that have no weights.
func (r resource) checkBalancer(text string) error {
	kind, balancer := r.parts[0], r.balancer()
	switch {
	case kind == kindTargetGroup || balancer == application || kind == kindListener && balancer == network:
		return nil
	case kind == kindRule && balancer == network:
		return fmt.Errorf("%w: %q is a rule of a Network Load Balancer, which has none: name its listener in listener_arns", errARN, text)
	default:
		return fmt.Errorf("%w: %q belongs to a load balancer of type %q, which does not divide traffic by weight: "+
			"use one of an Application or a Network Load Balancer", errARN, text, balancer)
	}
}

// balancer is the kind of load balancer that r belongs to: application,
// network or one that we do not serve.
func (r resource) balancer() string { return r.parts[1] }

// loadBalancer is the ARN of the load balancer of a listener or a rule.
func (r resource) loadBalancer() string { return r.ancestor(kindLoadBalancer) }

// listener is the ARN of the listener of a rule.
func (r resource) listener() string { return r.ancestor(kindListener) }

func (r resource) ancestor(kind string) string {
	a := r.ARN
	a.Resource = strings.Join(append([]string{kind}, r.parts[1:shapes[kind]]...), "/")
	return a.String()
}

// elsewhere says where an ARN of the kind belongs.
func elsewhere(kind string) string {
	switch kind {
	case kindListener:
		return ": listeners go into listener_arns of the switch"
	case kindRule:
		return ": rules go into rule_arns of the switch"
	case kindTargetGroup:
		return ": target groups go into target_group_arns of the environment"
	default:
		return ""
	}
}

func example(kind string) string {
	const prefix = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
	switch kind {
	case kindListener:
		return prefix + "listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
	case kindRule:
		return prefix + "listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
	default:
		return prefix + "targetgroup/shop-green/73e2d6bc24d8a067"
	}
}
