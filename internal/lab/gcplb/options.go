package gcplb

import "time"

// Project is the project of a lab unless it is told another.
const Project = "lab"

// Options say what a lab is. The zero value is a sound choice everywhere.
type Options struct {
	// Tokens are the access tokens that exist, each with its rights. Nil means that nobody asks for one.
	Tokens map[string]Token

	HealthInterval time.Duration // between health checks; 25 ms when 0
	HealthTimeout  time.Duration // of one health check; 2 s when 0

	Latency       time.Duration // of every API call, on top of the work
	OperationTime time.Duration // that a write takes; 5 ms when 0, nothing at all when negative
	Propagation   time.Duration // between the end of an operation and the moment the data plane obeys it
	Throttling    *Throttling   // token bucket; nil for none
	Limits        Limits
}

// Token is what an access token may do.
type Token struct {
	// Denied are the calls that it may not make, such as urlMaps.list; "*" stands for all.
	Denied []string
}

// Throttling is the size and the refill per second of the bucket of all calls.
type Throttling struct {
	Burst, Refill float64
}

// PublishedThrottling is Google's default of 1500 queries a minute for one project in the group of most
// methods, as its page on API rate quotas has it.
func PublishedThrottling() *Throttling { return &Throttling{Burst: 1500, Refill: 25} }

// Limits are the quotas of a project; a zero stands for the published default.
type Limits struct {
	URLMaps         int // 100
	BackendServices int // 500
}

func (o Options) withDefaults() Options {
	o.HealthInterval = orDefault(o.HealthInterval, 25*time.Millisecond)
	o.HealthTimeout = orDefault(o.HealthTimeout, 2*time.Second)
	o.OperationTime = orDefault(o.OperationTime, 5*time.Millisecond)
	o.Limits.URLMaps = orDefault(o.Limits.URLMaps, 100)
	o.Limits.BackendServices = orDefault(o.Limits.BackendServices, 500)
	return o
}

func orDefault[V comparable](value, otherwise V) V {
	var zero V
	if value == zero {
		return otherwise
	}
	return value
}
