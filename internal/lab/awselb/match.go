package awselb

import (
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// checkConditions checks the conditions of a rule and returns them in the form that the API shows:
// path-pattern and host-header in the old and the new form at once.
func checkConditions(in []wire.Condition) ([]wire.Condition, error) {
	if len(in) == 0 {
		return nil, invalidf("At least one condition must be specified")
	}
	out := slices.Clone(in)
	for i := range out {
		if err := checkCondition(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func checkCondition(c *wire.Condition) error {
	switch c.Field {
	case "path-pattern":
		return checkPatterns(c, &c.PathPatternConfig)
	case "host-header":
		return checkPatterns(c, &c.HostHeaderConfig)
	case "http-header":
		return required(c.HttpHeaderConfig != nil, c.Field)
	case "http-request-method":
		return required(c.HttpRequestMethodConfig != nil, c.Field)
	case "query-string":
		return required(c.QueryStringConfig != nil, c.Field)
	case "source-ip":
		return required(c.SourceIpConfig != nil, c.Field)
	default:
		return invalidf("Condition field '%s' must be one of '[path-pattern, host-header, http-header, "+
			"http-request-method, query-string, source-ip]'", c.Field)
	}
}

func required(given bool, field string) error {
	if !given {
		return invalidf("The configuration of the condition '%s' must be specified", field)
	}
	return nil
}

func checkPatterns(c *wire.Condition, config **wire.Patterns) error {
	if *config == nil {
		*config = &wire.Patterns{Values: c.Values, RegexValues: c.RegexValues}
	}
	for _, expr := range (*config).RegexValues {
		if _, err := regexp.Compile(expr); err != nil {
			return invalidf("The regular expression '%s' is not valid", expr)
		}
	}
	if len((*config).Values)+len((*config).RegexValues) == 0 {
		return invalidf("A condition value must be specified")
	}
	c.Values, c.RegexValues = (*config).Values, (*config).RegexValues
	return nil
}

// matcher compiles conditions, all of which must hold.
func matcher(conditions []wire.Condition) func(*http.Request) bool {
	var all []func(*http.Request) bool
	for _, c := range conditions {
		all = append(all, matchOne(c))
	}
	return func(r *http.Request) bool {
		return !slices.ContainsFunc(all, func(holds func(*http.Request) bool) bool { return !holds(r) })
	}
}

func matchOne(c wire.Condition) func(*http.Request) bool {
	switch c.Field {
	case "path-pattern":
		matchAny := anyOf(c.PathPatternConfig.Values, c.PathPatternConfig.RegexValues, "")
		return func(r *http.Request) bool { return matchAny(r.URL.Path) }
	case "host-header":
		matchAny := anyOf(c.HostHeaderConfig.Values, c.HostHeaderConfig.RegexValues, "(?i)")
		return func(r *http.Request) bool { return matchAny(hostOf(r)) }
	case "http-header":
		matchAny := anyOf(c.HttpHeaderConfig.Values, c.HttpHeaderConfig.RegexValues, "(?i)")
		return func(r *http.Request) bool {
			return slices.ContainsFunc(r.Header.Values(c.HttpHeaderConfig.HttpHeaderName), matchAny)
		}
	case "http-request-method":
		return func(r *http.Request) bool { return slices.Contains(c.HttpRequestMethodConfig.Values, r.Method) }
	case "query-string":
		return matchQuery(c.QueryStringConfig.Values)
	default:
		return matchSource(c.SourceIpConfig.Values)
	}
}

func hostOf(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		return host
	}
	return r.Host
}

// anyOf matches a text against wildcards and regular expressions, with flags in front of each.
func anyOf(wildcards, exprs []string, flags string) func(string) bool {
	var all []*regexp.Regexp
	for _, w := range wildcards {
		quoted := regexp.QuoteMeta(w)
		quoted = strings.ReplaceAll(strings.ReplaceAll(quoted, `\*`, ".*"), `\?`, ".")
		all = append(all, regexp.MustCompile(flags+"^"+quoted+"$"))
	}
	for _, expr := range exprs {
		all = append(all, regexp.MustCompile(flags+expr)) // compiled before, by checkPatterns
	}
	return func(text string) bool {
		return slices.ContainsFunc(all, func(re *regexp.Regexp) bool { return re.MatchString(text) })
	}
}

func matchQuery(pairs []wire.QueryPair) func(*http.Request) bool {
	return func(r *http.Request) bool {
		for key, values := range r.URL.Query() {
			for _, p := range pairs {
				keyHolds := p.Key == "" || anyOf([]string{p.Key}, nil, "(?i)")(key)
				if keyHolds && slices.ContainsFunc(values, anyOf([]string{p.Value}, nil, "(?i)")) {
					return true
				}
			}
		}
		return false
	}
}

func matchSource(ranges []string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		return err == nil && slices.ContainsFunc(ranges, func(cidr string) bool {
			prefix, err := netip.ParsePrefix(cidr)
			return err == nil && prefix.Contains(from.Addr().Unmap())
		})
	}
}
