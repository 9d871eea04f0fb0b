package remotetext

import (
	"regexp"
	"strings"
)

// signatures begin what proves that a request was allowed, whoever signed it:
// Signature Version 4 of AWS in a header or an address, and the shared access
// signatures of Azure. They are made for each request, and cannot be told to
// Hide as other secrets are.
var signatures = []string{"signature=", "?sig=", "&sig="}

// leastSignature is the shortest that is one.
const leastSignature = 16

// signed hides the signatures in a layer.
func (s scan) signed() {
	for _, begin := range signatures {
		for at := 0; ; {
			i := strings.Index(s.text[at:], begin)
			if i < 0 {
				break
			}
			at += i + len(begin)
			end := at
			for end < len(s.text) && base64Byte(s.text[end]) {
				end++
			}
			if end-at >= leastSignature {
				s.hide(anywhere, at, end)
			}
		}
	}
}

// escapes match what stands before a word without being a part of it: what an
// encoder wrote, whether or not it is one that unescape undoes, and a terminal's
// color.
var escapes = regexp.MustCompile(`(?:[%=][0-9a-f]{2}|%u[0-9a-f]{4}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[0-7]{1,3}|\\[a-z]|\x1b\[[0-9;:?]*[a-z]|\x1b[a-z0-9])$`)

// longestBefore is that of the longest of these that is looked for.
const longestBefore = 16

// begins tells whether a word may begin at a place.
func (s scan) begins(from int) bool {
	return !s.alnum(from-1) || escapes.MatchString(s.text[max(0, from-longestBefore):from])
}
