package remotetext

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// TestForget forgets tokens that are not used, and nothing else.
func TestForget(t *testing.T) {
	known = newRegistry()
	const configured, used, first = "c0nfigured-secret", "us3d-again-and-again", "l0ng-gone-token"
	Hide(configured)
	HideToken(first, "b0th-ways")
	Hide("b0th-ways")
	for n := range 3000 {
		HideToken(used)
		HideToken(fmt.Sprintf("%d-%s", n, strings.Repeat(strconv.Itoa(n), 200)))
	}
	if known.tokens > mostTokens {
		t.Errorf("%d bytes are kept", known.tokens)
	}
	newest := "2999-" + strings.Repeat("2999", 200)
	for _, secret := range []string{configured, used, newest, "b0th-ways"} {
		if got := Clean("with " + secret); got != "with "+mark {
			t.Errorf("%.40s was forgotten: %.60s", secret, got)
		}
	}
	if _, has := known.secrets[first]; has {
		t.Error("the oldest token is kept")
	}
}

// TestForgetNoConfiguration has more secrets of a configuration than tokens may
// be: all stay.
func TestForgetNoConfiguration(t *testing.T) {
	known = newRegistry()
	for n := range 1500 {
		Hide(fmt.Sprintf("%d-%s", n, strings.Repeat(strconv.Itoa(n), 200)))
	}
	for n := range 1500 {
		if _, has := known.secrets[fmt.Sprintf("%d-%s", n, strings.Repeat(strconv.Itoa(n), 200))]; !has {
			t.Fatalf("number %d was forgotten", n)
		}
	}
}

// TestEnvironment hides the logins of proxies, and nothing of an address that
// has none.
func TestEnvironment(t *testing.T) {
	known = newRegistry()
	t.Setenv("HTTPS_PROXY", "http://deploy:pr0xy%40pass@proxy.internal:3128")
	t.Setenv("ALL_PROXY", "deploy:b4re-proxy@proxy.internal:1080")
	t.Setenv("HTTP_PROXY", "10.0.0.1:3128")
	t.Setenv("http_proxy", "http://deploy:br0ken%zz@proxy.internal")
	t.Setenv("IDENTITY_HEADER", "m5i-header")
	HideEnvironment()
	for said, want := range map[string]string{
		`invalid proxy address "http://deploy:pr0xy%40pass@proxy.internal:3128"`: `invalid proxy address "http://(secret)@proxy.internal:3128"`,
		"pr0xy@pass and b4re-proxy, m5i-header":                                  "(secret) and (secret), (secret)",
		"dial tcp 10.0.0.1:3128: refused":                                        "dial tcp 10.0.0.1:3128: refused",
		"proxyconnect: Basic ZGVwbG95OnByMHh5QHBhc3M=":                           "proxyconnect: Basic (secret)",
	} {
		if got := Clean(said); got != want {
			t.Errorf("%s: %s", said, got)
		}
	}
	if got := Clean("br0ken%zz"); strings.Contains(got, "br0ken") {
		t.Error(got)
	}
}

// TestSignatures are taken out although nobody told of them.
func TestSignatures(t *testing.T) {
	known = newRegistry()
	const hex = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
	for said, want := range map[string]string{
		"AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/aps/aws4_request, SignedHeaders=host, Signature=" + hex: "SignedHeaders=host, Signature=(secret)",
		"https://s3/x?X-Amz-Signature=" + hex + "&X-Amz-Date=1":                                                      "X-Amz-Signature=(secret)&X-Amz-Date=1",
		"https://s3/x?X-Amz-Signature%3D" + hex:                                                                      "X-Amz-Signature%3D(secret)",
		"https://blob/x?sv=2024&sig=Zm9vYmFyZm9vYmFyZm9vYmFy%2Bx%3D&se=1":                                            "sv=2024&sig=(secret)&se=1",
		`{"auth":"AWS4-HMAC-SHA256 \u0053ignature=` + hex + `"}`:                                                     `\u0053ignature=(secret)"}`,
		"The request signature=mismatch does not match; signature= and Signature=ab":                                 "signature=mismatch does not match; signature= and Signature=ab",
	} {
		if got := Clean(said); !strings.HasSuffix(got, want) || strings.Contains(got, hex[:16]) {
			t.Errorf("%s: %s", said, got)
		}
	}
}

// TestShortSecretsBesideEscapes has secrets of six and seven bytes directly behind
// what an encoder or a terminal's color wrote.
func TestShortSecretsBesideEscapes(t *testing.T) {
	known = newRegistry()
	secrets := []string{"s3cr3t", "12ab34x"}
	Hide(secrets...)
	for _, secret := range secrets {
		for _, before := range []string{
			"\x1b[31m", `\x1b[1;31m`, `\u001b[0m`, `\033[0m`, "\x1b]", `\e`, `\0`, `\n`, `\\n`, `\t`, "=3D", "%3D", "%3d", "%253D", "%u003d", `\u003d`, `\075`, "&#61;", "&#x3d;",
			"%41", `\x41`, "=", " ", "(",
		} {
			for _, after := range []string{"", `\x1b[0m`, "\x1b[0m", `\n`, "%20", "=20", "&quot;", `\u0022`, `"`} {
				if got := Clean("said " + before + secret + after); strings.Contains(got, secret) {
					t.Errorf("%q %q %q: %q", before, secret, after, got)
				}
			}
		}
	}
	for _, word := range []string{"xs3cr3t", "s3cr3ts", "as3cr3tb"} {
		if got := Clean("a longer " + word); got != "a longer "+word {
			t.Errorf("%s: %s", word, got)
		}
	}
}
