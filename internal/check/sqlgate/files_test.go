package sqlgate_test

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/sqlgate"
)

// TestFilesOfAddressesThatAreNone are refused by the argument that names them,
// and hang no plan.
func TestFilesOfAddressesThatAreNone(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	refused := func(dsn, say string) {
		t.Helper()
		_, err := Open(t, sqlgate.Kind(), Values{"dsn": dsn, "query": "select 1", "equals": "1"})
		if !errors.Is(err, sqlgate.ErrConfig) || !strings.Contains(err.Error(), say) || strings.Contains(err.Error(), pipe) {
			t.Errorf("%s: %v", dsn, err)
		}
	}
	for _, argument := range []string{"sslrootcert", "sslcert", "sslkey", "passfile", "servicefile"} {
		refused("postgres://shop@db/shop?"+argument+"="+url.QueryEscape(pipe), "cannot read the file of "+argument+": it is a named pipe")
	}
	refused("postgres://shop@db/shop?sslrootcert=/dev/zero", "sslrootcert: it is a device")
	for variable, argument := range map[string]string{"PGPASSFILE": "passfile", "PGSSLROOTCERT": "sslrootcert"} {
		t.Setenv(variable, pipe)
		refused("postgres://shop@db/shop", argument)
		t.Setenv(variable, "")
	}
}
