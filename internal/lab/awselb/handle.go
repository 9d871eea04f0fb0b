package awselb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// AddFunction has the function with an ARN answer at an address, HOST:PORT, for groups of type lambda in which
// it is registered from then on.
func (l *Lab) AddFunction(arn, addr string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.functions[arn] = addr
}

// Listener is a handle on a listener of the lab, beside the API.
type Listener struct {
	lab *Lab
	arn string
}

// Listener returns the handle of a listener. The handle of one that does not exist has an empty address.
func (l *Lab) Listener(arn string) Listener { return Listener{lab: l, arn: arn} }

// regionOf returns the region of an ARN. The caller holds l.mu.
func (l *Lab) regionOf(arn string) *region {
	parts := strings.SplitN(arn, ":", 5)
	if len(parts) < 5 {
		return l.region("")
	}
	return l.region(parts[3])
}

func (h Listener) plane() *plane {
	h.lab.mu.Lock()
	defer h.lab.mu.Unlock()
	if lis := h.lab.regionOf(h.arn).listeners.get(h.arn); lis != nil {
		return lis.plane
	}
	return nil
}

// Addr is the host and port of the listener's data plane on loopback.
func (h Listener) Addr() string {
	if p := h.plane(); p != nil {
		return p.socket.Addr().String()
	}
	return ""
}

// URL is the address of the listener's data plane, which speaks plain HTTP whatever its protocol.
func (h Listener) URL() string {
	if addr := h.Addr(); addr != "" {
		return "http://" + addr
	}
	return ""
}

// Refused is how many requests or connections the load balancer itself refused: without a target, or
// with one that did not answer.
func (h Listener) Refused() int64 {
	if p := h.plane(); p != nil {
		return p.refused.Load()
	}
	return 0
}

// Weights returns what a listener or a rule forwards to, by ARN of the group; nil when there is none.
func (l *Lab) Weights(arn string) map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	actions, _ := l.regionOf(arn).actionsOf(arn)
	if tuples(actions) == nil {
		return nil
	}
	weights := map[string]int{}
	for _, t := range tuples(actions) {
		weights[t.TargetGroupArn] = int(*t.Weight)
	}
	return weights
}

// SetWeights changes weights by hand, past the API: groups of the forward action that are named get
// their weight, those named for the first time join it, the others stay. It is what another operator
// would do in the middle of a cutover.
func (l *Lab) SetWeights(arn string, weights map[string]int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := &operation{region: l.regionOf(arn)}
	actions, lis := o.actionsOf(arn)
	if lis == nil || tuples(actions) == nil || l.closed {
		return fmt.Errorf("awselb: set weights: %q forwards to nothing", arn)
	}
	replaced := slices.Clone(actions)
	for i := range replaced {
		if replaced[i].ForwardConfig != nil {
			replaced[i].ForwardConfig = reweighed(replaced[i].ForwardConfig, weights)
		}
	}
	accepted, err := o.accept(lis, actions, replaced, &arn)
	if err != nil {
		return err
	}
	if r := o.rules.get(arn); r != nil {
		o.setActions(r, accepted)
	} else {
		o.setDefault(lis, accepted)
	}
	return nil
}

func reweighed(config *wire.ForwardConfig, weights map[string]int) *wire.ForwardConfig {
	changed := *config
	changed.TargetGroups = slices.Clone(config.TargetGroups)
	known := map[string]bool{}
	for i, t := range changed.TargetGroups {
		known[t.TargetGroupArn] = true
		if w, ok := weights[t.TargetGroupArn]; ok {
			changed.TargetGroups[i].Weight = ptr(int32(w)) //nolint:gosec // checked to be at most 999 afterwards
		}
	}
	for arn, w := range weights {
		if !known[arn] {
			tuple := wire.TargetGroupTuple{TargetGroupArn: arn, Weight: ptr(int32(w))} //nolint:gosec // as above
			changed.TargetGroups = append(changed.TargetGroups, tuple)
		}
	}
	return &changed
}

// actionsOf returns the actions of a listener or a rule, and the listener.
func (r *region) actionsOf(arn string) ([]wire.Action, *listener) {
	if lis := r.listeners.get(arn); lis != nil {
		return lis.data.DefaultActions, lis
	}
	if rl := r.rules.get(arn); rl != nil {
		return rl.data.Actions, rl.listener
	}
	return nil, nil
}

// ClientSecrets returns the OIDC secrets that the actions of a listener or a rule hold, in order. The API
// never shows them.
func (l *Lab) ClientSecrets(arn string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	actions, _ := l.regionOf(arn).actionsOf(arn)
	var secrets []string
	for _, a := range actions {
		if a.AuthenticateOidcConfig != nil {
			secrets = append(secrets, a.AuthenticateOidcConfig.ClientSecret)
		}
	}
	return secrets
}

// Health counts the targets of a group by state; all zero for an unknown group.
func (l *Lab) Health(groupARN string) HealthCounts {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g := l.regionOf(groupARN).groups.get(groupARN); g != nil {
		return g.counts()
	}
	return HealthCounts{}
}

// SetHealth forces the state of all targets of a group that are in use, past the health checks; an empty
// state lets the checks speak again.
func (l *Lab) SetHealth(groupARN, state string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.regionOf(groupARN).groups.get(groupARN)
	if g == nil {
		return fmt.Errorf("awselb: set health: no group %q", groupARN)
	}
	for _, t := range g.targets {
		t.forced = state
	}
	g.route()
	return nil
}

// Requests is how many requests or connections the data plane gave to a group.
func (l *Lab) Requests(groupARN string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g := l.regionOf(groupARN).groups.get(groupARN); g != nil {
		return g.requests.Load()
	}
	return 0
}

// WaitHealth waits until the counts of a group satisfy want.
func (l *Lab) WaitHealth(ctx context.Context, groupARN string, want func(HealthCounts) bool) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for !want(l.Health(groupARN)) {
		select {
		case <-ticker.C:
		case <-l.ctx.Done():
			return fmt.Errorf("awselb: wait for health: the lab is closed")
		case <-ctx.Done():
			return fmt.Errorf("awselb: wait for health of %s, now %+v: %w", groupARN, l.Health(groupARN), ctx.Err())
		}
	}
	return nil
}

const pollInterval = 2 * time.Millisecond // of WaitHealth

// Healthy holds when at least n targets of a group are healthy and no other is registered.
func Healthy(n int) func(HealthCounts) bool {
	return func(c HealthCounts) bool { return c.Healthy >= n && c.Healthy == c.Total }
}
