package azuretm

import (
	"context"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// Access tokens that a lab accepts unless Options.Tokens says otherwise.
const (
	Token       = "lab-token"        // has every right
	DeniedToken = "lab-denied-token" // has none: every call gets AuthorizationFailed
)

// Options say what a lab is. The zero value is a sound choice everywhere.
type Options struct {
	// Second is how long a second of a profile's settings lasts; 10 ms when 0.
	Second time.Duration
	// FirstCheck is the time from enabling an endpoint to its first check, in seconds of a profile's
	// settings; 1 when 0, and none when negative.
	FirstCheck float64
	// Check stands in for asking an endpoint's application over the network.
	Check func(ctx context.Context, target string, monitor tm.MonitorConfig) error
	// Tokens are the access tokens that exist, each with its rights. Nil stands for Token and DeniedToken.
	Tokens map[string]Rights

	Latency    time.Duration // of every API call, on top of the work
	Throttling *Throttling   // token buckets; nil for none
}

// Rights say what an access token may do.
type Rights struct {
	Denied bool // every call gets AuthorizationFailed
}

// Throttling is the size and the refill per second of the buckets of one subscription.
type Throttling struct {
	ReadBurst, ReadRefill   float64
	WriteBurst, WriteRefill float64
}

// PublishedThrottling is that of Resource Manager, for each subscription and region:
// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
func PublishedThrottling() *Throttling {
	return &Throttling{ReadBurst: 250, ReadRefill: 25, WriteBurst: 200, WriteRefill: 10}
}

func (o Options) withDefaults() Options {
	if o.Second == 0 {
		o.Second = 10 * time.Millisecond
	}
	if o.FirstCheck == 0 {
		o.FirstCheck = 1
	}
	if o.Tokens == nil {
		o.Tokens = map[string]Rights{Token: {}, DeniedToken: {Denied: true}}
	}
	return o
}

// seconds is how long n seconds of a profile's settings last.
func (o Options) seconds(n float64) time.Duration {
	return time.Duration(max(n, 0) * float64(o.Second))
}

// minTimeout is the least time that a check gets, however short a second of a profile's settings is: a
// busy machine must not look like an application that is down.
const minTimeout = 2 * time.Second
