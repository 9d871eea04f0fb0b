package httpcheck

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

// span is a range of statuses, both ends included.
type span struct{ from, to int }

// success is what passes when the user does not say.
var success = span{200, 299}

func parseStatuses(texts []string) ([]span, error) {
	if len(texts) == 0 {
		return []span{success}, nil
	}
	parsed := make([]span, len(texts))
	for i, text := range texts {
		first, last, ranged := strings.Cut(text, "-")
		if !ranged {
			last = first
		}
		from, err1 := strconv.Atoi(strings.TrimSpace(first))
		to, err2 := strconv.Atoi(strings.TrimSpace(last))
		if err1 != nil || err2 != nil || from < 100 || to > 599 || from > to {
			return nil, &block.AttributeError{
				Path: path.Root("status").AtListIndex(i), Summary: "Not A Status",
				Err: fmt.Errorf("%w: %q is neither a status from 100 to 599 nor a range such as \"200-204\"", httpclient.ErrConfig, text),
			}
		}
		parsed[i] = span{from, to}
	}
	return parsed, nil
}

func allowed(spans []span, status int) bool {
	for _, s := range spans {
		if status >= s.from && status <= s.to {
			return true
		}
	}
	return false
}

// redirects are the spans of nothing but redirects. Only these let one pass: a
// span that is wider was hardly meant for the way to a login page.
func redirects(spans []span) []span {
	var only []span
	for _, s := range spans {
		if s.from >= http.StatusMultipleChoices && s.to < http.StatusBadRequest {
			only = append(only, s)
		}
	}
	return only
}

func spans(all []span) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = strconv.Itoa(s.from)
		if s.to != s.from {
			texts[i] += "-" + strconv.Itoa(s.to)
		}
	}
	return strings.Join(texts, ", ")
}
