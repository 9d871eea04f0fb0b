package awselb

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
)

// signatureMatches computes the request's Signature Version 4 again, as the service does.
// See "Create a signed AWS API request" in the IAM user guide.
func signatureMatches(r *http.Request, body []byte, secret string) bool {
	m := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil {
		return false
	}
	at := r.Header.Get("X-Amz-Date")
	if len(at) < len("20060102") {
		return false
	}
	region, service, signed, given := m[2], m[3], m[4], m[5]
	scope := at[:8] + "/" + region + "/" + service + "/aws4_request"
	text := "AWS4-HMAC-SHA256\n" + at + "\n" + scope + "\n" + hash([]byte(canonical(r, body, signed)))
	key := []byte("AWS4" + secret)
	for _, part := range []string{at[:8], region, service, "aws4_request", text} {
		key = sign(key, part)
	}
	return hmac.Equal([]byte(hex.EncodeToString(key)), []byte(given))
}

func canonical(r *http.Request, body []byte, signed string) string {
	var headers strings.Builder
	for name := range strings.SplitSeq(signed, ";") {
		headers.WriteString(name + ":" + headerValue(r, name) + "\n")
	}
	return strings.Join([]string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, headers.String(), signed, hash(body)}, "\n")
}

// headerValue reads the two headers that Go's server takes out of the map from where it puts them.
func headerValue(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "content-length":
		return r.Header.Get("Content-Length")
	default:
		values := slices.Clone(r.Header.Values(name))
		for i, value := range values {
			values[i] = strings.Join(strings.Fields(value), " ") // several spaces count as one
		}
		return strings.Join(values, ",")
	}
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	// A hash never returns an error.
	_, _ = mac.Write([]byte(text))
	return mac.Sum(nil)
}
