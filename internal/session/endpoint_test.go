package session_test

import (
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

func TestEndpoint(t *testing.T) {
	for address, fine := range map[string]bool{
		"https://api.internal": true, "http://127.0.0.1:9001/compute/v1/?a=b@c": true,
		"": false, "api.internal": false, "ftp://api.internal": false, "https://": false,
		"https://user:s3cr3t-pw@api.internal": false, "https://s3cr3t-pw@api.internal": false,
		"https://user:s3cr3t-pw@api.internal:port": false, "https://user:s3cr3t/pw@[::1": false,
	} {
		u, err := session.Endpoint(address)
		if (err == nil) != fine || (u != nil) != fine {
			t.Errorf("%q: %v, %v", address, u, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("it shows the password: %v", err)
		}
	}
}
