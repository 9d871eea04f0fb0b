package remotetext

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// encoders are the ways in which texts come back.
var encoders = map[string]func(string) string{
	"raw":     func(s string) string { return s },
	"upper":   strings.ToUpper,
	"query":   url.QueryEscape,
	"path":    url.PathEscape,
	"lower %": func(s string) string { return lowerPercent(url.QueryEscape(s)) },
	"every %": func(s string) string {
		out := ""
		for i := range len(s) {
			out += fmt.Sprintf("%%%02X", s[i])
		}
		return out
	},
	"JSON":         func(s string) string { b, _ := json.Marshal(s); return string(b) },
	"PHP's JSON":   func(s string) string { b, _ := json.Marshal(s); return strings.ReplaceAll(string(b), "/", `\/`) },
	"ASCII JSON":   strconv.QuoteToASCII,
	"quoted":       strconv.Quote,
	"HTML":         html.EscapeString,
	"SQL":          func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" },
	"hex":          func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HEX":          func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"base64":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"raw base64":   func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
	"base64 URL":   func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	"base64 login": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("prometheus:" + s)) },
	"base64 +1":    func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("a" + s + "!?")) },
	"base64 +2":    func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("ab" + s + "!?")) },
}

func lowerPercent(s string) string {
	out := []byte(s)
	for i := range out {
		if out[i] == '%' {
			copy(out[i:], strings.ToLower(s[i:min(len(s), i+3)]))
		}
	}
	return string(out)
}

var secrets = []string{
	"s3cr3t-t0ken", "p@ss/w0rd?&=+ <'\">", `back\slash\n%41`, "öffne dich, Sesam", "correct horse battery staple", "it''s ''quoted''",
	"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwcm9tZXRoZXVzIn0.c2lnbmF0dXJl_-x", "AKIA/9+wJalrXUtnFEMIK7MDENGbPxRfiCY=", "l1ne one\nl1ne two",
	strings.Repeat("0123456789abcdef", 20),
}

// TestSpellings has each secret come back in each spelling, and in two on top
// of each other.
func TestSpellings(t *testing.T) {
	Hide(secrets...)
	for _, secret := range secrets {
		for first, encode := range encoders {
			for second, again := range encoders {
				if codes(first) && codes(second) || first == "SQL" && second == "SQL" {
					continue // twice is not looked for
				}
				if second == "upper" && encode(secret) != secret {
					continue // \U0026 and \N are no escapes
				}
				said := again("the header was " + encode(secret) + " indeed")
				if codes(second) {
					said = "the header was " + again(encode(secret))
				}
				if codes(second) && encode(secret) != secret {
					continue // an escaped secret in base64 is not looked for
				}
				got := Clean(said)
				if !strings.Contains(got, mark) || shows(got, secret) {
					t.Errorf("%q, %s in %s: %q", secret, first, second, got)
				}
			}
		}
	}
}

func codes(name string) bool {
	return strings.Contains(strings.ToLower(name), "base64") || strings.EqualFold(name, "hex")
}

// shows tells whether a text has a secret in it as it is.
func shows(text, secret string) bool {
	return strings.Contains(text, secret) || strings.Contains(unescapedText(text), secret)
}

func TestCut(t *testing.T) {
	secret := "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.c2VjcmV0IHBhcnQ.dGhlIHNpZ25hdHVyZSBvZiBpdA"
	Hide(secret)
	for end := partLength; end < len(secret); end++ {
		if got := Clean("Authorization: Bearer " + secret[:end] + "..."); strings.Contains(got, secret[:partLength]) {
			t.Errorf("cut at %d: %q", end, got)
		}
		if got := Clean("... " + secret[len(secret)-end:]); strings.Contains(got, secret[len(secret)-partLength:]) {
			t.Errorf("its last %d: %q", end, got)
		}
	}
	// Our own bound cuts it at each place.
	for at := bound - len(secret) - 2; at < bound+2; at++ {
		long := strings.Repeat(" ", at) + secret + strings.Repeat(" ", 300)
		if got := Clean(long); strings.Contains(got, secret[:8]) {
			t.Fatalf("bounded at %d: %q", at, got)
		}
	}
	wrapped := base64.StdEncoding.EncodeToString([]byte("login:" + secret))
	if got := Clean(wrapped[:60] + "\r\n" + wrapped[60:]); strings.Contains(got, wrapped[20:30]) || strings.Contains(got, wrapped[70:80]) {
		t.Errorf("wrapped: %q", got)
	}
}

// TestShort has short passwords hidden where they stand as such, and messages
// left as they are.
func TestShort(t *testing.T) {
	Hide("a", "shop", "s3cret", "aaaaaaaaaa")
	HideLogin("admin", "pw1")
	wantClean(t, map[string]string{
		`no table "shop" at a host, aaaaaaaaaa`:      `no table "shop" at a host, aaaaaaaaaa`,
		"postgres://shop:shop@db/shop?password=a":    "postgres://shop:(secret)@db/shop?password=(secret)",
		`{"password": "shop", "user": "shop"}`:       `{"password": "(secret)", "user": "shop"}`,
		"s3crets of s3cret, (secret)":                "s3crets of (secret), (secret)",
		"Authorization: Basic YWRtaW46cHcx, admin":   "Authorization: Basic (secret), admin",
		"credentials admin:pw1 were refused, pw1":    "credentials (secret) were refused, pw1",
		"color a, active_color=a, passive a, keys:b": "color a, active_color=a, passive a, keys:b",
	})
}

