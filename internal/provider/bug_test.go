package provider

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// TestBugsInTheLogAreClean: what a panic quotes may be a secret.
func TestBugsInTheLogAreClean(t *testing.T) {
	remotetext.Hide("p4nic-secret")
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	logBug(ctx, &cutover.PanicError{Call: "The gate", Value: "index p4nic-secret\x1b[2J", Stack: "goroutine 1\np4nic-secret(...)"})
	if text := log.String(); !strings.Contains(text, "index (secret)") || strings.Contains(text, "p4nic-secret") {
		t.Error(text)
	}
}
