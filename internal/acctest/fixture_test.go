package acctest

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// fixture is a router in one of the labs, with blue and green behind it: what
// tests that hold for every router see of it. It is all that a router brings to
// them, with a line in routers.
type fixture interface {
	// kind is the name of the router's blocks, and id its own identifier.
	kind() string
	id() string
	// provider is the argument of the provider's block that the router needs;
	// empty when it needs none.
	provider() string
	// backend and router are the values of the blocks.
	backend(c traffic.Color) string
	router() string
	// url is where clients ask; empty when they need a resolver of the lab.
	url() string
	// allOrNothing tells whether there are no weights between 0 and 100.
	allOrNothing() bool
	// probes tells whether health is known only of a color that has traffic.
	probes() bool
	// whyUnhealthy is what errors say of a target whose application is not
	// healthy.
	whyUnhealthy() string

	// weights are the live ones. setWeights sets them by hand.
	weights() traffic.Weights
	setWeights(t *testing.T, w traffic.Weights)
	// steps are the weights of a color, in order, since forget; a write that
	// moved nothing is none.
	steps(c traffic.Color) []int
	// setHealthy turns the applications of a color, and waits until the lab
	// has seen it if it looks.
	setHealthy(t *testing.T, c traffic.Color, healthy bool)

	// keep remembers the router as it is, for restore.
	keep(t *testing.T) (restore func(t *testing.T))
	// forget makes the lab forget calls and changes.
	forget()
	// calls are the API calls since forget.
	calls() []apiCall
	// unsound says at which instants since forget nothing had any weight, or
	// an environment that was not fit had some. On the way to a color.
	unsound(to traffic.Color) []string
	// watch has o told of every API call.
	watch(o observer) (remove func())
}

// apiCall is an API call of any lab.
type apiCall struct {
	index  int // in its lab, since forget
	action string
	writes bool // whether it could move traffic
	// readsHealth tells whether it asks for the health of a color.
	readsHealth bool
}

// observer is told of API calls: befall decides what happens to one, and after
// holds its answer back.
type observer struct {
	befall func(apiCall) failure
	after  func(apiCall)
}

// failure is what befalls an API call.
type failure int

const (
	nothing failure = iota
	internalError
	throttled
	denial
	lostRequest
	lostReply
	failedOperation  // accepted, and then failed in passing; other calls pass
	refusedOperation // accepted, and then refused; other calls pass
)

// percents are the weights as percentages.
func percents(blue, green int) traffic.Weights {
	w, err := traffic.Shares(uint64(max(blue, 0)), uint64(max(green, 0))) //nolint:gosec // never negative
	if err != nil {
		return traffic.Weights{}
	}
	return w
}

// distinct leaves out what repeats the one before.
func distinct(all []int) []int {
	seen := []int{}
	for _, one := range all {
		if len(seen) == 0 || seen[len(seen)-1] != one {
			seen = append(seen, one)
		}
	}
	return seen
}
