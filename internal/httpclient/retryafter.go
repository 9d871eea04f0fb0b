package httpclient

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// resets are the headers that say in how many seconds a limit ends: that of
// RFC 9110, section 10.2.3, and Datadog's.
var resets = []string{"Retry-After", "X-RateLimit-Reset"}

// retryAfter is how long an answer asks to be left alone; zero when it does not.
func retryAfter(header http.Header) time.Duration {
	for _, name := range resets {
		text := strings.TrimSpace(header.Get(name))
		if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds > 0 && seconds < longest.Seconds() {
			return time.Duration(seconds * float64(time.Second))
		}
		if at, err := http.ParseTime(text); err == nil {
			return max(time.Until(at), 0)
		}
	}
	return 0
}
