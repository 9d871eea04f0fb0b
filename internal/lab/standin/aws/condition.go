package aws

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// listenerOf is the ARN of a rule's listener.
func listenerOf(rule string) string {
	return strings.Replace(rule[:strings.LastIndex(rule, "/")], ":listener-rule/", ":listener/", 1)
}

// conditionsOf are conditions as the API takes them.
func conditionsOf(blocks []plugin.Object) []types.RuleCondition {
	var conditions []types.RuleCondition
	for _, o := range blocks {
		conditions = append(conditions, conditionOf(o))
	}
	return conditions
}

func conditionOf(o plugin.Object) types.RuleCondition {
	switch {
	case o.Block("host_header") != nil:
		b := o.Block("host_header")
		return types.RuleCondition{Field: aws.String("host-header"), HostHeaderConfig: &types.HostHeaderConditionConfig{
			Values: b.Texts("values"), RegexValues: b.Texts("regex_values"),
		}}
	case o.Block("http_header") != nil:
		b := o.Block("http_header")
		return types.RuleCondition{Field: aws.String("http-header"), HttpHeaderConfig: &types.HttpHeaderConditionConfig{
			HttpHeaderName: text(b, "http_header_name"), Values: b.Texts("values"), RegexValues: b.Texts("regex_values"),
		}}
	case o.Block("http_request_method") != nil:
		return types.RuleCondition{Field: aws.String("http-request-method"), HttpRequestMethodConfig: &types.HttpRequestMethodConditionConfig{
			Values: o.Block("http_request_method").Texts("values"),
		}}
	case o.Block("path_pattern") != nil:
		b := o.Block("path_pattern")
		return types.RuleCondition{Field: aws.String("path-pattern"), PathPatternConfig: &types.PathPatternConditionConfig{
			Values: b.Texts("values"), RegexValues: b.Texts("regex_values"),
		}}
	case o.Block("source_ip") != nil:
		return types.RuleCondition{Field: aws.String("source-ip"), SourceIpConfig: &types.SourceIpConditionConfig{
			Values: o.Block("source_ip").Texts("values"),
		}}
	default:
		return queryOf(o)
	}
}

func queryOf(o plugin.Object) types.RuleCondition {
	config := &types.QueryStringConditionConfig{}
	for _, pair := range o.Blocks("query_string") {
		config.Values = append(config.Values, types.QueryStringKeyValuePair{Key: text(pair, "key"), Value: text(pair, "value")})
	}
	return types.RuleCondition{Field: aws.String("query-string"), QueryStringConfig: config}
}

// conditionObjects are conditions as state has them.
func conditionObjects(conditions []types.RuleCondition) []plugin.Object {
	var blocks []plugin.Object
	for _, condition := range conditions {
		blocks = append(blocks, conditionObject(condition))
	}
	return blocks
}

func conditionObject(c types.RuleCondition) plugin.Object {
	switch {
	case c.HostHeaderConfig != nil:
		return plugin.Object{"host_header": patterns(c.HostHeaderConfig.Values, c.HostHeaderConfig.RegexValues)}
	case c.HttpHeaderConfig != nil:
		header := patterns(c.HttpHeaderConfig.Values, c.HttpHeaderConfig.RegexValues)
		put(header[0], "http_header_name", c.HttpHeaderConfig.HttpHeaderName)
		return plugin.Object{"http_header": header}
	case c.HttpRequestMethodConfig != nil:
		return plugin.Object{"http_request_method": patterns(c.HttpRequestMethodConfig.Values, nil)}
	case c.PathPatternConfig != nil:
		return plugin.Object{"path_pattern": patterns(c.PathPatternConfig.Values, c.PathPatternConfig.RegexValues)}
	case c.SourceIpConfig != nil:
		return plugin.Object{"source_ip": patterns(c.SourceIpConfig.Values, nil)}
	case c.QueryStringConfig != nil:
		var pairs []plugin.Object
		for _, pair := range c.QueryStringConfig.Values {
			o := plugin.Object{}
			put(o, "key", pair.Key)
			put(o, "value", pair.Value)
			pairs = append(pairs, o)
		}
		return plugin.Object{"query_string": pairs}
	default:
		return plugin.Object{}
	}
}

// patterns leave out what is empty, as a configuration does.
func patterns(values, expressions []string) []plugin.Object {
	o := plugin.Object{}
	if len(values) > 0 {
		o["values"] = values
	}
	if len(expressions) > 0 {
		o["regex_values"] = expressions
	}
	return []plugin.Object{o}
}
