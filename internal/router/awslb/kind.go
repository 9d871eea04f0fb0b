package awslb

import (
	"context"
	"errors"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Name is the name of the kind and of its blocks.
const Name = "aws_lb"

// New returns the kind, with shared reads of its own: one for each provider.
func New() router.Kind {
	k := &kind{}
	return router.NewKind(router.Spec[backendBlock, routerBlock]{
		Name:    Name,
		Backend: backendSchema(),
		Router:  routerSchema(),
		Open:    k.open,
		Import:  parseImport,
		ImportExamples: []string{
			"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/0123456789abcdef/0123456789abcdef",
			"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/0123456789abcdef/0123456789abcdef/0123456789abcdef",
		},
	})
}

type kind struct {
	regions regions
}

// open makes a member of each listener and rule.
func (k *kind) open(ctx context.Context, sessions *session.Sessions, r routerBlock, blue, green backendBlock) ([]traffic.Member, error) {
	all, err := parseRouters(r)
	backends, backendsErr := router.ParseBackends(words, parser(kindTargetGroup), blue.TargetGroupARNs, green.TargetGroupARNs)
	if err := errors.Join(err, backendsErr); err != nil {
		return nil, err
	}
	session, err := session.Get[*awscloud.Session](ctx, sessions, awscloud.Name)
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	var (
		members  []traffic.Member
		errs     []error
		together = make(map[string]bool, len(all))
	)
	for _, n := range all {
		together[n.ID.String()] = true
		m, err := newMember(n, k.regions.of(session, n.ID.Region), backends, together)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		members = append(members, traffic.Member{Name: m.name, Kind: Name, Moves: m.choice.text(), Router: m})
	}
	return members, errors.Join(errs...)
}

// parseRouters parses the block of a switch. Errors are *router.AttributeError.
func parseRouters(r routerBlock) ([]named, error) {
	if len(r.ListenerARNs)+len(r.RuleARNs) == 0 {
		return nil, &router.AttributeError{
			In: router.InRouter, Summary: summaryEmpty,
			Err: pkg.Errorf("the block names nothing that divides traffic: give %s or %s at least one ARN", attrListeners, attrRules),
		}
	}
	names := func(attribute, kind string, texts []string) router.Names[resource] {
		return router.Names[resource]{In: router.InRouter, Attribute: attribute, Texts: texts, Parse: parser(kind), Wrong: summaryARN}
	}
	listeners, err := names(attrListeners, kindListener, r.ListenerARNs).Parsed()
	rules, rulesErr := names(attrRules, kindRule, r.RuleARNs).Parsed()
	return append(listeners, rules...), errors.Join(err, rulesErr)
}

// parseImport makes the block of a switch of ARNs separated by commas.
func parseImport(id string) (routerBlock, bool) {
	var r routerBlock
	for text := range strings.SplitSeq(id, ",") {
		text = strings.TrimSpace(text)
		if _, err := parse(text, kindListener); err == nil {
			r.ListenerARNs = append(r.ListenerARNs, text)
		} else if _, err := parse(text, kindRule); err == nil {
			r.RuleARNs = append(r.RuleARNs, text)
		} else {
			return routerBlock{}, false
		}
	}
	return r, true
}
