package google

import (
	"strconv"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// plurals are the blocks that the schema names in the singular, and the API in
// the plural.
var plurals = map[string]string{
	"backend": "backends", "error_response_rule": "errorResponseRules", "host_rule": "hostRules", "path_matcher": "pathMatchers",
	"path_rule": "pathRules", "test": "tests",
}

// The attributes that the API calls by quite another name, or keeps in an object
// of their own, and those that are not of the resource itself.
var (
	renamed = map[string]string{
		"connection_draining_timeout_sec": "connectionDraining.drainingTimeoutSec", "enable_cdn": "enableCDN", "fast_ip_move": "fastIPMove",
		"generated_id": "id", "health_check_id": "id", "map_id": "id",
	}
	outside = map[string]bool{"id": true, "project": true, "region": true, "timeouts": true}
)

func attributeKey(name string) string {
	if key, ok := renamed[name]; ok {
		return key
	}
	return camel(name)
}

func blockKey(name string) string {
	if key, ok := plurals[name]; ok {
		return key
	}
	return camel(name)
}

// camel is a name as the API writes it: default_service is defaultService.
func camel(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}

// encode is a block as the API takes it. What the provider computes is left out.
func encode(b *standin.Block, o plugin.Object) map[string]any {
	body := map[string]any{}
	for name, a := range b.Attributes {
		if o.Has(name) && !outside[name] && (a.Required || a.Optional) {
			set(body, attributeKey(name), o[name])
		}
	}
	for name, nested := range b.Blocks {
		blocks := o.Blocks(name)
		if len(blocks) == 0 || outside[name] {
			continue
		}
		if nested.Max == 1 {
			body[blockKey(name)] = encode(nested.Block, blocks[0])
			continue
		}
		var list []any
		for _, block := range blocks {
			list = append(list, encode(nested.Block, block))
		}
		body[blockKey(name)] = list
	}
	return body
}

// set and value write and read a field, which may be in an object.
func set(body map[string]any, key string, v any) {
	if outer, inner, ok := strings.Cut(key, "."); ok {
		body[outer] = map[string]any{inner: v}
		return
	}
	body[key] = v
}

func value(body map[string]any, key string) any {
	if outer, inner, ok := strings.Cut(key, "."); ok {
		body, _ = body[outer].(map[string]any)
		key = inner
	}
	return body[key]
}

// decode is what the API returned as state has it. What the API leaves out is
// null there. Before is what state has of it: a link that says the same in
// another form stays.
func decode(b *standin.Block, body map[string]any, before plugin.Object) plugin.Object {
	o := plugin.Object{}
	for name := range b.Attributes {
		if !outside[name] {
			o[name] = attribute(name, value(body, attributeKey(name)), before[name])
		}
	}
	for name, nested := range b.Blocks {
		if outside[name] {
			continue
		}
		was, blocks := before.Blocks(name), []plugin.Object{}
		for i, one := range objects(body[blockKey(name)]) {
			var old plugin.Object
			if i < len(was) {
				old = was[i]
			}
			blocks = append(blocks, decode(nested.Block, one, old))
		}
		o[name] = blocks
	}
	return o
}

// objects are those of a list, or the one that there is.
func objects(v any) []map[string]any {
	if one, ok := v.(map[string]any); ok {
		return []map[string]any{one}
	}
	var all []map[string]any
	list, _ := v.([]any)
	for _, element := range list {
		if one, ok := element.(map[string]any); ok {
			all = append(all, one)
		}
	}
	return all
}

func attribute(name string, value, before any) any {
	switch value := value.(type) {
	case string:
		if attributeKey(name) == "id" { // a number, in the text that JSON has for large ones
			number, _ := strconv.ParseFloat(value, 64)
			return number
		}
		return sameLink(value, before)
	case []any:
		return list(value, before)
	default:
		return value
	}
}

// list keeps the form of each link that state has.
func list(values []any, before any) []any {
	was, _ := before.([]any)
	kept := make([]any, len(values))
	for i, value := range values {
		kept[i] = value
		for _, old := range was {
			if text, ok := value.(string); ok && sameLink(text, old) == old {
				kept[i] = old
			}
		}
	}
	return kept
}

// sameLink is what state has, when both name one resource: the API's links and
// Terraform's IDs end in the same path.
func sameLink(value string, before any) any {
	old, ok := before.(string)
	if ok && tail(old) != "" && tail(old) == tail(value) {
		return old
	}
	return value
}

// tail is the path in a link, empty when it is none.
func tail(link string) string {
	if at := strings.Index(link, "projects/"); at >= 0 {
		return link[at:]
	}
	return ""
}
