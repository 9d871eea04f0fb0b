// Package remotetexttest is what tests of those who read texts from outside have
// in common.
package remotetexttest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// Secret is hidden once Hide was called.
const Secret = "fuzz-s3cret-answer"

// Spelled is Secret in spellings in which it comes back, as seeds.
func Spelled() []string {
	return []string{Secret, "fuzz%2Ds3cret%2Danswer", `fuzz\u002ds3cret-answer`, "ZnV6ei1zM2NyZXQtYW5zd2Vy", "66757a7a2d7333637265742d616e73776572"}
}

// Hide hides Secret.
func Hide() { remotetext.Hide(Secret) }

// longest is the most characters of an error: one text from outside, and what we
// say of it.
const longest = 3 * remotetext.Limit

// Check fails unless an error can be shown: it has no secret and no control
// character, and an end. Nil can be.
func Check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		CheckText(tb, err.Error())
	}
}

// CheckText is Check for a text.
func CheckText(tb testing.TB, text string) {
	tb.Helper()
	if strings.Contains(text, Secret) || strings.ContainsRune(text, 0x1b) || utf8.RuneCountInString(text) > longest || !utf8.ValidString(text) {
		tb.Errorf("%d characters: %.600q", utf8.RuneCountInString(text), text)
	}
}
