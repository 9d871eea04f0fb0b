package wire

// Rule is what a listener does with the requests that meet all conditions.
type Rule struct {
	Actions    []Action
	Conditions []Condition
	IsDefault  bool
	Priority   string // 1 to 50000, or "default"
	RuleArn    string
	Transforms []Transform
}

// Condition is met by some requests. The old form gives Values, the new one a configuration.
type Condition struct {
	Field                   string
	HostHeaderConfig        *Patterns
	HttpHeaderConfig        *HeaderPatterns //nolint:revive // the wire's name
	HttpRequestMethodConfig *Values         //nolint:revive // the wire's name
	PathPatternConfig       *Patterns
	QueryStringConfig       *QueryConfig
	RegexValues             []string
	SourceIpConfig          *SourceIP //nolint:revive // the wire's name
	Values                  []string
}

// Patterns match when one of them does: Values with the wildcards * and ?, RegexValues as expressions.
type Patterns struct {
	RegexValues []string
	Values      []string
}

// HeaderPatterns match the values of one header.
type HeaderPatterns struct {
	HttpHeaderName string //nolint:revive // the wire's name
	RegexValues    []string
	Values         []string
}

// Values is a plain list.
type Values struct {
	Values []string
}

// SourceIP is a list of address ranges in CIDR notation.
type SourceIP struct {
	IpAddressType string //nolint:revive // the wire's name
	Values        []string
}

// QueryConfig matches parameters of the query string.
type QueryConfig struct {
	Values []QueryPair
}

// QueryPair matches one parameter, or a value of any parameter when it has no key.
type QueryPair struct {
	Key   string
	Value string
}

// Transform rewrites a request on its way.
type Transform struct {
	HostHeaderRewriteConfig *Rewrites
	Type                    string
	UrlRewriteConfig        *Rewrites //nolint:revive // the wire's name
}

// Rewrites is a list of replacements.
type Rewrites struct {
	Rewrites []Rewrite
}

// Rewrite is one replacement.
type Rewrite struct {
	Regex   string
	Replace string
}

// CreateRuleInput asks for a rule at a priority, 1 to 50000.
type CreateRuleInput struct {
	Actions     []Action
	Conditions  []Condition
	ListenerArn string
	Priority    *int32
	Tags        []Tag
	Transforms  []Transform
}

// DescribeRulesInput asks for rules by name, or for all of a listener.
type DescribeRulesInput struct {
	ListenerArn string
	Marker      string
	PageSize    *int32
	RuleArns    []string
}

// ModifyRuleInput replaces each list that is given.
type ModifyRuleInput struct {
	Actions         []Action
	Conditions      []Condition
	ResetTransforms *bool
	RuleArn         string
	Transforms      []Transform
}

// RuleArn names a rule.
type RuleArn struct {
	RuleArn string
}

// RulesOutput is a page of rules.
type RulesOutput struct {
	NextMarker string
	Rules      []Rule
}

// SetRulePrioritiesInput moves rules in the order of a listener.
type SetRulePrioritiesInput struct {
	RulePriorities []RulePriority
}

// RulePriority is a rule and its new priority.
type RulePriority struct {
	Priority *int32
	RuleArn  string
}
