package awselb

import (
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

const (
	maxWeight     = 999
	maxOrder      = 50000
	maxStickiness = 604800 // seconds
)

// accept checks a list of actions for a listener or a rule and returns it in the form that is kept:
// in order, with the forward configuration spelled out and OIDC secrets filled in from existing.
// owner is the ARN of what the list replaces, nil when it is new.
func (o *operation) accept(lis *listener, existing, in []wire.Action, owner *string) ([]wire.Action, error) {
	actions := slices.Clone(in)
	if err := checkOrder(actions); err != nil {
		return nil, err
	}
	for i := range actions {
		if err := o.acceptOne(lis, existing, &actions[i]); err != nil {
			return nil, err
		}
	}
	for _, a := range actions[:len(actions)-1] {
		if final(a) {
			return nil, apiErrorf("InvalidLoadBalancerAction", "Only the last action can be of type '%s'", a.Type)
		}
	}
	if !final(actions[len(actions)-1]) {
		return nil, apiErrorf("InvalidLoadBalancerAction",
			"The last action must be of type 'forward', 'redirect' or 'fixed-response'")
	}
	return actions, o.checkUnique(lis.balancer, actions, owner)
}

func final(a wire.Action) bool {
	return a.Type == "forward" || a.Type == "redirect" || a.Type == "fixed-response"
}

// checkOrder sorts a list with an Order on every action, which a list of several must have.
func checkOrder(actions []wire.Action) error {
	if len(actions) == 0 {
		return invalidf("At least one action must be specified")
	}
	seen := map[int32]bool{}
	for _, a := range actions {
		switch {
		case a.Order == nil && len(actions) > 1:
			return invalidf("An order must be specified for every action when there are several")
		case a.Order == nil:
		case *a.Order < 1 || *a.Order > maxOrder:
			return invalidf("Order must be between 1 and %d", maxOrder)
		case seen[*a.Order]:
			return invalidf("The order of actions must be unique")
		default:
			seen[*a.Order] = true
		}
	}
	if len(actions) > 1 {
		slices.SortFunc(actions, func(a, b wire.Action) int { return int(*a.Order - *b.Order) })
	}
	return nil
}

func (o *operation) acceptOne(lis *listener, existing []wire.Action, a *wire.Action) error {
	if lis.balancer.network() && a.Type != "forward" {
		return apiErrorf("InvalidLoadBalancerAction", "Action type '%s' is not supported by a Network Load Balancer", a.Type)
	}
	switch a.Type {
	case "forward":
		return o.acceptForward(lis, a)
	case "redirect":
		return acceptRedirect(a)
	case "fixed-response":
		return acceptFixedResponse(a)
	case "authenticate-oidc":
		return acceptOidc(lis, existing, a)
	case "authenticate-cognito":
		return acceptSecure(lis, a, a.AuthenticateCognitoConfig == nil)
	case "jwt-validation":
		return acceptSecure(lis, a, a.JwtValidationConfig == nil)
	default:
		return invalidf("'%s' is not a valid action type", a.Type)
	}
}

func acceptSecure(lis *listener, a *wire.Action, missing bool) error {
	if missing {
		return invalidf("The configuration of the '%s' action must be specified", a.Type)
	}
	if lis.data.Protocol != "HTTPS" {
		return apiErrorf("InvalidLoadBalancerAction", "Actions of type '%s' are supported only on HTTPS listeners", a.Type)
	}
	return nil
}

// acceptOidc fills in the secret of the action that is replaced when the caller asks to keep it.
func acceptOidc(lis *listener, existing []wire.Action, a *wire.Action) error {
	if err := acceptSecure(lis, a, a.AuthenticateOidcConfig == nil); err != nil {
		return err
	}
	config := *a.AuthenticateOidcConfig
	keep := config.UseExistingClientSecret != nil && *config.UseExistingClientSecret
	switch {
	case keep && config.ClientSecret != "":
		return invalidf("You cannot specify both a client secret and UseExistingClientSecret")
	case keep:
		config.ClientSecret = secretOf(existing, config)
	}
	if config.ClientSecret == "" {
		return invalidf("A client secret must be specified")
	}
	config.UseExistingClientSecret = nil
	a.AuthenticateOidcConfig = &config
	return nil
}

// secretOf finds the secret of the same client at the same issuer.
func secretOf(existing []wire.Action, config wire.OidcConfig) string {
	for _, a := range existing {
		c := a.AuthenticateOidcConfig
		if c != nil && c.ClientId == config.ClientId && c.Issuer == config.Issuer {
			return c.ClientSecret
		}
	}
	return ""
}

func acceptRedirect(a *wire.Action) error {
	if a.RedirectConfig == nil {
		return invalidf("A redirect configuration must be specified for actions of type 'redirect'")
	}
	if code := a.RedirectConfig.StatusCode; code != "HTTP_301" && code != "HTTP_302" {
		return invalidf("The redirect status code '%s' is not valid", code)
	}
	config := *a.RedirectConfig
	config.Host = orDefault(config.Host, "#{host}")
	config.Path = orDefault(config.Path, "/#{path}")
	config.Port = orDefault(config.Port, "#{port}")
	config.Protocol = orDefault(config.Protocol, "#{protocol}")
	config.Query = orDefault(config.Query, "#{query}")
	a.RedirectConfig = &config
	return nil
}

func acceptFixedResponse(a *wire.Action) error {
	if a.FixedResponseConfig == nil {
		return invalidf("A fixed response configuration must be specified for actions of type 'fixed-response'")
	}
	code := a.FixedResponseConfig.StatusCode
	if len(code) != 3 || (code[0] != '2' && code[0] != '4' && code[0] != '5') {
		return invalidf("The fixed response status code '%s' is not valid", code)
	}
	return nil
}

// shown is how the API shows actions: without secrets, and with the target group's ARN beside the
// forward configuration when there is a single group.
func shown(actions []wire.Action) []wire.Action {
	out := slices.Clone(actions)
	for i := range out {
		if c := out[i].AuthenticateOidcConfig; c != nil {
			public := *c
			public.ClientSecret = ""
			out[i].AuthenticateOidcConfig = &public
		}
		if f := out[i].ForwardConfig; f != nil && len(f.TargetGroups) == 1 {
			out[i].TargetGroupArn = f.TargetGroups[0].TargetGroupArn
		}
	}
	return out
}
