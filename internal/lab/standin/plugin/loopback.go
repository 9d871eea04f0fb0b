package plugin

import (
	"fmt"
	"net/netip"
	"net/url"
)

// OnLoopback returns an error for the address of an API that is not on this
// machine: a stand-in must never reach a real account.
func OnLoopback(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil {
		return fmt.Errorf("standin: %w", err)
	}
	if u.Hostname() == "localhost" {
		return nil
	}
	if address, err := netip.ParseAddr(u.Hostname()); err != nil || !address.IsLoopback() {
		return fmt.Errorf("standin: the endpoint %s is not on loopback, and this is a stand-in", endpoint)
	}
	return nil
}
