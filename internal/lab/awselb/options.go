package awselb

import "time"

// Credentials that a lab accepts unless Options.Keys says otherwise.
const (
	AccessKey = "AKIALABACCESSKEY0001" // has every right
	DeniedKey = "AKIALABDENIEDKEY0001" // has none: every call but GetCallerIdentity gets AccessDenied
	SecretKey = "lab/secret"           // of both
)

// Options say what account a lab is. The zero value is a sound choice everywhere.
type Options struct {
	Account string   // twelve digits; 123456789012 when empty
	Regions []string // those that exist; nil for any

	// Keys are the access keys that exist, each with its rights. Nil stands for AccessKey and DeniedKey.
	Keys map[string]Key
	// Roles are the ARNs of the roles that may be assumed; nil for any role of the account.
	Roles []string

	HealthInterval time.Duration // between health checks; 25 ms when 0
	HealthTimeout  time.Duration // of one health check; 2 s when 0
	// DeregistrationDelay is how long a deregistered target drains; the group's attribute
	// deregistration_delay.timeout_seconds when 0.
	DeregistrationDelay time.Duration

	Latency     time.Duration // of every API call, on top of the work
	Propagation time.Duration // between a change and the moment the data plane obeys it
	Throttling  *Throttling   // token buckets; nil for none
	Limits      Limits
	PageSize    int // of an answer when the caller names none; 400 when 0, the API's largest
}

// Key is what an access key may do.
type Key struct {
	Secret string   // with which its requests are signed; SecretKey when empty
	Denied bool     // every call but GetCallerIdentity gets AccessDenied
	Deny   []string // actions that get AccessDenied, such as ModifyListener
}

// Throttling is the size and the refill per second of the buckets of one account and region. Reads are
// Describe* calls, writes all others.
type Throttling struct {
	ReadBurst, ReadRefill   float64
	WriteBurst, WriteRefill float64
}

// PublishedThrottling is AWS's: reads 40 and 10 a second, as in "Request throttling for the Elastic Load
// Balancing API". The figure for writes, 20 and 3 a second, is an assumption on the cautious side.
func PublishedThrottling() *Throttling {
	return &Throttling{ReadBurst: 40, ReadRefill: 10, WriteBurst: 20, WriteRefill: 3}
}

// Limits are the quotas of an account; a zero stands for the published default.
type Limits struct {
	GroupsPerAction      int // 5
	GroupsPerBalancer    int // 100, different ones over all of its listeners
	GroupsPerRegion      int // 3000
	ListenersPerBalancer int // 50
	RulesPerBalancer     int // 100, default rules not counted
	TargetsPerGroup      int // 1000
}

func (l Limits) withDefaults() Limits {
	return Limits{
		GroupsPerAction:      orDefault(l.GroupsPerAction, 5),
		GroupsPerBalancer:    orDefault(l.GroupsPerBalancer, 100),
		GroupsPerRegion:      orDefault(l.GroupsPerRegion, 3000),
		ListenersPerBalancer: orDefault(l.ListenersPerBalancer, 50),
		RulesPerBalancer:     orDefault(l.RulesPerBalancer, 100),
		TargetsPerGroup:      orDefault(l.TargetsPerGroup, 1000),
	}
}

func (o Options) withDefaults() Options {
	o.Account = orDefault(o.Account, "123456789012")
	o.HealthInterval = orDefault(o.HealthInterval, 25*time.Millisecond)
	o.HealthTimeout = orDefault(o.HealthTimeout, 2*time.Second)
	o.PageSize = orDefault(o.PageSize, maxPageSize)
	o.Limits = o.Limits.withDefaults()
	if o.Keys == nil {
		o.Keys = map[string]Key{AccessKey: {}, DeniedKey: {Denied: true}}
	}
	return o
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
