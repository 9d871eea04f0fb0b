package awselb

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// region is one region of the account. All of it is guarded by Lab.mu, but for what the data plane
// reads, which is atomic.
type region struct {
	lab       *Lab
	name      string
	balancers index[balancer]
	listeners index[listener]
	rules     index[rule]
	groups    index[group]
	tags      map[string][]wire.Tag
}

// index finds things by ARN and lists them in the order of their making.
type index[T any] struct {
	byARN map[string]*T
	arns  []string
}

func (x *index[T]) get(arn string) *T { return x.byARN[arn] }

func (x *index[T]) add(arn string, item *T) {
	if x.byARN == nil {
		x.byARN = map[string]*T{}
	}
	x.byARN[arn] = item
	x.arns = append(x.arns, arn)
}

func (x *index[T]) remove(arn string) {
	delete(x.byARN, arn)
	x.arns = slices.DeleteFunc(x.arns, func(a string) bool { return a == arn })
}

func (x *index[T]) all() []*T {
	items := make([]*T, len(x.arns))
	for i, arn := range x.arns {
		items[i] = x.byARN[arn]
	}
	return items
}

// balancer is a load balancer.
type balancer struct {
	data      wire.LoadBalancer
	listeners []*listener
}

func (b *balancer) network() bool { return b.data.Type == "network" }

// listener is a port of a load balancer, its rules and its data plane.
type listener struct {
	data        wire.Listener
	balancer    *balancer
	defaultRule string  // ARN under which DescribeRules shows the default actions
	rules       []*rule // without the default one, in order of priority
	plane       *plane
}

// rule is a rule of a listener, but not its default one.
type rule struct {
	data     wire.Rule
	priority int32
	listener *listener
}

func newID() string {
	var b [8]byte
	// crypto/rand.Read never fails.
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (r *region) arn(format string, args ...any) string {
	return fmt.Sprintf("arn:aws:elasticloadbalancing:%s:%s:", r.name, r.lab.opts.Account) + fmt.Sprintf(format, args...)
}
