package eventfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext/remotetexttest"
)

// FuzzEvents writes events with whatever was said from outside: one line of JSON
// each, that shows no secret and has an end.
func FuzzEvents(f *testing.F) {
	Hide()
	for _, s := range Spelled() {
		f.Add(s, "M")
	}
	f.Add("two\nlines\r\n\x1b[2J\u2028", "\xff\x00")
	file := filepath.Join(f.TempDir(), "events.jsonl")
	log := New(file)
	f.Fuzz(func(t *testing.T, said, member string) {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		events := log.Of(t.Context(), "shop")
		abort := &cutover.AbortError{Outcome: cutover.Outcome{Result: cutover.RolledBack}, Cause: remotetext.Error(errors.New(said)), Rollback: errors.New(said)}
		events.Write(cutover.Event{Type: cutover.EventEnded, Member: member, Err: abort})
		events.Write(cutover.Event{Type: cutover.EventMeasured, Measurement: cutover.Measurement{Err: errors.New(said)}})
		var diags diag.Diagnostics
		events.Warn(&diags)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		written, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(bytes.TrimSuffix(written, []byte("\n")), []byte("\n"))
		if len(lines) != 2 || len(written) > 200_000 {
			t.Fatalf("%d lines, %d bytes", len(lines), len(written))
		}
		for _, line := range lines {
			var one Line
			if err := json.Unmarshal(line, &one); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if bytes.Contains(line, []byte(Secret)) || bytes.ContainsRune([]byte(one.Reason), 0x1b) {
				t.Errorf("%q", line)
			}
		}
	})
}