// wantClean compares what becomes of texts.
func wantClean(t *testing.T, texts map[string]string) {
	t.Helper()
	for said, want := range texts {
		if got := Clean(said); got != want {
			t.Errorf("%q\n got %q\nwant %q", said, got, want)
		}
	}
}

func TestHideHeaderAndURL(t *testing.T) {
	HideHeader("Bearer t0kent0ken")
	HideHeader("Basic " + base64.StdEncoding.EncodeToString([]byte("grafana:gr4fana-pw")))
	HideHeader("session=c00kie-value; theme=dark")
	HideURL("https://hooks.example.com/services/T0001/B0001/abcdefghijklmnopqrstuvwx?sig=s1gnature-1")
	HideURL("https://ghp-tok3n-user@git.example.com/api")
	HideURL("https://ops:0ps-passw%40rd@prom.example.com:bad-port/")
	wantClean(t, map[string]string{
		"Bearer t0kent0ken / t0kent0ken":                "(secret) / (secret)",
		"user grafana with gr4fana-pw":                  "user grafana with (secret)",
		"cookie c00kie-value, theme dark":               "cookie (secret), theme dark",
		"POST /services/T0001/B0001/abcdefghijklmnopqr": "POST (secret)",
		"sig s1gnature-1 at hooks.example.com":          "sig (secret) at hooks.example.com",
		"user ghp-tok3n-user of git.example.com/api":    "user (secret) of git.example.com/api",
		"login of ops failed with 0ps-passw@rd":         "login of ops failed with (secret)",
	})
}

func TestClean(t *testing.T) {
	for said, want := range map[string]string{
		"":                                      "",
		"plain text, ünïcode – 日本語":             "plain text, ünïcode – 日本語",
		"two\r\n  lines\tand\u2028more\n":       "two lines and more",
		"\x1b[2J\x1b]0;title\aApply complete!":  `\x1b[2J\x1b]0;title\x07Apply complete!`,
		"\u202egnp.exe \u2066x\u2069":           `\u202egnp.exe \u2066x\u2069`,
		"zero\u200bwidth\ufeff\u00ad\U000e0041": `zero\u200bwidth\ufeff\xad\U000e0041`,
		"c1 \u009b31m":                          `c1 \x9b31m`,
		"bad \xff\xfe utf-8":                    `bad \xff\xfe utf-8`,
		"nbsp\u00a0here":                        "nbsp here",
		"filler \u3164 selector \ufe0f":         `filler \u3164 selector \ufe0f`,
	} {
		got := Clean(said)
		if got != want {
			t.Errorf("%q\n got %q\nwant %q", said, got, want)
		}
		if again := Clean(got); again != got {
			t.Errorf("%q is cleaned to %q, then to %q", said, got, again)
		}
	}
}

func TestClip(t *testing.T) {
	for _, length := range []int{0, 1, Limit - 1, Limit} {
		if text := strings.Repeat("ö", length); Clean(text) != text {
			t.Errorf("%d characters were clipped", length)
		}
	}
	for _, length := range []int{Limit + 1, 3 << 20} {
		got := Clean(strings.Repeat("ö", length))
		kept, said, _ := strings.Cut(got, " … ")
		if want := fmt.Sprintf("(%d characters left out)", length-utf8.RuneCountInString(kept)); said != want || utf8.RuneCountInString(got) > Limit {
			t.Errorf("%d characters: %d left, %q, want %q", length, utf8.RuneCountInString(got), said, want)
		}
		if Clean(got) != got {
			t.Errorf("%q is clipped again", got)
		}
	}
	if got := Page("a\r\nb\tc\x1b" + strings.Repeat("x", 1000)); !strings.HasPrefix(got, "a\nb\tc\\x1bxxx") || len(got) != 9+1000 {
		t.Errorf("Page = %q", got)
	}
}

func TestError(t *testing.T) {
	Hide("err0r-secret")
	if Error(nil) != nil {
		t.Error("nil is an error")
	}
	plain := errors.New("plain")
	if got := Error(plain); !errors.Is(got, plain) || errors.Unwrap(got) != nil {
		t.Errorf("a clean error became %#v", got)
	}
	err := Error(fmt.Errorf("asked with err0r-secret\x1b: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}))
	var path *fs.PathError
	if !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &path) || err.Error() != `asked with (secret)\x1b: open x: file does not exist` {
		t.Errorf("%v", err)
	}
}

func TestConcurrent(t *testing.T) {
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for k := range 50 {
				secret := fmt.Sprintf("secret-of-%d-%d", n, k)
				Hide(secret)
				if got := Clean("x " + secret); got != "x "+mark {
					t.Errorf("%q", got)
				}
			}
		})
	}
	all.Wait()
}
